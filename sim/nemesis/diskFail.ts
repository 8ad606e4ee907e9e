import { forField, never, nothing, numberOf, shardField, textOf, type FaultKind } from "./fault.ts";
import { machineOf } from "./targets.ts";
import { anyLogNode } from "./swarm.ts";

export const diskFail: FaultKind = {
  kind: "diskFail",
  help: "the next syncs of a log node's disk are answered with an error",
  fields: {
    target: { help: "logFollower, logLeader or node:log-a", standard: "logFollower" },
    shard: shardField,
    syncs: { help: "how many syncs fail", standard: 1 },
    forMs: forField,
  },
  swarm: {
    group: "disk",
    weight: 1,
    fields: {
      target: anyLogNode,
      syncs: { among: [1, 1, 2, 3] },
      forMs: { from: 50, to: 1000, decimals: 0 },
    },
  },
  damages: nothing,
  probes: never,
  begin: (context, fields) => {
    const machine = machineOf(context, textOf(fields, "target"), numberOf(fields, "shard"));
    if (machine === undefined || !machine.isRunning) return undefined;
    const syncs = numberOf(fields, "syncs");
    machine.disk.failSyncs(syncs, context.counter);
    return {
      text: `disk of ${machine.name} fails ${syncs === 1 ? "a sync" : `${syncs} syncs`}`,
      targets: [machine.name],
      lastsUs: numberOf(fields, "forMs") * 1000,
      end: () => machine.disk.failSyncs(0, context.counter),
    };
  },
};
