import { never, numberOf, shardField, textOf, type FaultKind } from "./fault.ts";
import { machineOf } from "./targets.ts";

export const diskMisdirect: FaultKind = {
  kind: "diskMisdirect",
  help: "the next write of a log node lands in the wrong place",
  fields: {
    target: { help: "logFollower, logLeader or node:log-a", standard: "logFollower" },
    shard: shardField,
    byBytes: { help: "how far off, a multiple of 512", standard: 512 },
  },
  probes: never,
  begin: (context, fields) => {
    const machine = machineOf(context, textOf(fields, "target"), numberOf(fields, "shard"));
    if (machine === undefined || !machine.isRunning) return undefined;
    machine.disk.misdirectNextBy = numberOf(fields, "byBytes");
    context.counter.diskResultsChanged += 1;
    return {
      text: `a write of ${machine.name} goes astray`,
      targets: [machine.name],
      lastsUs: 0,
      end: () => {},
    };
  },
};
