/** How fast servers answer `redis-benchmark`: all of them in turns, round by round, so that what else the machine does meets them alike. */
import { spawn } from "node:child_process";
import type { CpuTime, RunningServer } from "./runningServer.ts";

export interface SpeedCase {
  /** As `redis-benchmark -t` knows it. */
  readonly command: string;
  /** Requests that a connection sends ahead (`-P`). */
  readonly pipeline: number;
  /** Of one round. */
  readonly requests: number;
}

/** Medians over the rounds. */
export interface Speed {
  readonly server: string;
  readonly command: string;
  readonly pipeline: number;
  readonly requestsPerSecond: number;
  /** Of the server's process an operation, all threads; `systemUs` is the kernel's part. */
  readonly cpuUs: number;
  readonly systemUs: number;
  readonly p99Ms: number;
  /** Beside the first server: medians of what each round came to, whose runs were neighbours in time. */
  readonly besideFirst: Ratios;
}

export interface Ratios {
  /** Its rate ÷ the first's. */
  readonly rate: number;
  /** The first's CPU time ÷ its: above 1 it is cheaper. */
  readonly cpu: number;
  /** Its p99 ÷ the first's. */
  readonly p99: number;
}

interface Run {
  readonly requestsPerSecond: number;
  readonly cpuUs: number;
  readonly systemUs: number;
  readonly p99Ms: number;
}

const CONNECTIONS = 50;
const KEYS = 100_000;
/** A run that takes longer is given up, and its case with it. */
const MOST_RUN_MS = 120_000;

/** The first round is so much longer: what V8 has not compiled yet would be measured otherwise. */
const WARM_UP = 2;

/** A row a server, in the order given. The first round warms up and does not count. */
export async function measureSpeed(
  servers: readonly RunningServer[],
  which: SpeedCase,
  rounds: number,
): Promise<readonly Speed[]> {
  const runs: Run[][] = servers.map(() => []);
  for (let round = 0; round <= rounds; round++) {
    for (const [at, server] of servers.entries()) {
      const isWarmUp = round === 0;
      const requests = which.requests * (isWarmUp ? WARM_UP : 1);
      const one = await runOnce(server, { ...which, requests });
      if (!isWarmUp) runs[at]?.push(one);
    }
  }
  const first = runs[0] ?? [];
  return servers.map(({ name }, at) => {
    const own = runs[at] ?? [];
    const beside = (ratio: (one: Run, other: Run) => number): number =>
      median(own.map((one, round) => ratio(one, first[round] ?? one)));
    return {
      server: name,
      command: which.command,
      pipeline: which.pipeline,
      requestsPerSecond: median(own.map((one) => one.requestsPerSecond)),
      cpuUs: median(own.map((one) => one.cpuUs)),
      systemUs: median(own.map((one) => one.systemUs)),
      p99Ms: median(own.map((one) => one.p99Ms)),
      besideFirst: {
        rate: beside((one, other) => one.requestsPerSecond / other.requestsPerSecond),
        cpu: beside((one, other) => other.cpuUs / one.cpuUs),
        p99: beside((one, other) => one.p99Ms / other.p99Ms),
      },
    };
  });
}

async function runOnce(server: RunningServer, which: SpeedCase): Promise<Run> {
  const { command, pipeline, requests } = which;
  const before = server.cpuTime();
  const load = `-t ${command} -c ${CONNECTIONS} -P ${pipeline} -n ${requests} -r ${KEYS}`;
  const options = `-h 127.0.0.1 -p ${server.port} --csv ${load}`;
  const printed = await benchmark(options.split(" "));
  const after = server.cpuTime();
  const spent = (part: keyof CpuTime): number => (after[part] - before[part]) / requests;
  // "test","rps","avg_latency_ms","min_latency_ms","p50_latency_ms","p95_latency_ms","p99_latency_ms","max_latency_ms"
  const cells = (printed.trim().split("\n").at(-1) ?? "")
    .split(",")
    .map((cell) => cell.slice(1, -1));
  const [requestsPerSecond, p99Ms] = [Number(cells[1]), Number(cells[6])];
  if (!(requestsPerSecond > 0) || !(p99Ms >= 0)) {
    throw new Error(`redis-benchmark on ${server.name} printed no figures: ${printed}`);
  }
  const systemUs = spent("systemUs");
  return { requestsPerSecond, cpuUs: spent("userUs") + systemUs, systemUs, p99Ms };
}

function benchmark(options: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn("redis-benchmark", options, {
      stdio: ["ignore", "pipe", "inherit"],
      timeout: MOST_RUN_MS,
      killSignal: "SIGKILL",
    });
    let printed = "";
    child.stdout.setEncoding("latin1");
    child.stdout.on("data", (text: string) => {
      printed += text;
    });
    child.on("error", reject);
    child.on("close", (status, signal) => {
      if (status === 0) return resolve(printed);
      const how = signal === null ? `ended with ${status}` : `took more than ${MOST_RUN_MS} ms`;
      reject(new Error(`redis-benchmark ${options.join(" ")} ${how}: ${printed}`));
    });
  });
}

function median(values: readonly number[]): number {
  const ascending = [...values].sort((first, second) => first - second);
  return ascending[Math.floor(ascending.length / 2)] ?? Number.NaN;
}
