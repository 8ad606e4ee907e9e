/** What this process tells its nodes of itself, for INFO, SLOWLOG and LATENCY. */
import { arch, release, totalmem, type } from "node:os";
import { cpuUsage, execPath, memoryUsage, pid } from "node:process";
import type { HostFigures, ProcessFigures } from "../../engine/contract.ts";
import { monotonicUs } from "./clock.ts";

const os: string = `${type()} ${release()} ${arch() === "x64" ? "x86_64" : arch()}`;

export function processFigures(configFile: string): HostFigures {
  return { stopwatchUs: monotonicUs, process: () => figuresOf(configFile) };
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
