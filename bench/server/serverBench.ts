/**
 * `npm run bench -- server`: our server beside redis-server, by redis-benchmark, what a key costs in memory, what keeps a node with
 * many keys longest, and what scripts cost. Needs the programs
 * redis-server and redis-benchmark, and Linux, whose /proc tells CPU time and memory.
 *
 * Each case has servers of its own: what earlier ones have written weighs on none. What goes wrong in a case ends this case alone.
 */
import { spawnSync } from "node:child_process";
import { type KeyCost, keyCostOfOurs, keyCostOfRedis, type Shape, shapes } from "./memory.ts";
import { pausesOf, type PausesBySize, semiSpacesMiB } from "./pause.ts";
import { RunningServer } from "./runningServer.ts";
import { measureScripts, type ScriptCost } from "./scripts.ts";
import { measureSpeed, type Speed, type SpeedCase } from "./speed.ts";

export const serverParts = ["speed", "durable", "memory", "pause", "scripts"] as const;
export type ServerPart = (typeof serverParts)[number];
export const benchCommands: readonly string[] = ["get", "set", "incr", "lpush", "hset", "zadd"];

/** What is measured of all that can be. */
export interface ServerChoice {
  readonly isQuick: boolean;
  readonly parts: readonly ServerPart[];
  readonly commands: readonly string[];
  readonly pipelines: readonly number[];
}

export interface ServerMeasured {
  /** Of each case all servers, the first of them is compared with. */
  readonly speeds: readonly (readonly Speed[])[];
  readonly durable: readonly (readonly Speed[])[];
  readonly memory: readonly (readonly KeyCost[])[];
  readonly pauses: readonly (readonly PausesBySize[])[];
  /** A row a script, of all servers. */
  readonly scripts: readonly (readonly ScriptCost[])[];
  /** Cases without figures, and why. */
  readonly missed: readonly string[];
}

interface Sizes {
  readonly rounds: number;
  /** Requests of a round by its pipeline. */
  readonly requests: (pipeline: number) => number;
  readonly keys: number;
  /** For pauses, which grow with the heap. */
  readonly manyKeys: number;
  readonly scriptRounds: number;
}

const fullSizes: Sizes = {
  rounds: 5,
  requests: (pipeline) => (pipeline === 1 ? 30_000 : 200_000),
  keys: 200_000,
  manyKeys: 10_000_000,
  scriptRounds: 3,
};
const quickSizes: Sizes = {
  rounds: 1,
  requests: () => 10_000,
  keys: 10_000,
  manyKeys: 100_000,
  scriptRounds: 1,
};
/** Where a disk is waited for, so many times fewer requests take as long. */
const DISK_SHARE = 4;
/** Cases that would begin later are left out. */
const MOST_MS: number = 20 * 60_000;

/** Redis's, and beside it those for ours. */
const firstPort: number = Number(process.env["AZIMUTH_BENCH_PORT"] ?? 26_400);
const appendAlways: readonly string[] = ["--appendonly", "yes", "--appendfsync", "always"];
const inMemory: readonly string[] = ["--log", "memory", "--log-copies", "1"];

/** Names of the programs that it needs and that are not here. */
export function missingPrograms(): readonly string[] {
  const needed = ["redis-server", "redis-benchmark"];
  return needed.filter((name) => spawnSync(name, ["--version"]).error !== undefined);
}

/** `tell` hears of each case as it begins. */
export async function benchServer(
  { isQuick, parts, commands, pipelines }: ServerChoice,
  tell: (progress: string) => void,
): Promise<ServerMeasured> {
  const sizes = isQuick ? quickSizes : fullSizes;
  const missed: string[] = [];
  const endMs = performance.now() + MOST_MS;
  const each = async <T>(
    part: ServerPart,
    cases: readonly { readonly name: string; readonly measure: () => Promise<readonly T[]> }[],
  ): Promise<readonly (readonly T[])[]> => {
    const measured: (readonly T[])[] = [];
    for (const { name, measure } of parts.includes(part) ? cases : []) {
      tell(`${part}: ${name}`);
      try {
        if (performance.now() > endMs) throw new Error("no time was left");
        measured.push(await measure());
      } catch (error) {
        missed.push(`${part}: ${name}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    return measured;
  };
  const speedCases = commands.flatMap((command) =>
    pipelines.map((pipeline) => ({ command, pipeline, requests: sizes.requests(pipeline) })),
  );
  const measuredBy =
    (starters: readonly Starter[]) =>
    (which: SpeedCase): { name: string; measure: () => Promise<readonly Speed[]> } => ({
      name: `${which.command.toUpperCase()} -P ${which.pipeline}`,
      measure: () => inTurns(starters, which, sizes.rounds),
    });
  return {
    speeds: await each("speed", speedCases.map(measuredBy(besideRedis))),
    durable: await each(
      "durable",
      speedCases
        .filter(({ command }) => command === "set")
        .map((one) => ({ ...one, requests: one.requests / DISK_SHARE }))
        .map(measuredBy(besideAppendAlways)),
    ),
    memory: await each(
      "memory",
      shapes.map((shape) => ({
        name: shape.name,
        measure: () => memoryOfKeys(shape, sizes.keys),
      })),
    ),
    pauses: await each(
      "pause",
      semiSpacesMiB.map((size) => ({
        name: `semi-space of ${size} MiB`,
        measure: async () => [pausesOf(size, sizes.manyKeys)],
      })),
    ),
    scripts: (
      await each("scripts", [
        {
          name: "first and later EVALs",
          measure: () => measureScripts(() => startAll(besideRedis), sizes.scriptRounds),
        },
      ])
    ).flat(),
    missed,
  };
}

type Starter = () => Promise<RunningServer>;

const besideRedis: readonly Starter[] = [
  () => RunningServer.redis("redis-server", firstPort, []),
  () => RunningServer.azimuth("azimuth", firstPort + 1, inMemory),
];

const besideAppendAlways: readonly Starter[] = [
  () => RunningServer.redis("redis-server, appendfsync always", firstPort, appendAlways),
  () => RunningServer.azimuth("azimuth, 1 copy of the log", firstPort + 1, ["--log-copies", "1"]),
  () => RunningServer.azimuth("azimuth, 3 copies", firstPort + 2, ["--log-copies", "3"]),
];

async function startAll(starters: readonly Starter[]): Promise<readonly RunningServer[]> {
  const servers: RunningServer[] = [];
  for (const start of starters) servers.push(await start());
  return servers;
}

async function inTurns(
  starters: readonly Starter[],
  which: SpeedCase,
  rounds: number,
): Promise<readonly Speed[]> {
  const servers: RunningServer[] = [];
  try {
    for (const start of starters) servers.push(await start());
    return await measureSpeed(servers, which, rounds);
  } finally {
    for (const server of servers) await server.stop();
  }
}

async function memoryOfKeys(shape: Shape, keys: number): Promise<readonly KeyCost[]> {
  const server = await RunningServer.redis("redis-server", firstPort, []);
  try {
    return [await keyCostOfRedis(server, shape, keys), keyCostOfOurs(shape, keys)];
  } finally {
    await server.stop();
  }
}
