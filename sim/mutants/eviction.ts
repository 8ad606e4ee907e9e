import type { Mutant } from "./mutant.ts";

/** Keys that go because of maxmemory. */
export const evictionMutants: readonly Mutant[] = [
  {
    name: "eviction-not-logged",
    load: "evicted",
    isSmoke: true,
    file: "engine/commands/eviction.ts",
    before: "    context.delete(key);",
    after: "    if (ran()) context.keyspace.delete(key);",
    bug: "The primary evicts keys without a record.",
    rule: "rule 21",
    expect: ["state equals the log", "sessions", "assertions", "log safety", "zero loss"],
  },
  {
    name: "replica-evicts",
    load: "evicted",
    file: "engine/failover/replicaApply.ts",
    before: "      applyRecord(node.databases, record, node.executor.users);",
    after: `      applyRecord(node.databases, record, node.executor.users);
      if (node.executor.eviction.isOver && ran()) node.executor.evict(node.shardUnixUs);`,
    bug: "A replica above maxmemory evicts keys by itself.",
    rule: "rule 21",
    expect: ["state equals the log", "sessions", "assertions", "log safety"],
    seenIn: "redis (replica-ignore-maxmemory no)",
  },
  {
    name: "eviction-is-no-hazard",
    load: "evicted",
    file: "engine/commands/eviction.ts",
    before: "    context.delete(key);",
    after: "    context.delete(key);\n    if (ran()) context.changed.pop();",
    bug: "An evicted key is not marked as changed: null is shown before that is durable.",
    rule: "rule 19",
    expect: ["linearizability", "no dirty reads", "sessions"],
  },
];
