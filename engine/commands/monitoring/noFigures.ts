/** A host that tells nothing of itself: its clock stands still. */
import type { ConnectionFigures, HostFigures, ProcessFigures } from "../../contract.ts";

const nothing: ProcessFigures = {
  processId: 0,
  os: "",
  executable: "",
  configFile: "",
  userCpuUs: 0,
  systemCpuUs: 0,
  residentBytes: 0,
  heldBytes: 0,
  usedBytes: 0,
  systemBytes: 0,
};

const noConnection: ConnectionFigures = { descriptor: -1, unsentBytes: 0, tls: "" };

export const noFigures: HostFigures = {
  stopwatchUs: () => 0,
  process: () => nothing,
  busyRatio: () => 0,
  clients: () => ({ rejectedConnections: 0, outputLimitDisconnections: 0, failedHandshakes: 0 }),
  connection: () => noConnection,
  whyRefused: () => undefined,
};
