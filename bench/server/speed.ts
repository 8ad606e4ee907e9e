/** How fast servers answer `redis-benchmark`: all of them in turns, round by round, so that what else the machine does meets them alike. */
import { spawn } from "node:child_process";
import type { RunningServer } from "./runningServer.ts";

export interface SpeedCase {
  /** As `redis-benchmark -t` knows it. */
  readonly command: string;
  /** Requests that a connection sends ahead (`-P`). */
  readonly pipeline: number;
  readonly requests: number;
}

/** Medians over the rounds. */
export interface Speed {
  readonly server: string;
  readonly command: string;
  readonly pipeline: number;
  readonly requestsPerSecond: number;
  /** Of the server's process, all threads. */
  readonly cpuUs: number;
  readonly p99Ms: number;
}

interface Round {
  readonly requestsPerSecond: number;
  readonly cpuUs: number;
  readonly p99Ms: number;
}

const CONNECTIONS = 50;
const KEYS = 100_000;

/** A row a server, in the order given. The first round warms up and does not count. */
export async function measureSpeed(
  servers: readonly RunningServer[],
  which: SpeedCase,
  rounds: number,
): Promise<readonly Speed[]> {
  const all = servers.map((server): [RunningServer, Round[]] => [server, []]);
  for (let round = 0; round <= rounds; round++) {
    for (const [server, kept] of all) {
      const one = await runRound(server, which);
      if (round > 0) kept.push(one);
    }
  }
  return all.map(([server, kept]) => ({
    server: server.name,
    command: which.command,
    pipeline: which.pipeline,
    requestsPerSecond: median(kept.map((one) => one.requestsPerSecond)),
    cpuUs: median(kept.map((one) => one.cpuUs)),
    p99Ms: median(kept.map((one) => one.p99Ms)),
  }));
}

async function runRound(server: RunningServer, which: SpeedCase): Promise<Round> {
  const { command, pipeline, requests } = which;
  const before = server.cpuUs();
  const load = `-t ${command} -c ${CONNECTIONS} -P ${pipeline} -n ${requests} -r ${KEYS}`;
  const options = `-h 127.0.0.1 -p ${server.port} --csv ${load}`;
  const printed = await benchmark(options.split(" "));
  const cpuUs = (server.cpuUs() - before) / requests;
  // "test","rps","avg_latency_ms","min_latency_ms","p50_latency_ms","p95_latency_ms","p99_latency_ms","max_latency_ms"
  const cells = (printed.trim().split("\n").at(-1) ?? "")
    .split(",")
    .map((cell) => cell.slice(1, -1));
  const [requestsPerSecond, p99Ms] = [Number(cells[1]), Number(cells[6])];
  if (!(requestsPerSecond > 0) || !(p99Ms >= 0)) {
    throw new Error(`redis-benchmark on ${server.name} printed no figures: ${printed}`);
  }
  return { requestsPerSecond, cpuUs, p99Ms };
}

function benchmark(options: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn("redis-benchmark", options, { stdio: ["ignore", "pipe", "inherit"] });
    let printed = "";
    child.stdout.setEncoding("latin1");
    child.stdout.on("data", (text: string) => {
      printed += text;
    });
    child.on("error", reject);
    child.on("close", (status) => {
      if (status === 0) resolve(printed);
      else reject(new Error(`redis-benchmark ended with ${status}: ${printed}`));
    });
  });
}

function median(values: readonly number[]): number {
  const ascending = [...values].sort((first, second) => first - second);
  return ascending[Math.floor(ascending.length / 2)] ?? Number.NaN;
}
