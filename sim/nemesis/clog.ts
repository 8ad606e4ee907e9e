import { never, numberOf, type FaultKind } from "./fault.ts";
import { beginRule, linkFields } from "./linkFault.ts";

export const clog: FaultKind = {
  kind: "clog",
  help: "messages between two sets of places wait until it ends, then arrive in order",
  fields: linkFields,
  probes: never,
  begin: (context, fields) => {
    const untilUs = context.kernel.nowUs + numberOf(fields, "forMs") * 1000;
    return beginRule(context, fields, "clog", "clogged", { untilUs });
  },
};
