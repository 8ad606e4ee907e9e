import { never, nothing, numberOf, ratioField, type FaultKind } from "./fault.ts";
import { beginRule, linkDraws, linkFields } from "./linkFault.ts";

export const reorder: FaultKind = {
  kind: "reorder",
  help: "a share of the messages between machines is held back and overtaken by later ones",
  fields: {
    ...linkFields,
    ratio: ratioField,
    byMs: { help: "held back by up to this many milliseconds", standard: 20 },
  },
  swarm: {
    group: "network",
    weight: 1,
    fields: {
      ...linkDraws,
      ratio: { from: 0.01, to: 0.5, decimals: 2 },
      byMs: { from: 1, to: 100, decimals: 0 },
      forMs: { from: 50, to: 3000, decimals: 0 },
    },
  },
  damages: nothing,
  probes: never,
  begin: (context, fields) => {
    const ratio = numberOf(fields, "ratio");
    const byUs = numberOf(fields, "byMs") * 1000;
    return beginRule(context, fields, "reorder", `${ratio * 100} % overtaken`, { ratio, byUs });
  },
};
