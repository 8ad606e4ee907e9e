import { textOf, type FaultKind } from "./fault.ts";
import { beginRule, linkFields } from "./linkFault.ts";

export const cut: FaultKind = {
  kind: "cut",
  help: "nothing arrives between two sets of places, one way or both; what is in flight is cut too",
  fields: linkFields,
  probes: (fields) => textOf(fields, "from") === "primary" && textOf(fields, "to") === "log",
  begin: (context, fields) => beginRule(context, fields, "cut", "cut", {}),
};
