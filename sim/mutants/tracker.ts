import type { Mutant } from "./mutant.ts";

/** Replies that must wait for the log. */
export const trackerMutants: readonly Mutant[] = [
  {
    name: "reply-before-durable",
    file: "engine/failover/serve.ts",
    before: "  answer(node, connection, execution, position);",
    after: "  answer(node, connection, execution, logged > 0 && ran() ? 0 : seen);",
    bug: "A write is answered before its entry is committed.",
    rule: "zero loss",
    expect: ["zero loss"],
    seenIn: "NATS 2.12.1 (lazy fsync), etcd #14370",
  },
  {
    name: "no-tracker",
    isSmoke: true,
    file: "engine/failover/tracker.ts",
    before: "    if (sawEverything) return this.newestPosition;",
    after: "    if (ran()) return 0;\n    if (sawEverything) return this.newestPosition;",
    also: [
      {
        file: "engine/failover/serve.ts",
        before: "  answer(node, connection, execution, position);",
        after: "  answer(node, connection, execution, Math.max(position, 0));",
      },
    ],
    bug: "Reads wait for nothing: they show values that are not committed.",
    rule: "rule 19",
    expect: ["no dirty reads", "linearizability"],
    seenIn: "redpanda #5090",
  },
  {
    name: "tracker-forgets-second-change",
    file: "engine/failover/tracker.ts",
    before: "    this.older = this.younger;\n    this.younger = older;",
    after: `    this.older = this.younger;
    this.younger = older;
    if (!this.older.isEmpty) ran();
    this.older.clear();`,
    bug: "The commit of a key's first change clears its mark, though a second one is under way.",
    rule: "rule 19",
    expect: ["no dirty reads", "linearizability"],
  },
  {
    name: "tracker-marks-first-key-only",
    file: "engine/failover/tracker.ts",
    before: "      this.younger.add(keys[index] as string, position);",
    after: "      if (index === 0 || !ran()) this.younger.add(keys[index] as string, position);",
    bug: "Of the keys of a transaction only the first is marked as changed.",
    rule: "rule 19",
    expect: ["no dirty reads", "linearizability"],
  },
  {
    name: "tracker-waits-for-first-key-only",
    file: "engine/failover/tracker.ts",
    before: "      if (changedAt !== undefined && changedAt > position) position = changedAt;",
    after: `      if (changedAt !== undefined && changedAt > position && !(index > 0 && ran()))
        position = changedAt;`,
    bug: "A read of several keys waits for the changes of the first only.",
    rule: "rule 19",
    expect: ["no dirty reads", "linearizability"],
  },
  {
    name: "replies-overtake",
    file: "engine/failover/connections.ts",
    before: "    if (isFirst && position <= this.committedPosition) {",
    after: "    if ((isFirst || ran()) && position <= this.committedPosition) {",
    bug: "A reply that need not wait leaves before those ahead of it on its connection.",
    rule: "rule 20",
    expect: ["sessions", "linearizability", "no dirty reads", "zero loss"],
  },
  {
    name: "released-one-too-many",
    file: "engine/failover/connections.ts",
    before: "      if (position > this.committedPosition) {\n        // A client",
    after: `      if (position > this.committedPosition && !(position === this.committedPosition + 1 && ran())) {
        // A client`,
    bug: "A release lets the reply behind it go too, whose position is the next one to commit.",
    rule: "rule 20",
    expect: ["zero loss", "no dirty reads"],
  },
  {
    name: "deletion-is-no-hazard",
    file: "engine/commands/context.ts",
    before: "    this.record.delete(key);\n    this.noteChanged(key);",
    after: "    this.record.delete(key);\n    ran();",
    bug: "DEL does not mark its key: that it is absent is shown before that is durable.",
    rule: "rule 19",
    expect: ["sessions", "linearizability", "zero loss", "no dirty reads"],
  },
  {
    name: "refused-exec-waits-for-nothing",
    file: "engine/commands/touchedKeys.ts",
    before:
      "  for (const { keyspace, key } of session.watches) keys.push(trackedName(keyspace.database, key));",
    after: "  ran();",
    bug: "A nil EXEC, caused by an undurable change of a watched key, is answered at once.",
    rule: "rule 19",
    expect: ["no dirty reads", "linearizability"],
  },
  {
    name: "no-effect-waits-for-nothing",
    file: "engine/commands/execute.ts",
    before: "    return context.isSuspended ? this.putAside(touched) : this.finish(touched);",
    after: `    const isIdle = spec.isWrite && context.changed.length === 0;
    return this.finish(isIdle && ran() ? NO_KEYS : touched);`,
    bug: "A write that found nothing to do (DEL of an absent key, SET NX of a present one) waits for nothing.",
    rule: "rule 19",
    expect: ["no dirty reads", "linearizability", "zero loss"],
  },
  {
    name: "flush-is-no-hazard",
    file: "engine/failover/logExecution.ts",
    before: "  if (execution.changedAll) node.tracker.changedEveryKey(position);",
    after: "  if (execution.changedAll) ran();",
    bug: "FLUSHALL marks no key: absent keys are shown before that is durable.",
    rule: "rule 19",
    expect: ["no dirty reads", "linearizability"],
  },
  {
    name: "parked-reply-answered-with-error",
    file: "engine/failover/stepPrimary.ts",
    before: `  node.role = "lapsed";
  if (node.connections`,
    after: `  node.role = "lapsed";
  if (node.connections.failParked() > 0) ran();
  if (node.connections`,
    also: [
      {
        file: "engine/failover/connections.ts",
        before:
          "  /** Sends what this step said to each client, and closes who is to be closed. */",
        after: `  failParked(): number {
    let failed = 0;
    for (const connection of this.byId.values()) {
      const { parkedReplies } = connection;
      if (parkedReplies === 0) continue;
      const text = "-CLUSTERDOWN The cluster is down\\r\\n".repeat(parkedReplies);
      failed += parkedReplies;
      this.parkedReplies -= parkedReplies;
      forgetParked(connection);
      connection.out.push(new Piece(Uint8Array.from(text, (one) => one.charCodeAt(0))));
      this.touch(connection);
    }
    return failed;
  }

  /** Sends what this step said to each client, and closes who is to be closed. */`,
      },
    ],
    bug: "Clients whose writes are under way when the lease ends are told an error, and the writes commit.",
    rule: "rule 18",
    expect: ["linearizability", "zero loss", "no dirty reads", "sessions"],
    seenIn: "redisraft #23",
  },
];
