import {
  never,
  nothing,
  numberOf,
  shardField,
  targetField,
  textOf,
  type FaultKind,
} from "./fault.ts";
import { machineOf } from "./targets.ts";

export const halfOpen: FaultKind = {
  kind: "halfOpen",
  help: "every connection of a machine breaks, and one end goes on believing in it until what it sends is refused",
  fields: {
    target: targetField,
    shard: shardField,
    believer: { help: "who is not told: machine, or others", standard: "machine" },
  },
  swarm: {
    group: "network",
    weight: 1,
    fields: {
      target: { among: ["primary", "primary", "replica", "logLeader", "logFollower"] },
      believer: { among: ["machine", "others"] },
    },
  },
  damages: nothing,
  probes: never,
  begin: (context, fields) => {
    const { kernel, counter } = context;
    const machine = machineOf(context, textOf(fields, "target"), numberOf(fields, "shard"));
    if (machine === undefined || !machine.isRunning) return undefined;
    const believer = textOf(fields, "believer") === "machine" ? "machine" : "others";
    let broken = 0;
    for (const peer of kernel.machines) {
      if (peer === machine) continue;
      const believes = believer === "machine" ? machine : peer;
      if (!kernel.network.breakBetween(machine, peer, counter, believes)) continue;
      counter.connectionsBroken += 1;
      broken += 1;
    }
    broken += kernel.clientStreams.halfOpen(machine, believer, counter);
    const who = believer === "machine" ? machine.name : "the other end";
    return {
      text: `${broken} connections of ${machine.name} are half open: ${who} believes in them`,
      targets: [machine.name],
      lastsUs: 0,
      end: () => {},
    };
  },
};
