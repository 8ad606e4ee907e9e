import { encodeFailoverAsk } from "../../engine/control/messages.ts";
import { always, nothing, numberOf, shardField, textOf, type FaultKind } from "./fault.ts";

export const plannedFailover: FaultKind = {
  kind: "plannedFailover",
  help: "an operator asks the primary to hand its leadership over",
  isForAzimuthOnly: true,
  fields: {
    shard: shardField,
    to: { help: "the node that is to take over; any: the primary chooses", standard: "any" },
  },
  swarm: {
    group: "operator",
    weight: 2,
    fields: {},
  },
  damages: nothing,
  probes: always,
  begin: (context, fields) => {
    const { cluster, counter } = context;
    const shard = numberOf(fields, "shard");
    const primary = cluster?.primaryOf(shard);
    if (primary === undefined || cluster?.isServing(shard) !== true) return undefined;
    const to = textOf(fields, "to");
    const order = encodeFailoverAsk(shard, to === "any" ? "" : to);
    primary.machine.receiveFrame("admin", order);
    counter.ordersGiven += 1;
    return {
      text: `planned failover of shard ${shard} from ${primary.machine.name}`,
      targets: [primary.machine.name],
      lastsUs: 0,
      end: () => {},
    };
  },
};
