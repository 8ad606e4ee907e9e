import { forField, never, nothing, numberOf, shardField, textOf, type FaultKind } from "./fault.ts";
import { anyLogNode } from "./swarm.ts";
import { machineOf } from "./targets.ts";

export const diskStall: FaultKind = {
  kind: "diskStall",
  help: "a log node's disk completes no sync until it ends, as a device does that retries inside",
  fields: {
    target: { help: "logFollower, logLeader or node:log-a", standard: "logFollower" },
    shard: shardField,

    forMs: forField,
  },
  swarm: {
    group: "disk",
    weight: 1,
    fields: { target: anyLogNode, forMs: { from: 10, to: 3000, decimals: 0 } },
  },
  damages: nothing,
  probes: never,
  begin: (context, fields) => {
    const { counter } = context;
    const machine = machineOf(context, textOf(fields, "target"), numberOf(fields, "shard"));
    if (machine === undefined || !machine.isRunning) return undefined;
    const endStall = machine.stallDisk(counter);
    return {
      text: `disk of ${machine.name} stands still`,
      targets: [machine.name],
      lastsUs: numberOf(fields, "forMs") * 1000,
      end: () => {
        endStall();
      },
    };
  },
};
