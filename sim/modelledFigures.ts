/** What the simulated host of one database node tells of itself: a process without a body, whose work takes what costs.ts says. */
import type { HostFigures, ProcessFigures } from "../engine/contract.ts";
import { requestNs } from "./costs.ts";

const process: ProcessFigures = {
  processId: 1,
  os: "Simulated",
  executable: "",
  configFile: "",
  userCpuUs: 0,
  systemCpuUs: 0,
  residentBytes: 0,
  heldBytes: 0,
  usedBytes: 0,
  systemBytes: 0,
};

/** Every look at the stopwatch is a request later than the one before. `scriptNs`: how long scripts have taken so far, nanoseconds. */
export function modelledFigures(scriptNs: () => number): HostFigures {
  let looks = 0;
  return {
    stopwatchUs: () => (looks++ * requestNs + scriptNs()) / 1000,
    process: () => process,
    busyRatio: () => 0,
    clients: () => ({ rejectedConnections: 0, outputLimitDisconnections: 0, failedHandshakes: 0 }),
    whyRefused: () => undefined,
    connection: () => ({ descriptor: -1, unsentBytes: 0, tls: "" }),
  };
}
