import { forField, never, nothing, numberOf, shardField, textOf, type FaultKind } from "./fault.ts";
import { anyLogNode } from "./swarm.ts";
import { machineOf } from "./targets.ts";

export const diskWriteFail: FaultKind = {
  kind: "diskWriteFail",
  help: "the next writes to a log node's disk fail: nothing is stored, and the sync that covers them is answered with an error",
  fields: {
    target: { help: "logFollower, logLeader or node:log-a", standard: "logFollower" },
    shard: shardField,
    writes: { help: "how many writes fail", standard: 1 },
    forMs: forField,
  },
  swarm: {
    group: "disk",
    weight: 1,
    fields: {
      target: anyLogNode,
      writes: { among: [1, 1, 2, 3] },
      forMs: { from: 50, to: 1000, decimals: 0 },
    },
  },
  damages: nothing,
  probes: never,
  begin: (context, fields) => {
    const { counter } = context;
    const machine = machineOf(context, textOf(fields, "target"), numberOf(fields, "shard"));
    if (machine === undefined || !machine.isRunning) return undefined;
    const writes = numberOf(fields, "writes");
    machine.disk.failWrites(writes, counter);
    return {
      text: `disk of ${machine.name} refuses ${writes === 1 ? "a write" : `${writes} writes`}`,
      targets: [machine.name],
      lastsUs: numberOf(fields, "forMs") * 1000,
      end: () => {
        machine.disk.failWrites(0, counter);
      },
    };
  },
};
