import { nothing, textOf, type FaultKind } from "./fault.ts";
import { beginRule, linkDraws, linkFields } from "./linkFault.ts";
import { midstDraws, shortWhile } from "./swarm.ts";

export const cut: FaultKind = {
  kind: "cut",
  help: "nothing arrives between two sets of places, one way or both; what is in flight is cut too",
  fields: linkFields,
  swarm: {
    group: "network",
    weight: 2,
    fields: {
      ...midstDraws,
      ...linkDraws,
      forMs: shortWhile,
    },
  },
  damages: nothing,
  probes: (fields) => textOf(fields, "from") === "primary" && textOf(fields, "to") === "log",
  begin: (context, fields) => beginRule(context, fields, "cut", "cut", {}),
};
