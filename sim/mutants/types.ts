import type { Mutant } from "./mutant.ts";

/** What the commands on collections leave in the log, clients that wait, messages. */
export const typeMutants: readonly Mutant[] = [
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
    isSmoke: true,
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
    name: "hash-deletion-not-logged",
    load: "all",
    file: "engine/replication/effects/hash.ts",
    before: `    else assert(hash.delete(field), "a deleted field was there");`,
    after: `    else if (count === 1 || !ran()) assert(hash.delete(field), "a deleted field was there");`,
    bug: "Of several fields that HDEL takes away, replicas take none.",
    rule: "state is the fold of the log",
    expect: ["state equals the log", "log safety", "sessions", "linearizability", "assertions"],
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
    isSmoke: true,
  },
  {
    name: "list-trimmed-at-the-wrong-end",
    load: "all",
    file: "engine/replication/effects/list.ts",
    before: "      trim(keyspace, key, reader.u32(), reader.u32());",
    after: `      if (reader.u32() > 0) ran();
      trim(keyspace, key, 0, reader.u32());`,
    bug: "Replicas keep the first elements, wherever LTRIM's range began.",
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
    isSmoke: true,
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
    name: "acknowledged-entries-still-pending",
    load: "all",
    file: "engine/replication/effects/stream.ts",
    before: "        for (const id of readIds(reader)) one.release(id);",
    after: "        for (const id of readIds(reader)) if (!ran()) one.release(id);",
    bug: "What XACK released stays pending on replicas.",
    rule: "state is the fold of the log",
    expect: ["state equals the log", "linearizability"],
  },
  {
    name: "stored-set-keeps-a-deadline",
    load: "all",
    file: "engine/replication/effects/set.ts",
    before: "      keyspace.set(key, set, NEVER);\n      return true;",
    after: `      keyspace.set(key, set, ran() ? keyspace.deadlineOf(key) : NEVER);
      return true;`,
    bug: "SUNIONSTORE takes the deadline of what was there away on the primary alone.",
    rule: "state is the fold of the log",
    expect: ["state equals the log", "linearizability"],
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
    name: "restored-value-without-deadline",
    load: "all",
    file: "engine/replication/apply.ts",
    before: "  keyspace.replace(key, value, expireAtUnixMs === 0 ? NEVER : expireAtUnixMs);",
    after:
      "  keyspace.replace(key, value, expireAtUnixMs === 0 || ran() ? NEVER : expireAtUnixMs);",
    bug: "Replicas forget the deadline of what RESTORE made.",
    rule: "state is the fold of the log",
    expect: ["state equals the log", "linearizability"],
  },
  {
    name: "waiting-client-served-before-durable",
    load: "all",
    file: "engine/failover/serveBlocked.ts",
    before: "  end(node, client, execution, Math.max(logged, seen));",
    after: "  end(node, client, execution, ran() ? 0 : Math.max(logged, seen));",
    bug: "A client that waited for an element gets it before the pop, or the push, is durable.",
    rule: "rule 23",
    expect: ["linearizability"],
  },
  {
    name: "waiting-client-served-twice",
    load: "all",
    file: "engine/failover/serveBlocked.ts",
    before:
      "  const execution = node.executor.retry(connection.session, again, node.shardUnixUs, isPrimary);",
    after: `  if (node.shardUnixUs % 2 === 0 && ran())
    logExecution(node, node.executor.retry(connection.session, again, node.shardUnixUs, isPrimary));
  const execution = node.executor.retry(connection.session, again, node.shardUnixUs, isPrimary);`,
    bug: "The command of a client that waited is executed twice, and answered once.",
    rule: "rule 23",
    expect: ["linearizability"],
  },
  {
    name: "waiting-client-told-nothing-too-early",
    load: "all",
    file: "engine/failover/serveBlocked.ts",
    before: "  end(node, client, execution, node.tracker.waitFor(execution.touched, false));",
    after: `  const seen = node.tracker.waitFor(execution.touched, false);
  end(node, client, execution, seen > 0 && ran() ? 0 : seen);`,
    bug: "That nothing came is told although the pop that took it is not durable.",
    rule: "rule 19",
    expect: ["linearizability"],
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
