/** The machines of a cluster by their names, and where clients find them. */
import type { ClusterLayout, DatabaseNodeAddress, NodeId } from "../../engine/contract.ts";
import type { Membership } from "../folder/zoneFolder.ts";

/** The zones that exist: PROTOCOL's quorums are counted among three. */
export const zones: readonly string[] = ["a", "b", "c"];

export interface Place {
  readonly host: string;
  readonly port: number;
}

type MutableAddress = { -readonly [name in keyof DatabaseNodeAddress]: DatabaseNodeAddress[name] };

export class Layout {
  /** As the engine's machines know it. Who reads it later sees where a zone has moved to. */
  readonly cluster: ClusterLayout;
  private readonly addresses: readonly MutableAddress[];

  /** `placeOf`: where a node listens, by its zone and its number there, and by its number in the whole cluster. */
  constructor(
    membership: Membership,
    placeOf: (zone: string, inZone: number, inCluster: number) => Place,
  ) {
    const { clusterId, shards, replicas, logCopies } = membership;
    const addresses: MutableAddress[] = [];
    for (let shard = 0; shard < shards; shard++) {
      for (let index = 0; index <= replicas; index++) {
        const zone = zones[index % zones.length] as string;
        const round = Math.floor(index / zones.length) + 1;
        const inZone = addresses.filter((one) => one.zone === zone).length;
        const nodeId = `db-${shard}-${zone}${round === 1 ? "" : round}`;
        addresses.push({ nodeId, shard, zone, ...placeOf(zone, inZone, addresses.length) });
      }
    }
    this.addresses = addresses;
    this.cluster = {
      clusterId,
      shardCount: shards,
      databaseNodes: addresses,
      logNodes: zones.slice(0, logCopies).map((zone) => ({ nodeId: logName(zone), zone })),
    };
  }

  /** The nodes of a zone are there now, the first on this port. */
  move(zone: string, { host, port }: Place): void {
    let inZone = 0;
    for (const address of this.addresses) {
      if (address.zone !== zone) continue;
      address.host = host;
      address.port = portOf(port, inZone);
      inZone += 1;
    }
  }
}

/** Of a zone's node, from its first node's port: the zones of one computer take turns. */
export function portOf(firstPort: number, inZone: number): number {
  return firstPort === 0 ? 0 : firstPort + inZone * zones.length;
}

export function logName(zone: string): NodeId {
  return `log-${zone}`;
}

export function monitorName(zone: string): NodeId {
  return `monitor-${zone}`;
}
