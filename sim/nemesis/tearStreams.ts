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
import { shortWhile } from "./swarm.ts";
import { machineOf } from "./targets.ts";

export const tearStreams: FaultKind = {
  kind: "tearStreams",
  help: "each connection of a client to a machine breaks in the middle of the next bytes that arrive on it, requests or replies",
  fields: { target: targetField, shard: shardField, forMs: forField },
  swarm: {
    group: "network",
    weight: 1,
    fields: {
      target: { among: ["primary", "primary", "primary", "replica"] },
      forMs: shortWhile,
    },
  },
  damages: nothing,
  probes: never,
  begin: (context, fields) => {
    const { kernel, counter, decisions } = context;
    const machine = machineOf(context, textOf(fields, "target"), numberOf(fields, "shard"));
    if (machine === undefined || !machine.isRunning) return undefined;
    return {
      text: `connections of clients to ${machine.name} break in the middle of what they carry`,
      targets: [machine.name],
      lastsUs: numberOf(fields, "forMs") * 1000,
      end: kernel.clientStreams.tearAll(machine, { decisions, counter }),
    };
  },
};
