/** Parameters that Redis can change while it runs and this server cannot: why a value that differs is refused. */

const NO_TLS = "Unable to update TLS configuration. Check server logs.";
const FIXED: ReadonlyMap<string, string> = new Map([
  ["dir", "The data folder is fixed while the server runs"],
  ["tls-port", NO_TLS],
  ["tls-cluster", NO_TLS],
  ["tls-replication", NO_TLS],
  [
    "activedefrag",
    "Active defragmentation cannot be enabled: it requires a Redis server compiled with a modified Jemalloc like the one shipped by default with the Redis source distribution",
  ],
]);

/** Why a parameter may not be changed to another value; undefined if it may. */
export function whyFixed(name: string): string | undefined {
  return FIXED.get(name);
}
