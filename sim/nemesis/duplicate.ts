import { never, numberOf, ratioField, type FaultKind } from "./fault.ts";
import { beginRule, linkFields } from "./linkFault.ts";

export const duplicate: FaultKind = {
  kind: "duplicate",
  help: "a share of the messages between machines arrives twice",
  fields: { ...linkFields, ratio: ratioField },
  probes: never,
  begin: (context, fields) => {
    const ratio = numberOf(fields, "ratio");
    return beginRule(context, fields, "duplicate", `${ratio * 100} % doubled`, { ratio });
  },
};
