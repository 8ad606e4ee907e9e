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

export const clockSlew: FaultKind = {
  kind: "clockSlew",
  help: "monotonic clocks run too fast and too slow in turn, as if somebody corrected them again and again",
  takesGroups: true,
  fields: {
    target: clockTargetField,
    shard: shardField,
    ratio: { help: "how far the rate is off at first; then as far the other way", standard: 0.1 },
    periodMs: { help: "how long it keeps one rate", standard: 300 },
    forMs: forField,
  },
  swarm: {
    group: "clock",
    weight: 1,
    fields: {
      target: clockTargets,
      ratio: ratioDraw,
      periodMs: { from: 20, to: 1000, decimals: 0 },
      forMs: { from: 200, to: 5000, decimals: 0 },
    },
    beyond: ratioBeyond,
  },
  damages: damagesOfRatio,
  probes: never,
  begin: (context, fields) => {
    const { kernel } = context;
    const target = textOf(fields, "target");
    const machines = machinesOf(context, target, numberOf(fields, "shard"));
    if (machines.length === 0) return undefined;
    const periodUs = numberOf(fields, "periodMs") * 1000;
    let ppm = Math.round(numberOf(fields, "ratio") * 1_000_000);
    let hasEnded = false;
    let ends: readonly (() => void)[] = [];
    const turn = (): void => {
      if (hasEnded) return;
      for (const end of ends) end();
      ends = machines.map((machine) => beginRate(context, machine, ppm));
      ppm = -ppm;
      kernel.at(kernel.nowUs + periodUs, turn);
    };
    const text = `clock of ${target} off by ${ppm / 10_000} %, the other way every ${periodUs / 1000} ms`;
    turn();
    return {
      text,
      targets: machines.map((machine) => machine.name),
      lastsUs: numberOf(fields, "forMs") * 1000,
      end: () => {
        hasEnded = true;
        for (const end of ends) end();
      },
    };
  },
};
