import { never, nothing, numberOf, ratioField, type FaultKind } from "./fault.ts";
import { beginRule, linkDraws, linkFields } from "./linkFault.ts";

export const loss: FaultKind = {
  kind: "loss",
  help: "a share of the messages between two sets of places is lost; streams of clients are delayed",
  fields: { ...linkFields, ratio: ratioField },
  swarm: {
    group: "network",
    weight: 1,
    fields: {
      ...linkDraws,
      ratio: { from: 0.01, to: 0.3, decimals: 2 },
      forMs: { from: 50, to: 3000, decimals: 0 },
    },
  },
  damages: nothing,
  probes: never,
  begin: (context, fields) => {
    const ratio = numberOf(fields, "ratio");
    return beginRule(context, fields, "lose", `${ratio * 100} % lost`, { ratio });
  },
};
