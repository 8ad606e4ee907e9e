import {
  beginRate,
  clockTargetField,
  clockTargets,
  damagesOfRatio,
  ratioBeyond,
  ratioDraw,
} from "./clockRates.ts";
import { forField, never, numberOf, shardField, textOf, type FaultKind } from "./fault.ts";
import { machinesOf } from "./targets.ts";

export const clockDrift: FaultKind = {
  kind: "clockDrift",
  help: "monotonic clocks run fast (ratio above 0) or slow (below)",
  takesGroups: true,
  fields: {
    target: clockTargetField,
    shard: shardField,
    ratio: { help: "how far the rate is off: -0.1 is a tenth too slow", standard: 0.1 },
    forMs: forField,
  },
  swarm: {
    group: "clock",
    weight: 1,
    fields: {
      target: clockTargets,
      ratio: ratioDraw,
      forMs: { from: 200, to: 4000, decimals: 0 },
    },
    beyond: ratioBeyond,
  },
  damages: damagesOfRatio,
  probes: never,
  begin: (context, fields) => {
    const target = textOf(fields, "target");
    const machines = machinesOf(context, target, numberOf(fields, "shard"));
    if (machines.length === 0) return undefined;
    const ppm = Math.round(numberOf(fields, "ratio") * 1_000_000);
    const ends = machines.map((machine) => beginRate(context, machine, ppm));
    const names = machines.map((machine) => machine.name);
    return {
      text: `clock of ${target} (${names.join(", ")}) off by ${ppm / 10_000} %`,
      targets: names,
      lastsUs: numberOf(fields, "forMs") * 1000,
      end: () => {
        for (const end of ends) end();
      },
    };
  },
};
