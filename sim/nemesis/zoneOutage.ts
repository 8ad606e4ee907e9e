import {
  always,
  forField,
  numberOf,
  shardField,
  targetField,
  textOf,
  type FaultKind,
} from "./fault.ts";
import { tellRoles, zoneOf } from "./targets.ts";
import { anyZone, midstDraws } from "./swarm.ts";

export const zoneOutage: FaultKind = {
  kind: "zoneOutage",
  help: "a zone loses power and network at once; with disks: lost its hardware is destroyed",
  fields: {
    target: targetField,
    shard: shardField,
    disks: { help: "kept or lost", standard: "kept" },
    forMs: forField,
  },
  swarm: {
    group: "zone",
    weight: 1,
    fields: {
      ...midstDraws,
      target: { among: ["primary", "logLeader", "both", ...anyZone] },
      disks: { among: ["kept", "kept", "kept", "lost"] },
      forMs: { from: 20, to: 2000, decimals: 0 },
    },
  },
  damages: (fields) => (textOf(fields, "disks") === "lost" ? "log copy" : "nothing"),
  probes: always,
  // "both": one zone is to hold the primary and the log's leader.
  prepare: (context, fields) => {
    if (textOf(fields, "target") !== "both") return;
    context.cluster?.askLogLeaderNear(numberOf(fields, "shard"));
  },
  begin: (context, fields) => {
    const { infrastructure, counter } = context;
    const zone = zoneOf(context, textOf(fields, "target"), numberOf(fields, "shard"));
    if (zone === undefined || infrastructure.isZoneDark(zone)) return undefined;
    const losesDisks = textOf(fields, "disks") === "lost";
    const roles = tellRoles(context, (machine) => machine.zone === zone);
    infrastructure.zoneDown(zone, losesDisks, counter);
    return {
      text: `zone ${zone} ${losesDisks ? "destroyed" : "dark"}${roles}`,
      targets: [zone],
      lastsUs: numberOf(fields, "forMs") * 1000,
      end: () => infrastructure.zoneUp(zone),
    };
  },
};
