import {
  forField,
  never,
  nothing,
  numberOf,
  shardField,
  targetField,
  textOf,
  type FaultKind,
} from "./fault.ts";
import { machinesOf } from "./targets.ts";

export const clockJump: FaultKind = {
  kind: "clockJump",
  help: "wall clocks jump, and back when it ends; monotonic clocks do not",
  takesGroups: true,
  fields: {
    target: { ...targetField, help: `${targetField.help}; replicas, databases, log, everything` },
    shard: shardField,
    byMs: { help: "how far, in milliseconds, either way", standard: 10_000 },
    forMs: forField,
  },
  swarm: {
    group: "clock",
    weight: 1,
    fields: {
      target: { among: ["primary", "replicas", "databases", "log", "everything"] },
      byMs: { from: 10, to: 10_000, decimals: 0, isSigned: true },
      forMs: { from: 50, to: 4000, decimals: 0 },
    },
  },
  damages: nothing,
  probes: never,
  begin: (context, fields) => {
    const { counter } = context;
    const machines = machinesOf(context, textOf(fields, "target"), numberOf(fields, "shard"));
    if (machines.length === 0) return undefined;
    const byMs = numberOf(fields, "byMs");
    const layers = machines.map((machine) => ({
      machine,
      layer: machine.clock.addJump(byMs * 1000, counter),
    }));
    const names = machines.map((machine) => machine.name);
    return {
      text: `wall clock of ${names.join(", ")} jumped by ${byMs} ms`,
      targets: names,
      lastsUs: numberOf(fields, "forMs") * 1000,
      end: () => {
        for (const { machine, layer } of layers) machine.clock.removeJump(layer);
      },
    };
  },
};
