import { forField, never, numberOf, shardField, textOf, type FaultKind } from "./fault.ts";
import { anyLogNode } from "./swarm.ts";
import { machineOf } from "./targets.ts";

export const diskLostWrite: FaultKind = {
  kind: "diskLostWrite",
  help: "a log node's next write to its log never reaches the platter though the sync said so; when it ends the node dies, and starts with the gap if later writes lie behind it",
  fields: {
    target: { help: "logFollower, logLeader or node:log-a", standard: "logFollower" },
    shard: shardField,
    file: { help: "which of its files: the one with this prefix", standard: "wal-" },
    newest: {
      help: "1: also if nothing was written behind it, so that nothing on the disk tells; 0: only a gap",
      standard: 0,
    },
    forMs: forField,
  },
  swarm: {
    group: "disk",
    weight: 0.5,
    fields: {
      target: anyLogNode,
      newest: { among: [0] },
      forMs: { from: 20, to: 1000, decimals: 0 },
    },
  },
  damages: (fields) => (numberOf(fields, "newest") === 1 ? "silent loss" : "log copy"),
  probes: never,
  begin: (context, fields) => {
    const { kernel, infrastructure, counter } = context;
    const machine = machineOf(context, textOf(fields, "target"), numberOf(fields, "shard"));
    if (machine === undefined || !machine.isRunning) return undefined;
    machine.disk.armPhantom(textOf(fields, "file"));
    return {
      text: `disk of ${machine.name} loses a write that it acknowledges`,
      targets: [machine.name],
      lastsUs: numberOf(fields, "forMs") * 1000,
      end: () => {
        infrastructure.crash(machine, "crash", false, counter);
        kernel.losePhantomWrite(machine, numberOf(fields, "newest") === 1, counter);
        infrastructure.release(machine);
      },
    };
  },
};
