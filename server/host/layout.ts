/** The machines of a cluster by their names, and where clients find them. */
import type { ClusterLayout, DatabaseNodeAddress, NodeId } from "../../engine/contract.ts";

/** The zones that exist: PROTOCOL's quorums are counted among three. */
export const zones: readonly string[] = ["a", "b", "c"];

export interface LayoutOptions {
  readonly clusterId: string;
  readonly shards: number;
  /** Database nodes a shard beside its primary. */
  readonly replicas: number;
  /** Three, one a zone; or one, in the first zone. */
  readonly logCopies: number;
  /** What clients are told to connect to. */
  readonly host: string;
  /** Of the first node; the others follow, shard by shard. */
  readonly port: number;
}

export function layoutOf(options: LayoutOptions): ClusterLayout {
  const { clusterId, shards, replicas, logCopies, host, port } = options;
  const databaseNodes: DatabaseNodeAddress[] = [];
  for (let shard = 0; shard < shards; shard++) {
    for (let index = 0; index <= replicas; index++) {
      const zone = zones[index % zones.length] as string;
      const round = Math.floor(index / zones.length) + 1;
      databaseNodes.push({
        nodeId: `db-${shard}-${zone}${round === 1 ? "" : round}`,
        shard,
        zone,
        host,
        port: port + databaseNodes.length,
      });
    }
  }
  const logNodes = zones.slice(0, logCopies).map((zone) => ({ nodeId: logName(zone), zone }));
  return { clusterId, shardCount: shards, databaseNodes, logNodes };
}

export function logName(zone: string): NodeId {
  return `log-${zone}`;
}
