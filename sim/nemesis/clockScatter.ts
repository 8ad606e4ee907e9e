import { beginRate, clockTargetField, damagesOfRatio, ratioBeyond } from "./clockRates.ts";
import { forField, never, numberOf, shardField, textOf, type FaultKind } from "./fault.ts";
import { machinesOf } from "./targets.ts";

export const clockScatter: FaultKind = {
  kind: "clockScatter",
  help: "each of several monotonic clocks runs at a rate of its own, within a bound",
  takesGroups: true,
  fields: {
    target: { ...clockTargetField, standard: "everything" },
    shard: shardField,
    ratio: { help: "how far a rate may be off, either way", standard: 0.1 },
    forMs: forField,
  },
  swarm: {
    group: "clock",
    weight: 1,
    fields: {
      target: { among: ["everything", "everything", "databases", "log"] },
      ratio: { from: 0.001, to: 0.1, decimals: 4 },
      forMs: { from: 200, to: 5000, decimals: 0 },
    },
    beyond: ratioBeyond,
  },
  damages: damagesOfRatio,
  probes: never,
  begin: (context, fields) => {
    const machines = machinesOf(context, textOf(fields, "target"), numberOf(fields, "shard"));
    if (machines.length === 0) return undefined;
    const bound = Math.abs(numberOf(fields, "ratio")) * 1_000_000;
    const told: string[] = [];
    const ends = machines.map((machine) => {
      const ppm = Math.round((context.decisions.next() * 2 - 1) * bound);
      told.push(`${machine.name} ${(ppm / 10_000).toFixed(1)} %`);
      return beginRate(context, machine, ppm);
    });
    return {
      text: `clocks run apart: ${told.join(", ")}`,
      targets: machines.map((machine) => machine.name),
      lastsUs: numberOf(fields, "forMs") * 1000,
      end: () => {
        for (const end of ends) end();
      },
    };
  },
};
