/** Commands that Redis keeps only for old clients: since when, and what to use instead. */

interface Deprecation {
  readonly since: string;
  readonly replacedBy: string;
}

export const deprecations: ReadonlyMap<string, Deprecation> = new Map([
  ["brpoplpush", { since: "6.2.0", replacedBy: "`BLMOVE`" }],
  ["cluster|slaves", { since: "5.0.0", replacedBy: "`CLUSTER REPLICAS`" }],
  ["cluster|slots", { since: "7.0.0", replacedBy: "`CLUSTER SHARDS`" }],
  ["georadius", { since: "6.2.0", replacedBy: "`GEOSEARCH` and `GEOSEARCHSTORE`" }],
  ["georadius_ro", { since: "6.2.0", replacedBy: "`GEOSEARCH`" }],
  ["georadiusbymember", { since: "6.2.0", replacedBy: "`GEOSEARCH` and `GEOSEARCHSTORE`" }],
  ["georadiusbymember_ro", { since: "6.2.0", replacedBy: "`GEOSEARCH`" }],
  ["getset", { since: "6.2.0", replacedBy: "`SET` with `GET`" }],
  ["hmset", { since: "4.0.0", replacedBy: "`HSET`" }],
  ["rpoplpush", { since: "6.2.0", replacedBy: "`LMOVE`" }],
  ["slaveof", { since: "5.0.0", replacedBy: "`REPLICAOF`" }],
  ["substr", { since: "2.0.0", replacedBy: "`GETRANGE`" }],
  ["zrangebylex", { since: "6.2.0", replacedBy: "`ZRANGE` with `BYLEX`" }],
  ["zrangebyscore", { since: "6.2.0", replacedBy: "`ZRANGE` with `BYSCORE`" }],
  ["zrevrange", { since: "6.2.0", replacedBy: "`ZRANGE` with `REV`" }],
  ["zrevrangebylex", { since: "6.2.0", replacedBy: "`ZRANGE` with `REV` and `BYLEX`" }],
  ["zrevrangebyscore", { since: "6.2.0", replacedBy: "`ZRANGE` with `REV` and `BYSCORE`" }],
]);

/** Commands that servers and their tests send, not people. */
export const systemCommands: ReadonlySet<string> = new Set([
  "debug",
  "pfdebug",
  "pfselftest",
  "replconf",
  "restore-asking",
]);
