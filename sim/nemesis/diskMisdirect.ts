import { beginDamage, damageFields } from "./diskDamage.ts";
import { logCopy, never, type FaultKind } from "./fault.ts";
import { anyLogNode } from "./swarm.ts";

export const diskMisdirect: FaultKind = {
  kind: "diskMisdirect",
  help: "a log node crashes, an older write of its log proves to be in the wrong sector, and it starts and reads it",
  fields: damageFields,
  swarm: {
    group: "disk",
    weight: 0.5,
    fields: {
      target: anyLogNode,
      forMs: { from: 20, to: 500, decimals: 0 },
    },
  },
  damages: logCopy,
  probes: never,
  begin: (context, fields) => beginDamage(context, fields, "misdirect"),
};
