import { frameKindNumbers, linkRule } from "../linkRules.ts";
import { forField, never, nothing, numberOf, type FaultKind } from "./fault.ts";

export const delayHints: FaultKind = {
  kind: "delayHints",
  help: "hints of a hand-over arrive much later, in another epoch perhaps",
  isForAzimuthOnly: true,
  fields: {
    byMs: { help: "how much later, in milliseconds", standard: 15_000 },
    forMs: forField,
  },
  swarm: {
    group: "network",
    weight: 0.3,
    fields: {
      byMs: { from: 20, to: 5000, decimals: 0 },
      forMs: { from: 500, to: 8000, decimals: 0 },
    },
  },
  damages: nothing,
  probes: never,
  begin: (context, fields) => {
    const { kernel, counter } = context;
    const byUs = numberOf(fields, "byMs") * 1000;
    const frameKinds = frameKindNumbers(["handoverHint"]);
    const rule = linkRule("hold", () => true, counter, { byUs, frameKinds });
    kernel.addRule(rule);
    return {
      text: `hints of a hand-over are held back for ${byUs / 1_000_000} s`,
      targets: [],
      lastsUs: numberOf(fields, "forMs") * 1000,
      end: () => kernel.removeRule(rule),
    };
  },
};
