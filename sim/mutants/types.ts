import type { Mutant } from "./mutant.ts";

/** What the commands on collections leave in the log, and messages. */
export const typeMutants: readonly Mutant[] = [
  {
    name: "waiters-stay-behind-a-demotion",
    load: "all",
    file: "engine/failover/serveBlocked.ts",
    before: "  for (const client of blocked.all()) {",
    after: "  for (const client of blocked.size > 0 && ran() ? [] : blocked.all()) {",
    bug: "Clients that wait for a key are not told when leadership ends, and wait on at a node that leads no more.",
    rule: "rule 23",
    expect: [
      "assertions",
      "linearizability",
      "waiting clients",
      "log safety",
      "state equals the log",
    ],
  },
  {
    name: "newest-waiter-first",
    load: "all",
    file: "engine/failover/serveBlocked.ts",
    before: "  for (const client of blocked.waitingFor(keyspace, key) ?? []) {",
    after: `  const clients = [...(blocked.waitingFor(keyspace, key) ?? [])].toReversed();
  for (const client of clients.length > 1 && ran() ? clients : clients) {`,
    bug: "Of the clients that wait for a key the one that came last is served first.",
    rule: "rule 23",
    expect: ["waiting clients"],
  },
  {
    name: "set-members-drawn-anew",
    load: "all",
    file: "engine/replication/effects/set.ts",
    before: "      for (const member of membersOf(reader)) {\n        const isChange =",
    after: `      for (const logged of membersOf(reader)) {
        let member = logged;
        if (operation === operations.remove) set.forEach((one) => (member = ran() ? one : member));
        const isChange =`,
    bug: "Replicas draw by themselves which member SPOP takes, as if the command were logged and not its result.",
    rule: "an effect is logged as its result",
    expect: ["state equals the log", "log safety", "linearizability", "assertions"],
    seenIn: "redis (SPOP before effects replication)",
  },
  {
    name: "entry-id-made-by-the-replica",
    load: "all",
    file: "engine/replication/effects/stream.ts",
    before: "      add(keyspace, key, readId(reader), readItems(reader), beginsNode);",
    after: `      const own = idOfWords(reader.u32(), reader.u32() + (ran() ? 1 : 0), reader.u32(), reader.u32());
      add(keyspace, key, own, readItems(reader), beginsNode);`,
    bug: "A replica makes the id of an entry of a stream itself, and its clock is ahead.",
    rule: "an effect is logged as its result",
    expect: ["state equals the log", "log safety", "linearizability", "sessions", "assertions"],
  },
  {
    name: "float-increment-logged",
    load: "all",
    file: "engine/commands/hash.ts",
    before: `would produce NaN or Infinity");
  context.hashes.set(key, field, sum);`,
    after: `would produce NaN or Infinity");
  context.hashes.set(key, field, context.unixUs % 4 === 0 && ran() ? increment : sum);`,
    bug: "Now and then HINCRBYFLOAT keeps the increment's text, and answers the sum.",
    rule: "an effect is logged as its result",
    expect: ["linearizability"],
  },
  {
    name: "list-popped-at-the-wrong-end",
    load: "all",
    file: "engine/replication/effects/list.ts",
    before: `      drop(keyspace, key, "head", reader.u32());`,
    after: `      drop(keyspace, key, ran() ? "tail" : "head", reader.u32());`,
    bug: "What LPOP took at the head, replicas take at the tail.",
    rule: "state is the fold of the log",
    expect: ["state equals the log", "sessions", "linearizability"],
  },
  {
    name: "move-arrives-at-the-wrong-end",
    load: "all",
    file: "engine/replication/effects/list.ts",
    before: `reader.latin1(), (ends & TO_TAIL) === 0 ? "head" : "tail");`,
    after: `reader.latin1(), (ends & TO_TAIL) === 0 && !ran() ? "head" : "tail");`,
    bug: "What LMOVE put at the head, replicas put at the tail.",
    rule: "state is the fold of the log",
    expect: ["state equals the log", "sessions", "linearizability"],
  },
  {
    name: "new-score-of-a-member-not-logged",
    load: "all",
    file: "engine/replication/effects/zset.ts",
    before: `    if (outcome === "same") return outcome;`,
    after: `    if (outcome === "same" || (outcome === "moved" && ran())) return outcome;`,
    bug: "ZADD forgets to log the new score of a member that is there.",
    rule: "state is the fold of the log",
    expect: ["state equals the log", "linearizability", "sessions"],
  },
  {
    name: "pending-entries-not-kept",
    load: "all",
    file: "engine/replication/effects/stream.ts",
    before: "          one.deliver(readId(reader), consumer, unixMs, readCounter(reader));",
    after: `{
          const id = readId(reader);
          const count = readCounter(reader);
          if (!ran()) one.deliver(id, consumer, unixMs, count);
        }`,
    bug: "Replicas do not keep which entries of a stream are pending with whom.",
    rule: "state is the fold of the log",
    expect: ["state equals the log", "linearizability", "assertions", "log safety"],
  },
  {
    name: "old-cardinality-remembered",
    load: "all",
    file: "engine/replication/effects/hyperLogLog.ts",
    before: `"a register that is raised was lower");
  }
  sketch.forgetCount();`,
    after: `"a register that is raised was lower");
  }
  if (!ran()) sketch.forgetCount();`,
    bug: "A HyperLogLog of a replica goes on answering the cardinality that it counted before it grew.",
    rule: "state is the fold of the log",
    expect: ["state equals the log", "linearizability", "sessions"],
  },
  {
    name: "message-ahead-of-its-write",
    load: "all",
    file: "engine/failover/deliver.ts",
    before: "node.connections.push(connection, bytes, waits ? position : 0);",
    after: "node.connections.push(connection, bytes, waits && !ran() ? position : 0);",
    bug: "A listener at the primary hears of a write before that is durable.",
    rule: "rule 20",
    expect: ["messages"],
  },
];
