/** What this process tells its nodes of itself, for INFO, SLOWLOG and LATENCY. */
import { arch, release, totalmem, type } from "node:os";
import { cpuUsage, execPath, memoryUsage, pid } from "node:process";
import type {
  ClientFigures,
  ConnectionFigures,
  HostFigures,
  ProcessFigures,
} from "../../engine/contract.ts";
import type { Tls } from "../tls/tls.ts";
import { monotonicUs } from "./clock.ts";

const os: string = `${type()} ${release()} ${arch() === "x64" ? "x86_64" : arch()}`;

/** What holds the sockets of a node. */
export interface ClientHost {
  readonly figures: ClientFigures;
  connection(clientId: number): ConnectionFigures;
  /** As HostFigures has it. */
  whyRefused(values: ReadonlyMap<string, string>): string | undefined;
}

export function processFigures(configFile: string, clients: ClientHost, tls: Tls): HostFigures {
  return {
    stopwatchUs: monotonicUs,
    process: () => figuresOf(configFile),
    clients: () => clients.figures,
    connection: (clientId) => clients.connection(clientId),
    whyRefused: (values) => tls.whyRefused(values) ?? clients.whyRefused(values),
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
