import {
  never,
  nothing,
  numberOf,
  shardField,
  targetField,
  textOf,
  type FaultKind,
} from "./fault.ts";
import { midstDraws } from "./swarm.ts";
import { machineOf } from "./targets.ts";

export const breakConnections: FaultKind = {
  kind: "breakConnections",
  help: "every connection of a machine breaks: bytes in flight are gone, both ends are told",
  fields: { target: targetField, shard: shardField },
  swarm: {
    group: "network",
    weight: 1,
    fields: {
      ...midstDraws,
      target: { among: ["primary", "primary", "replica", "logLeader", "logFollower"] },
    },
  },
  damages: nothing,
  probes: never,
  begin: (context, fields) => {
    const { kernel, counter } = context;
    const machine = machineOf(context, textOf(fields, "target"), numberOf(fields, "shard"));
    if (machine === undefined || !machine.isRunning) return undefined;
    let broken = 0;
    for (const peer of kernel.machines) {
      if (peer === machine || !kernel.network.breakBetween(machine, peer, counter)) continue;
      counter.connectionsBroken += 1;
      broken += 1;
    }
    broken += kernel.clientStreams.breakAll(machine, counter);
    return {
      text: `${broken} connections of ${machine.name} broke`,
      targets: [machine.name],
      lastsUs: 0,
      end: () => {},
    };
  },
};
