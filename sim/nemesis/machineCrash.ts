import {
  always,
  forField,
  nothing,
  numberOf,
  shardField,
  targetField,
  textOf,
  type FaultKind,
} from "./fault.ts";
import { midstDraws } from "./swarm.ts";
import { machineOf, tellRoles } from "./targets.ts";

export const machineCrash: FaultKind = {
  kind: "machineCrash",
  help: "a machine dies at once; of what it had not synced, each write is kept, lost or torn",
  fields: {
    target: targetField,
    shard: shardField,
    forMs: forField,
    silent: { help: "1: as if its power went, nobody's connection is reset", standard: 0 },
  },
  swarm: {
    group: "process",
    weight: 3,
    fields: {
      ...midstDraws,
      target: {
        among: [
          "primary",
          "primary",
          "replica",
          "logLeader",
          "logLeader",
          "logFollower",
          "monitor",
          "candidate",
          "handingOver",
          "recovering",
          "logRepairing",
        ],
      },
      forMs: { from: 10, to: 1500, decimals: 0 },
      silent: { among: [0, 0, 1] },
    },
  },
  damages: nothing,
  probes: always,
  begin: (context, fields) => {
    const { infrastructure, counter } = context;
    const machine = machineOf(context, textOf(fields, "target"), numberOf(fields, "shard"));
    if (machine === undefined || !machine.isRunning) return undefined;
    const roles = tellRoles(context, (other) => other === machine);
    infrastructure.crash(machine, "crash", numberOf(fields, "silent") === 1, counter);
    return {
      text: `${machine.name} crashed${roles}`,
      targets: [machine.name],
      lastsUs: numberOf(fields, "forMs") * 1000,
      end: () => infrastructure.release(machine),
    };
  },
};
