import { forField, never, nothing, numberOf, shardField, textOf, type FaultKind } from "./fault.ts";
import { machineOf } from "./targets.ts";
import { anyLogNode } from "./swarm.ts";

export const diskFull: FaultKind = {
  kind: "diskFull",
  help: "a log node's disk takes no more bytes: syncs fail until it ends",
  fields: {
    target: { help: "logFollower, logLeader or node:log-a", standard: "logFollower" },
    shard: shardField,
    forMs: forField,
  },
  swarm: {
    group: "disk",
    weight: 0.5,
    fields: {
      target: anyLogNode,
      forMs: { from: 20, to: 1000, decimals: 0 },
    },
  },
  damages: nothing,
  probes: never,
  begin: (context, fields) => {
    const machine = machineOf(context, textOf(fields, "target"), numberOf(fields, "shard"));
    if (machine === undefined || !machine.isRunning) return undefined;
    const { disk } = machine;
    disk.fillUp(context.counter);
    return {
      text: `disk of ${machine.name} is full`,
      targets: [machine.name],
      lastsUs: numberOf(fields, "forMs") * 1000,
      end: () => {
        disk.capacityBytes = Infinity;
      },
    };
  },
};
