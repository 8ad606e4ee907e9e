import { never, numberOf, ratioField, type FaultKind } from "./fault.ts";
import { beginRule, linkFields } from "./linkFault.ts";

export const loss: FaultKind = {
  kind: "loss",
  help: "a share of the messages between two sets of places is lost; streams of clients are delayed",
  fields: { ...linkFields, ratio: ratioField },
  probes: never,
  begin: (context, fields) => {
    const ratio = numberOf(fields, "ratio");
    return beginRule(context, fields, "lose", `${ratio * 100} % lost`, { ratio });
  },
};
