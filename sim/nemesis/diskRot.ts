import { forField, never, numberOf, shardField, textOf, type FaultKind } from "./fault.ts";
import { machineOf } from "./targets.ts";

export const diskRot: FaultKind = {
  kind: "diskRot",
  help: "a bit of a log node's disk flips below its newest writes, and the node restarts and reads it",
  fields: {
    target: { help: "logFollower, logLeader or node:log-a", standard: "logFollower" },
    shard: shardField,
    file: { help: "which of its files: the one with this prefix", standard: "wal-" },
    forMs: forField,
  },
  probes: never,
  begin: (context, fields) => {
    const { kernel, infrastructure, counter } = context;
    const machine = machineOf(context, textOf(fields, "target"), numberOf(fields, "shard"));
    if (machine === undefined || !machine.isRunning) return undefined;
    const prefix = textOf(fields, "file");
    const file = machine.disk.fileNames().find((name) => name.startsWith(prefix));
    if (file === undefined) return undefined;
    infrastructure.crash(machine, "crash", false, counter);
    kernel.rotDisk(machine, file, counter);
    return {
      text: `a bit of ${file} of ${machine.name} rotted`,
      targets: [machine.name],
      lastsUs: numberOf(fields, "forMs") * 1000,
      end: () => infrastructure.release(machine),
    };
  },
};
