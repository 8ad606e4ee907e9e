import { beginDamage, damageFields } from "./diskDamage.ts";
import { never, type FaultKind } from "./fault.ts";

export const diskRot: FaultKind = {
  kind: "diskRot",
  help: "a log node crashes, a bit in the older half of its log flips, and it starts and reads it",
  fields: damageFields,
  probes: never,
  begin: (context, fields) => beginDamage(context, fields, "rot"),
};
