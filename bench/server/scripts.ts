/**
 * What scripts cost beside redis-server: the first EVAL of each, before V8 has compiled anything of it, and those that follow. Both servers
 * in turns, script by script, in servers that have just started.
 */
import { Requests } from "./requests.ts";
import type { RunningServer, ThreadTime } from "./runningServer.ts";
import { benchScripts } from "./scriptList.ts";

/** Medians over the rounds, in milliseconds. */
export interface ScriptCost {
  readonly script: string;
  readonly server: string;
  /** Of the first EVAL: CPU time of all threads, of the one that runs scripts, and by the clock. */
  readonly firstMs: number;
  readonly firstOneThreadMs: number;
  readonly firstClockMs: number;
  /** CPU time of those that follow. */
  readonly laterMs: number;
}

interface Run {
  readonly first: Eval;
  readonly later: readonly Eval[];
}

interface Eval extends ThreadTime {
  readonly clockMs: number;
  readonly reply: string;
}

const LATER_EVALS = 2;
const HASH_FIELDS = 1000;
const keys: readonly string[] = [
  "{s}text",
  "{s}count",
  "{s}hash",
  "{s}rate",
  "{s}scores",
  "{s}list",
];
/** V8 compiles beside: what it does then belongs to the EVAL before. */
const SETTLED_MS = 1.5;
const SETTLE_EVERY_MS = 25;
const MOST_SETTLES = 8;

/** A row a server of each script, in the order given. `start` starts a server of each kind for one round. */
export async function measureScripts(
  start: () => Promise<readonly RunningServer[]>,
  rounds: number,
): Promise<readonly (readonly ScriptCost[])[]> {
  const names: string[] = [];
  const runs = new Map<string, Run[][]>();
  for (let round = 0; round < rounds; round++) {
    const servers = await start();
    try {
      const clients = await Promise.all(servers.map(prepared));
      for (const [script, source] of Object.entries(benchScripts)) {
        const perServer = runs.get(script) ?? servers.map(() => []);
        runs.set(script, perServer);
        for (const [at, server] of servers.entries()) {
          names[at] = server.name;
          perServer[at]?.push(await runScript(server, clients[at] as Requests, source));
        }
        refuseDifferent(
          script,
          perServer.map((own) => own.at(-1)?.first.reply ?? ""),
        );
      }
      for (const client of clients) client.close();
    } finally {
      for (const server of servers) await server.stop();
    }
  }
  return [...runs].map(([script, perServer]) =>
    perServer.map((own, at) => ({
      script,
      server: names[at] ?? "",
      firstMs: median(own.map(({ first }) => first.allMs)),
      firstOneThreadMs: median(own.map(({ first }) => first.mainMs)),
      firstClockMs: median(own.map(({ first }) => first.clockMs)),
      laterMs: median(own.flatMap(({ later }) => later.map(({ allMs }) => allMs))),
    })),
  );
}

/** What the scripts read, and a first script: what a server does but once is not theirs. */
async function prepared(server: RunningServer): Promise<Requests> {
  const client = await Requests.open(server.port);
  const fields = Array.from({ length: HASH_FIELDS }, (_, index) => [`f${index}`, String(index)]);
  await client.ask("SET", keys[0] as string, "hello");
  await client.ask("HSET", keys[2] as string, ...fields.flat());
  await client.ask("EVAL", "return redis.call('get', KEYS[1])", "1", keys[0] as string);
  return client;
}

async function runScript(server: RunningServer, client: Requests, source: string): Promise<Run> {
  const evals: Eval[] = [];
  await client.ask("DEL", ...keys.slice(3));
  for (let count = 0; count <= LATER_EVALS; count++)
    evals.push(await evaluated(server, client, source));
  const [first, ...later] = evals;
  return { first: first as Eval, later };
}

async function evaluated(server: RunningServer, client: Requests, source: string): Promise<Eval> {
  await settled(server);
  const before = server.threadTime();
  const startMs = performance.now();
  const reply = await client.ask("EVAL", source, String(keys.length), ...keys);
  const clockMs = performance.now() - startMs;
  if (reply.startsWith("-")) throw new Error(`${server.name} refused a script: ${reply}`);
  await settled(server);
  const after = server.threadTime();
  return {
    allMs: after.allMs - before.allMs,
    mainMs: after.mainMs - before.mainMs,
    clockMs,
    reply,
  };
}

async function settled(server: RunningServer): Promise<void> {
  let before = server.threadTime().allMs;
  for (let look = 0; look < MOST_SETTLES; look++) {
    await new Promise((resolve) => {
      setTimeout(resolve, SETTLE_EVERY_MS);
    });
    const now = server.threadTime().allMs;
    if (now - before < SETTLED_MS) return;
    before = now;
  }
}

function refuseDifferent(script: string, replies: readonly string[]): void {
  if (replies.some((reply) => reply !== replies[0])) {
    throw new Error(`${script} is answered differently: ${replies.join(" | ")}`);
  }
}

function median(values: readonly number[]): number {
  const ascending = [...values].sort((first, second) => first - second);
  return ascending[Math.floor(ascending.length / 2)] ?? Number.NaN;
}
