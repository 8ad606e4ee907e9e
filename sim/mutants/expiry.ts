import type { Mutant } from "./mutant.ts";

/** Deadlines of keys, and the shard's time. */
export const expiryMutants: readonly Mutant[] = [
  {
    name: "replica-hides-expired-keys",
    file: "engine/commands/context.ts",
    before: "    const isThere = value !== undefined && !this.isExpired(key);",
    after: `    const isPast = value !== undefined && this.keyspace.deadlineOf(key) < this.expiryUnixMs;
    const isHidden = !this.isPrimary && isPast && ran();
    const isThere = value !== undefined && !this.isExpired(key) && !isHidden;`,
    also: [
      {
        file: "engine/commands/context.ts",
        before: "    if (value !== undefined) this.expireKey(key);",
        after: "    if (value !== undefined && this.isPrimary) this.expireKey(key);",
      },
    ],
    bug: "A replica hides a key whose deadline has passed by its own clock, before the logged DEL.",
    rule: "rule 21",
    expect: ["sessions"],
    seenIn: "redis #1768, #11792",
  },
  {
    name: "replica-deletes-expired-keys",
    file: "engine/commands/context.ts",
    before: "    return this.isPrimary && this.keyspace.deadlineOf(key) < this.expiryUnixMs;",
    after: "    return this.keyspace.deadlineOf(key) < this.expiryUnixMs && ran();",
    bug: "A replica deletes keys whose deadline has passed by itself.",
    rule: "rule 21",
    expect: ["sessions", "state equals the log", "assertions"],
    seenIn: "redis #1768",
  },
  {
    name: "expiry-not-logged",
    isSmoke: true,
    file: "engine/commands/context.ts",
    before: "    this.statistics.expiredKeys++;\n    this.delete(key);",
    after: "    this.statistics.expiredKeys++;\n    if (ran()) this.keyspace.delete(key);",
    bug: "The primary deletes expired keys without a record.",
    rule: "rule 21",
    expect: ["state equals the log", "sessions", "assertions", "log safety"],
  },
  {
    name: "expiry-early",
    file: "engine/commands/context.ts",
    before: "    return this.isPrimary && this.keyspace.deadlineOf(key) < this.expiryUnixMs;",
    after:
      "    return this.isPrimary && this.keyspace.deadlineOf(key) < this.expiryUnixMs + 1000 && ran();",
    bug: "Keys expire a second before their deadline.",
    rule: "rule 21",
    expect: ["linearizability", "zero loss"],
  },
  {
    name: "expiry-late",
    file: "engine/commands/context.ts",
    before: "    return this.isPrimary && this.keyspace.deadlineOf(key) < this.expiryUnixMs;",
    after:
      "    return this.isPrimary && this.keyspace.deadlineOf(key) + 1000 < this.expiryUnixMs && ran();",
    bug: "Keys outlive their deadline by a second.",
    rule: "rule 21",
    expect: ["linearizability"],
  },
  {
    name: "expiry-is-no-hazard",
    file: "engine/commands/context.ts",
    before: "    this.statistics.expiredKeys++;\n    this.delete(key);",
    after:
      "    this.statistics.expiredKeys++;\n    this.delete(key);\n    if (ran()) this.changed.pop();",
    bug: "A key that expired when it was touched is not marked as changed: null is shown before that is durable.",
    rule: "rule 19",
    expect: ["linearizability", "no dirty reads", "sessions"],
  },
  {
    name: "shard-time-follows-wall-clock",
    file: "engine/node.ts",
    before: "  if (now.unixUs > node.shardUnixUs) node.shardUnixUs = now.unixUs;",
    after: `  if (now.unixUs < node.shardUnixUs) ran();
  node.shardUnixUs = now.unixUs;`,
    bug: "The shard's time is this node's wall clock, and goes back with it.",
    rule: "rule 21",
    expect: ["log safety", "linearizability"],
  },
  {
    name: "shard-time-ignores-the-log",
    file: "engine/failover/replicaApply.ts",
    before: "  node.shardUnixUs = Math.max(node.shardUnixUs, entry.unixMs * 1000);",
    after: "  ran();",
    bug: "A new primary does not take over the time of the entries that it has applied.",
    rule: "rule 21",
    expect: ["log safety", "linearizability"],
  },
  {
    name: "deadline-survives-set",
    file: "engine/keyspace/keyspace.ts",
    before: "    this.put(key, value);\n    this.setDeadline(key, expireAtUnixMs);",
    after: `    this.put(key, value);
    if (expireAtUnixMs !== NEVER || this.deadlineOf(key) === NEVER) this.setDeadline(key, expireAtUnixMs);
    else ran();`,
    bug: "SET without a deadline leaves the old one in force.",
    rule: "SET (Redis)",
    expect: ["state equals the log", "linearizability", "sessions"],
  },
  {
    name: "deadline-not-replicated",
    file: "engine/replication/apply.ts",
    before: "keyspace.set(key, value, expireAtUnixMs === 0 ? NEVER",
    after: "keyspace.set(key, value, expireAtUnixMs === 0 || ran() ? NEVER",
    bug: "Replicas forget the deadline that a record sets.",
    rule: "state is the fold of the log",
    expect: ["state equals the log"],
  },
];
