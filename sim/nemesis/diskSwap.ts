import {
  always,
  forField,
  nothing,
  numberOf,
  shardField,
  textOf,
  type FaultKind,
} from "./fault.ts";
import { anyLogNode } from "./swarm.ts";
import { machineOf } from "./targets.ts";

export const diskSwap: FaultKind = {
  kind: "diskSwap",
  help: "a log node dies and starts again with a copy of another node's disk, until its own is put back: it must refuse to run on it",
  fields: {
    target: { help: "logFollower, logLeader or node:log-a", standard: "logFollower" },
    shard: shardField,
    forMs: forField,
  },
  swarm: {
    group: "disk",
    weight: 0.3,
    fields: { target: anyLogNode, forMs: { from: 400, to: 2500, decimals: 0 } },
  },
  damages: nothing,
  probes: always,
  begin: (context, fields) => {
    const { kernel, infrastructure, counter } = context;
    const machine = machineOf(context, textOf(fields, "target"), numberOf(fields, "shard"));
    if (machine === undefined || !machine.isRunning) return undefined;
    // A disk without a format marker is nobody's: the control plane would make it this node's own, and fence the one put back.
    // A node that runs on a strange disk itself has none of its own to lend: it might lend this node an old copy of its own.
    const donor = kernel.machines.find(
      (other) =>
        other.kind === "log" &&
        other !== machine &&
        other.disk.lengthOf("format") > 0 &&
        other.disk.swappedBy === undefined,
    );
    if (donor === undefined) return undefined;
    infrastructure.crash(machine, "crash", false, counter);
    const own = machine.disk.copyOfImages();
    // Checks are not told: the node's own disk lies beside it, whole.
    machine.disk.swap(donor.disk.copyOfImages(), counter);
    infrastructure.release(machine);
    return {
      text: `${machine.name} crashed and starts with the disk of ${donor.name}`,
      targets: [machine.name],
      lastsUs: numberOf(fields, "forMs") * 1000,
      end: () => {
        // Its zone may have been destroyed meanwhile, and the disk with it.
        if (machine.disk.swappedBy !== counter) return;
        infrastructure.crash(machine, "its own disk is put back", false, counter);
        machine.disk.swap(own, undefined);
        infrastructure.release(machine);
      },
    };
  },
};
