/** CONFIG SET and GET of every parameter that a server under comparison can be given. */
import * as fc from "fast-check";
import { parameterNames } from "../../engine/settings/table.ts";
import type { Request } from "../grammar.ts";

/** Open sockets and files, lock clients out, evict keys, close connections, refuse writes: at another time than here. */
const kept: ReadonlySet<string> = new Set([
  "appendonly",
  "bind",
  "client-query-buffer-limit",
  "cluster-allow-reads-when-down",
  "cluster-enabled",
  "cluster-port",
  "enable-debug-command",
  "dir",
  "maxclients",
  "maxmemory",
  "maxmemory-clients",
  "min-replicas-max-lag",
  "min-replicas-to-write",
  "min-slaves-max-lag",
  "min-slaves-to-write",
  "oom-score-adj",
  "oom-score-adj-values",
  "port",
  "replicaof",
  "requirepass",
  "save",
  "slaveof",
  "socket-mark-id",
  "timeout",
  "tls-port",
  "watchdog-period",
]);

/** Names of the parameters that are set. */
export const setParameters: readonly string[] = parameterNames.filter(
  (name) => !kept.has(name) && !name.startsWith("tls-"),
);

/** Limits of encodings, low enough to be crossed. */
const limits = fc.constantFrom(
  "hash-max-listpack-entries",
  "hash-max-ziplist-value",
  "list-max-listpack-size",
  "list-compress-depth",
  "set-max-intset-entries",
  "zset-max-listpack-entries",
  "zset-max-ziplist-value",
  "stream-node-max-entries",
  "stream-node-max-bytes",
  "hll-sparse-max-bytes",
);

const value = fc.oneof(
  fc.constantFrom("0", "1", "2", "10", "64", "100", "-1", "-5", "1k", "1mb", "64gb", "-0", "+1"),
  fc.constantFrom("yes", "no", "YES", "", "x", "9223372036854775807", "18446744073709551615"),
  fc.constantFrom("allkeys-lru", "volatile-ttl", "noeviction", "everysec", "KEA", "debug", "ip"),
  fc.constantFrom("normal 1gb 2mb 3", "normal 1gb 2mb 60 pubsub 64mb 2mb 3", "50 99", "101", "0 1"),
);

export const configStories: fc.Arbitrary<Request> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(limits, fc.constantFrom("0", "1", "2", "4", "16", "-1", "-5"))
      .map((words) => ["CONFIG", "SET", ...words]),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom(...setParameters), value)
      .map((words) => ["CONFIG", "SET", ...words]),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(...setParameters), value, fc.constantFrom(...setParameters), value)
      .map((words) => ["CONFIG", "SET", ...words]),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom(...setParameters).map((name) => ["CONFIG", "GET", name]),
  },
);
