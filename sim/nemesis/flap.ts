import { linkRule } from "../linkRules.ts";
import {
  forField,
  never,
  nothing,
  numberOf,
  shardField,
  targetField,
  textOf,
  type FaultKind,
} from "./fault.ts";
import { tellRoles, zoneOf } from "./targets.ts";
import { anyZone } from "./swarm.ts";

export const flap: FaultKind = {
  kind: "flap",
  help: "a zone is cut off and heals again and again",
  fields: {
    target: targetField,
    shard: shardField,
    periodMs: { help: "length of one cut, and of one pause between cuts", standard: 700 },
    forMs: forField,
  },
  swarm: {
    group: "network",
    weight: 0.5,
    fields: {
      target: { among: ["primary", "logLeader", ...anyZone] },
      periodMs: { from: 10, to: 500, decimals: 0 },
      forMs: { from: 200, to: 2000, decimals: 0 },
    },
  },
  damages: nothing,
  probes: never,
  begin: (context, fields) => {
    const { kernel, counter } = context;
    const zone = zoneOf(context, textOf(fields, "target"), numberOf(fields, "shard"));
    if (zone === undefined) return undefined;
    const roles = tellRoles(context, (machine) => machine.zone === zone);
    const periodUs = numberOf(fields, "periodMs") * 1000;
    const rule = linkRule(
      "cut",
      (from, to) => (from.zone === zone) !== (to.zone === zone),
      counter,
    );
    let isCut = false;
    let hasEnded = false;
    const toggle = (): void => {
      if (hasEnded) return;
      isCut = !isCut;
      if (isCut) kernel.addRule(rule);
      else kernel.removeRule(rule);
      kernel.at(kernel.nowUs + periodUs, toggle);
    };
    toggle();
    return {
      text: `network of zone ${zone} flaps every ${periodUs / 1000} ms${roles}`,
      targets: [zone],
      lastsUs: numberOf(fields, "forMs") * 1000,
      end: () => {
        hasEnded = true;
        if (isCut) kernel.removeRule(rule);
      },
    };
  },
};
