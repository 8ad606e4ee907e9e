import {
  forField,
  never,
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
  fields: {
    target: { ...targetField, help: `${targetField.help}; replicas, databases, log, everything` },
    shard: shardField,
    byMs: { help: "how far, in milliseconds, either way", standard: 10_000 },
    forMs: forField,
  },
  probes: never,
  begin: (context, fields) => {
    const machines = machinesOf(context, textOf(fields, "target"), numberOf(fields, "shard"));
    if (machines.length === 0) return undefined;
    const byMs = numberOf(fields, "byMs");
    for (const machine of machines) machine.clock.jumpWall(byMs * 1000);
    const names = machines.map((machine) => machine.name);
    return {
      text: `wall clock of ${names.join(", ")} jumped by ${byMs} ms`,
      targets: names,
      lastsUs: numberOf(fields, "forMs") * 1000,
      end: () => {
        for (const machine of machines) machine.clock.jumpWall(-byMs * 1000);
      },
    };
  },
};
