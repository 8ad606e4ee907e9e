/** The machines of a cluster by their names, and where clients find them. */
import { must } from "../../engine/assert.ts";
import type { ClusterLayout, DatabaseNodeAddress, NodeId } from "../../engine/contract.ts";
import type { Membership } from "../folder/zoneFolder.ts";

/** The zones that exist: PROTOCOL's quorums are counted among three. */
export const zones: readonly string[] = ["a", "b", "c"];

/** For plain connections and for TLS; 0: none. */
export interface Ports {
  readonly port: number;
  readonly tlsPort: number;
}

/** Where clients find a node. */
export interface Place extends Ports {
  readonly host: string;
  /** "" without one. */
  readonly hostname: string;
  /** For the processes of other zones; 0: none. */
  readonly busPort: number;
}

export const nowhere: Place = { host: "", hostname: "", port: 0, tlsPort: 0, busPort: 0 };

/** Where a node stands among its zone's, and among all. */
export interface Rank {
  readonly nodeId: NodeId;
  readonly zone: string;
  readonly inZone: number;
  readonly inCluster: number;
}

type MutableAddress = { -readonly [name in keyof DatabaseNodeAddress]: DatabaseNodeAddress[name] };

export class Layout {
  /** As the engine's machines know it. Who reads it later sees where a zone has moved to. */
  readonly cluster: ClusterLayout;
  private readonly addresses: readonly MutableAddress[];
  private readonly placeOf: (rank: Rank) => Place;

  /** `placeOf`: where clients find a node, asked now and at every `renew`. */
  constructor(membership: Membership, placeOf: (rank: Rank) => Place) {
    const { clusterId, shards, replicas, logCopies } = membership;
    const addresses: MutableAddress[] = [];
    for (let shard = 0; shard < shards; shard++) {
      for (let index = 0; index <= replicas; index++) {
        const zone = zones[index % zones.length] as string;
        const round = Math.floor(index / zones.length) + 1;
        const nodeId = `db-${shard}-${zone}${round === 1 ? "" : round}`;
        addresses.push({ nodeId, shard, zone, ...nowhere });
      }
    }
    this.addresses = addresses;
    this.placeOf = placeOf;
    this.cluster = {
      clusterId,
      shardCount: shards,
      databaseNodes: addresses,
      logNodes: zones.slice(0, logCopies).map((zone) => ({ nodeId: logName(zone), zone })),
    };
    this.renew();
  }

  /** Something that is announced has changed. */
  renew(): void {
    for (const address of this.addresses) {
      const place = this.placeOf(this.rankOf(address.nodeId));
      address.host = place.host;
      address.hostname = place.hostname;
      address.port = place.port;
      address.tlsPort = place.tlsPort;
      address.busPort = place.busPort;
    }
  }

  rankOf(nodeId: NodeId): Rank {
    const inCluster = this.addresses.findIndex((one) => one.nodeId === nodeId);
    const { zone } = must(this.addresses[inCluster], nodeId);
    const inZone = this.addresses.slice(0, inCluster).filter((one) => one.zone === zone).length;
    return { nodeId, zone, inZone, inCluster };
  }
}

/** Of another node of a zone, from those of its first: the zones of one computer take turns. */
export function zonePorts(first: Ports, inZone: number): Ports {
  return portsAfter(first, inZone * zones.length);
}

/** Of the node with so many others in front of it, from those of the first. */
export function portsAfter({ port, tlsPort }: Ports, distance: number): Ports {
  return {
    port: port === 0 ? 0 : port + distance,
    tlsPort: tlsPort === 0 ? 0 : tlsPort + distance,
  };
}

export function logName(zone: string): NodeId {
  return `log-${zone}`;
}

export function monitorName(zone: string): NodeId {
  return `monitor-${zone}`;
}
