/** What this process tells its nodes of itself, for INFO, SLOWLOG and LATENCY. */
import { arch, release, totalmem, type } from "node:os";
import { type EventLoopUtilization, performance } from "node:perf_hooks";
import { cpuUsage, execPath, memoryUsage, pid } from "node:process";
import type {
  ClientFigures,
  ConnectionFigures,
  HostFigures,
  ProcessFigures,
  RefusedValue,
} from "../../engine/contract.ts";
import type { Tls } from "../tls/tls.ts";
import { monotonicUs } from "./clock.ts";

const os: string = `${type()} ${release()} ${arch() === "x64" ? "x86_64" : arch()}`;

/** What holds the sockets of a node. */
export interface ClientHost {
  readonly figures: ClientFigures;
  connection(clientId: number): ConnectionFigures;
  /** As HostFigures has it. */
  whyRefused(values: ReadonlyMap<string, string>): RefusedValue | undefined;
}

export function processFigures(configFile: string, clients: ClientHost, tls: Tls): HostFigures {
  return {
    stopwatchUs: monotonicUs,
    process: () => figuresOf(configFile),
    busyRatio: busyRatio(),
    clients: () => clients.figures,
    connection: (clientId) => clients.connection(clientId),
    whyRefused: (values) => tls.whyRefused(values) ?? clients.whyRefused(values),
  };
}

const LEAST_SPAN_MS = 1000;

/** How busy this thread was between two looks of one reader, a second apart at least: who looks more often is told the same once more. */
function busyRatio(): () => number {
  // The first look is at all that was since the process began.
  let last: EventLoopUtilization = { idle: 0, active: 0, utilization: 0 };
  let lastMs = -Infinity;
  let ratio = 0;
  return () => {
    const nowMs = performance.now();
    if (nowMs - lastMs < LEAST_SPAN_MS) return ratio;
    const next = performance.eventLoopUtilization();
    ratio = performance.eventLoopUtilization(next, last).utilization;
    last = next;
    lastMs = nowMs;
    return ratio;
  };
}

function figuresOf(configFile: string): ProcessFigures {
  const cpu = cpuUsage();
  const memory = memoryUsage();
  return {
    processId: pid,
    os,
    executable: execPath,
    configFile,
    userCpuUs: cpu.user,
    systemCpuUs: cpu.system,
    residentBytes: memory.rss,
    heldBytes: memory.heapTotal + memory.external,
    usedBytes: memory.heapUsed + memory.external,
    systemBytes: totalmem(),
  };
}
