import { beginDamage, damageFields } from "./diskDamage.ts";
import { logCopy, never, type FaultKind } from "./fault.ts";
import { anyLogNode } from "./swarm.ts";

export const diskRot: FaultKind = {
  kind: "diskRot",
  help: "a log node crashes, a bit in the older half of its log flips, and it starts and reads it",
  fields: damageFields,
  swarm: {
    group: "disk",
    weight: 1,
    fields: {
      target: anyLogNode,
      forMs: { from: 20, to: 500, decimals: 0 },
    },
  },
  damages: logCopy,
  probes: never,
  begin: (context, fields) => beginDamage(context, fields, "rot"),
};
