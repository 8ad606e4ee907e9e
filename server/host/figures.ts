/** What this process tells its nodes of itself, for INFO, SLOWLOG and LATENCY. */
import { arch, release, totalmem, type } from "node:os";
import { cpuUsage, execPath, memoryUsage, pid } from "node:process";
import type { HostFigures } from "../../engine/contract.ts";
import { monotonicUs } from "./clock.ts";

const os: string = `${type()} ${release()} ${arch() === "x64" ? "x86_64" : arch()}`;

export const processFigures: HostFigures = {
  stopwatchUs: monotonicUs,
  process: () => {
    const cpu = cpuUsage();
    const memory = memoryUsage();
    return {
      processId: pid,
      os,
      executable: execPath,
      configFile: "",
      userCpuUs: cpu.user,
      systemCpuUs: cpu.system,
      residentBytes: memory.rss,
      heldBytes: memory.heapTotal + memory.external,
      usedBytes: memory.heapUsed + memory.external,
      systemBytes: totalmem(),
    };
  },
};
