import { never, nothing, type FaultKind } from "./fault.ts";
import { beginRule, linkDraws, linkFields } from "./linkFault.ts";

export const clog: FaultKind = {
  kind: "clog",
  help: "messages between two sets of places wait until it ends, then arrive in order",
  fields: linkFields,
  swarm: {
    group: "network",
    weight: 1,
    fields: {
      ...linkDraws,
      forMs: { from: 10, to: 1000, decimals: 0 },
    },
  },
  damages: nothing,
  probes: never,
  begin: (context, fields) => beginRule(context, fields, "clog", "clogged", {}),
};
