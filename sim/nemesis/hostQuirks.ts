import { HostQuirks, quirkSites, type QuirkSite } from "../hostQuirks.ts";
import { forField, never, nothing, numberOf, shardField, textOf, type FaultKind } from "./fault.ts";
import { machinesOf } from "./targets.ts";

export const hostQuirks: FaultKind = {
  kind: "hostQuirks",
  help: "hosts of machines do what their contract allows and seldom happens: late wakes, bytes cut or joined, syncs told late, inputs in batches",
  takesGroups: true,
  fields: {
    target: {
      help: "a role, a group such as databases or log, or everything",
      standard: "everything",
    },
    shard: shardField,
    sites: { help: `all, or one of ${quirkSites.join(", ")}`, standard: "all" },
    active: { help: "with all: how likely each site is switched on", standard: 0.25 },
    ratio: { help: "how likely a site that is on fires", standard: 0.25 },
    byMs: { help: "how late something comes at most, in milliseconds", standard: 5 },
    forMs: forField,
  },
  swarm: {
    group: "code",
    weight: 3,
    fields: {
      target: { among: ["everything", "everything", "databases", "log", "primary"] },
      active: { among: [0.25, 0.5, 1] },
      byMs: { from: 0.1, to: 50, decimals: 1 },
      forMs: { from: 200, to: 6000, decimals: 0 },
    },
  },
  damages: nothing,
  probes: never,
  begin: (context, fields) => {
    const { decisions, counter } = context;
    const machines = machinesOf(context, textOf(fields, "target"), numberOf(fields, "shard"));
    if (machines.length === 0) return undefined;
    const sites = textOf(fields, "sites");
    if (sites !== "all" && !quirkSites.some((site) => site === sites))
      throw new RangeError(`unknown site "${sites}": expected all, ${quirkSites.join(", ")}`);
    const isOn = (site: QuirkSite): boolean =>
      sites === "all" ? decisions.chance(numberOf(fields, "active")) : site === sites;
    const active = new Set(quirkSites.filter(isOn));
    const byUs = numberOf(fields, "byMs") * 1000;
    const quirks = new HostQuirks(active, numberOf(fields, "ratio"), byUs, decisions, counter);
    for (const machine of machines) machine.quirks = quirks;
    const names = active.size === 0 ? "none this time" : [...active].join(", ");
    return {
      text: `quirks of hosts (${textOf(fields, "target")}): ${names}`,
      targets: machines.map((machine) => machine.name),
      lastsUs: numberOf(fields, "forMs") * 1000,
      end: () => {
        for (const machine of machines) if (machine.quirks === quirks) machine.quirks = undefined;
      },
    };
  },
};
