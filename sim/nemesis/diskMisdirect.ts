import { beginDamage, damageFields } from "./diskDamage.ts";
import { never, type FaultKind } from "./fault.ts";

export const diskMisdirect: FaultKind = {
  kind: "diskMisdirect",
  help: "a log node crashes, an older write of its log proves to be in the wrong sector, and it starts and reads it",
  fields: damageFields,
  probes: never,
  begin: (context, fields) => beginDamage(context, fields, "misdirect"),
};
