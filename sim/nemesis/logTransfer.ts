import { encodeLogTransferAsk } from "../../engine/control/messages.ts";
import { never, nothing, numberOf, shardField, textOf, type FaultKind } from "./fault.ts";
import { zoneOf } from "./targets.ts";
import { anyZone } from "./swarm.ts";

export const logTransfer: FaultKind = {
  kind: "logTransfer",
  help: "an operator moves the leadership of a shard's log into a zone",
  isForAzimuthOnly: true,
  fields: {
    shard: shardField,
    to: { help: "zone:a, or a role whose zone is meant", standard: "primary" },
  },
  swarm: {
    group: "operator",
    weight: 1,
    fields: {
      to: { among: ["primary", "replica", ...anyZone] },
    },
  },
  damages: nothing,
  probes: never,
  begin: (context, fields) => {
    const shard = numberOf(fields, "shard");
    const zone = zoneOf(context, textOf(fields, "to"), shard);
    const leader = context.cluster?.logLeaderOf(shard);
    if (zone === undefined || leader === undefined) return undefined;
    leader.machine.receiveFrame("admin", encodeLogTransferAsk(shard, `log-${zone}`));
    context.counter.ordersGiven += 1;
    return {
      text: `leadership of the log of shard ${shard} asked into zone ${zone}`,
      targets: [leader.machine.name, `log-${zone}`],
      lastsUs: 0,
      end: () => {},
    };
  },
};
