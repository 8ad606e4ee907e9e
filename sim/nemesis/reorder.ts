import { never, numberOf, ratioField, type FaultKind } from "./fault.ts";
import { beginRule, linkFields } from "./linkFault.ts";

export const reorder: FaultKind = {
  kind: "reorder",
  help: "a share of the messages between machines is held back and overtaken by later ones",
  fields: {
    ...linkFields,
    ratio: ratioField,
    byMs: { help: "held back by up to this many milliseconds", standard: 20 },
  },
  probes: never,
  begin: (context, fields) => {
    const ratio = numberOf(fields, "ratio");
    const byUs = numberOf(fields, "byMs") * 1000;
    return beginRule(context, fields, "reorder", `${ratio * 100} % overtaken`, { ratio, byUs });
  },
};
