import {
  always,
  forField,
  logCopy,
  numberOf,
  shardField,
  textOf,
  type FaultKind,
} from "./fault.ts";
import { anyLogNode } from "./swarm.ts";
import { machineOf, tellRoles } from "./targets.ts";

export const blankRestart: FaultKind = {
  kind: "blankRestart",
  help: "a log node dies and finds its disk blank when it starts again: it must be formatted anew and repaired",
  fields: {
    target: { help: "logFollower, logLeader or node:log-a", standard: "logFollower" },
    shard: shardField,
    forMs: forField,
  },
  swarm: {
    group: "disk",
    weight: 0.5,
    fields: { target: anyLogNode, forMs: { from: 20, to: 500, decimals: 0 } },
  },
  damages: logCopy,
  probes: always,
  begin: (context, fields) => {
    const { kernel, infrastructure, counter } = context;
    const machine = machineOf(context, textOf(fields, "target"), numberOf(fields, "shard"));
    if (machine === undefined || !machine.isRunning) return undefined;
    const roles = tellRoles(context, (other) => other === machine);
    infrastructure.crash(machine, "crash", false, counter);
    kernel.loseDisk(machine, counter);
    return {
      text: `${machine.name} crashed and lost its disk${roles}`,
      targets: [machine.name],
      lastsUs: numberOf(fields, "forMs") * 1000,
      end: () => infrastructure.release(machine),
    };
  },
};
