/**
 * `npm run bench -- server`: our server beside redis-server, by redis-benchmark, and what a key costs in memory. Needs the programs
 * redis-server and redis-benchmark, and Linux, whose /proc tells CPU time and memory.
 */
import { spawnSync } from "node:child_process";
import { type KeyCost, keyCostOfOurs, keyCostOfRedis, shapes } from "./memory.ts";
import { RunningServer } from "./runningServer.ts";
import { measureSpeed, type Speed, type SpeedCase } from "./speed.ts";

export interface ServerMeasured {
  /** Of each case all servers, the first of them is compared with. */
  readonly speeds: readonly (readonly Speed[])[];
  readonly durable: readonly (readonly Speed[])[];
  readonly memory: readonly (readonly KeyCost[])[];
}

interface Sizes {
  readonly rounds: number;
  /** Requests without pipelining; with it four times as many. */
  readonly requests: number;
  readonly keys: number;
}

const fullSizes: Sizes = { rounds: 5, requests: 200_000, keys: 500_000 };
const quickSizes: Sizes = { rounds: 1, requests: 10_000, keys: 10_000 };

/** Ours, and beside it one for Redis. */
const firstPort: number = Number(process.env["AZIMUTH_BENCH_PORT"] ?? 26_400);
const commands: readonly string[] = ["get", "set", "incr", "lpush", "hset", "zadd"];
const pipelines: readonly number[] = [1, 16];
const appendAlways: readonly string[] = ["--appendonly", "yes", "--appendfsync", "always"];
const inMemory: readonly string[] = ["--log", "memory", "--log-copies", "1"];

/** Names of the programs that it needs and that are not here. */
export function missingPrograms(): readonly string[] {
  const needed = ["redis-server", "redis-benchmark"];
  return needed.filter((name) => spawnSync(name, ["--version"]).error !== undefined);
}

export async function benchServer(isQuick: boolean): Promise<ServerMeasured> {
  const sizes = isQuick ? quickSizes : fullSizes;
  return {
    speeds: await inTurns(
      [
        () => RunningServer.redis("redis-server", firstPort, []),
        () => RunningServer.azimuth("azimuth", firstPort + 1, inMemory),
      ],
      commands.flatMap((command) =>
        pipelines.map((pipeline) => speedCase(command, pipeline, sizes)),
      ),
      sizes.rounds,
    ),
    durable: await inTurns(
      [
        () => RunningServer.redis("redis-server, appendfsync always", firstPort, appendAlways),
        () =>
          RunningServer.azimuth("azimuth, 1 copy of the log", firstPort + 1, ["--log-copies", "1"]),
        () => RunningServer.azimuth("azimuth, 3 copies", firstPort + 2, ["--log-copies", "3"]),
      ],
      pipelines.map((pipeline) => speedCase("set", pipeline, sizes)),
      sizes.rounds,
    ),
    memory: await memoryOfKeys(sizes.keys),
  };
}

function speedCase(command: string, pipeline: number, { requests }: Sizes): SpeedCase {
  return { command, pipeline, requests: pipeline === 1 ? requests : requests * 4 };
}

async function inTurns(
  starters: readonly (() => Promise<RunningServer>)[],
  cases: readonly SpeedCase[],
  rounds: number,
): Promise<readonly (readonly Speed[])[]> {
  const servers: RunningServer[] = [];
  try {
    for (const start of starters) servers.push(await start());
    const measured: (readonly Speed[])[] = [];
    for (const which of cases) measured.push(await measureSpeed(servers, which, rounds));
    return measured;
  } finally {
    for (const server of servers) await server.stop();
  }
}

async function memoryOfKeys(keys: number): Promise<readonly (readonly KeyCost[])[]> {
  const measured: (readonly KeyCost[])[] = [];
  for (const shape of shapes) {
    const server = await RunningServer.redis("redis-server", firstPort, []);
    try {
      measured.push([await keyCostOfRedis(server, shape, keys), keyCostOfOurs(shape, keys)]);
    } finally {
      await server.stop();
    }
  }
  return measured;
}
