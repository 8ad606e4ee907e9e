/** The cluster that a scenario's parameters describe: names, zones and addresses. */
import type { ClusterLayout, DatabaseNodeAddress } from "../engine/contract.ts";

const zones: readonly string[] = ["a", "b", "c"];

/** Node i of a shard lives in zone i mod 3: db-0-a, db-0-b, db-0-c, db-0-a2 … */
export function layoutOf(shardCount: number, replicas: number): ClusterLayout {
  const databaseNodes: DatabaseNodeAddress[] = [];
  for (let shard = 0; shard < shardCount; shard++) {
    for (let index = 0; index <= replicas; index++) {
      const zone = zones[index % zones.length] as string;
      const round = Math.floor(index / zones.length) + 1;
      const number = databaseNodes.length + 1;
      databaseNodes.push({
        nodeId: `db-${shard}-${zone}${round === 1 ? "" : round}`,
        shard,
        zone,
        host: `10.0.${Math.floor(number / 250)}.${1 + (number % 250)}`,
        hostname: "",
        port: 6379,
        tlsPort: 0,
        busPort: 0,
      });
    }
  }
  return {
    clusterId: "azimuth-sim",
    shardCount,
    databaseNodes,
    logNodes: zones.map((zone) => ({ nodeId: `log-${zone}`, zone })),
  };
}
