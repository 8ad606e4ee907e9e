import { beginRate } from "./clockRates.ts";
import {
  always,
  forField,
  numberOf,
  shardField,
  targetField,
  textOf,
  type FaultKind,
} from "./fault.ts";
import { beginPause } from "./machinePause.ts";
import { machineOf } from "./targets.ts";

/** Stands still. */
const STOPPED_PPM = -1_000_000;

export const machineSuspend: FaultKind = {
  kind: "machineSuspend",
  help: "a virtual machine is suspended: it stands still and so does its monotonic clock, which breaks what leases assume",
  fields: { target: targetField, shard: shardField, forMs: forField },
  swarm: {
    group: "clock",
    weight: 1,
    fields: {
      target: { among: ["primary", "primary", "replica", "logLeader", "logFollower"] },
      forMs: { from: 50, to: 3000, decimals: 0 },
    },
  },
  damages: () => "clock rate",
  probes: always,
  begin: (context, fields) => {
    const machine = machineOf(context, textOf(fields, "target"), numberOf(fields, "shard"));
    if (machine === undefined) return undefined;
    const pause = beginPause(context, machine, fields, "suspended, its clock too");
    if (pause === undefined) return undefined;
    const endRate = beginRate(context, machine, STOPPED_PPM);
    return {
      ...pause,
      end: () => {
        endRate();
        pause.end();
      },
    };
  },
};
