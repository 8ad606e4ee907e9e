/** INFO's sections on the cluster and on the keys. */
import type { CommandContext } from "../context.ts";

export function clusterLines({ server }: CommandContext): string[] {
  return [`cluster_enabled:${server.isClusterMode ? 1 : 0}`];
}

export function keyspaceLines(context: CommandContext): string[] {
  return context.databases.used
    .filter(({ size }) => size > 0)
    .map((keyspace) => {
      const { database, size, expiringCount } = keyspace;
      const meanMs = Math.floor(keyspace.meanTimeToLiveMs(context.unixMs));
      return `db${database}:keys=${size},expires=${expiringCount},avg_ttl=${meanMs}`;
    });
}
