import { forField, logCopy, never, numberOf, shardField, textOf, type FaultKind } from "./fault.ts";
import { anyLogNode } from "./swarm.ts";
import { machineOf } from "./targets.ts";

export const diskReadFail: FaultKind = {
  kind: "diskReadFail",
  help: "a log node dies, and its next reads are answered with an error when it starts and reads its disk",
  fields: {
    target: { help: "logFollower, logLeader or node:log-a", standard: "logFollower" },
    shard: shardField,
    reads: { help: "how many reads fail", standard: 1 },
    forMs: forField,
  },
  swarm: {
    group: "disk",
    weight: 0.5,
    fields: {
      target: anyLogNode,
      reads: { among: [1, 2, 3] },
      forMs: { from: 500, to: 1500, decimals: 0 },
    },
  },
  damages: logCopy,
  probes: never,
  begin: (context, fields) => {
    const { infrastructure, counter } = context;
    const machine = machineOf(context, textOf(fields, "target"), numberOf(fields, "shard"));
    if (machine === undefined || !machine.isRunning) return undefined;
    const reads = numberOf(fields, "reads");
    infrastructure.crash(machine, "crash", false, counter);
    machine.disk.failReads(reads, counter);
    infrastructure.release(machine);
    return {
      text: `${machine.name} crashed, and its disk fails ${reads === 1 ? "a read" : `${reads} reads`}`,
      targets: [machine.name],
      lastsUs: numberOf(fields, "forMs") * 1000,
      end: () => {
        machine.disk.failReads(0, counter);
      },
    };
  },
};
