import { forField, logCopy, never, numberOf, shardField, textOf, type FaultKind } from "./fault.ts";
import { fileField } from "./diskDamage.ts";
import { anyLogNode } from "./swarm.ts";
import { machineOf } from "./targets.ts";

export const diskReadRot: FaultKind = {
  kind: "diskReadRot",
  help: "a log node dies, and when it starts and reads its disk, its next reads show a flipped bit that is not on the platter",
  fields: {
    target: { help: "logFollower, logLeader or node:log-a", standard: "logFollower" },
    shard: shardField,
    file: fileField,
    reads: { help: "how many reads are wrong", standard: 2 },
    forMs: forField,
  },
  swarm: {
    group: "disk",
    weight: 0.5,
    fields: {
      target: anyLogNode,
      reads: { among: [1, 2, 3] },
      forMs: { from: 500, to: 1500, decimals: 0 },
    },
  },
  damages: logCopy,
  probes: never,
  begin: (context, fields) => {
    const { infrastructure, counter } = context;
    const machine = machineOf(context, textOf(fields, "target"), numberOf(fields, "shard"));
    if (machine === undefined || !machine.isRunning) return undefined;
    infrastructure.crash(machine, "crash", false, counter);
    machine.disk.garbleReads(numberOf(fields, "reads"), textOf(fields, "file"), counter);
    infrastructure.release(machine);
    return {
      text: `${machine.name} crashed, and reads of its disk show a flipped bit`,
      targets: [machine.name],
      lastsUs: numberOf(fields, "forMs") * 1000,
      end: () => {
        machine.disk.garbleReads(0, "", counter);
      },
    };
  },
};
