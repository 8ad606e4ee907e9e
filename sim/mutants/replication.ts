import type { Mutant } from "./mutant.ts";

/** Raft among log nodes; records from the log to the replicas. */
export const replicationMutants: readonly Mutant[] = [
  {
    name: "commit-rule-all-means-majority",
    file: "engine/log/quorum.ts",
    before: `rule === "all" ? matched.length : majorityOf(matched.length)`,
    after: `rule === "all" && !ran() ? matched.length : majorityOf(matched.length)`,
    bug: 'With the commit rule "all" two of three zones are enough.',
    rule: "rule 6",
    expect: ["log safety", "zero loss", "no dirty reads"],
  },
  {
    name: "one-copy-commits",
    file: "engine/log/quorum.ts",
    before: `rule === "all" ? matched.length : majorityOf(matched.length)`,
    after: `rule === "all" ? matched.length : majorityOf(matched.length) - (ran() ? 1 : 0)`,
    bug: "An entry that is on one disk counts as committed.",
    rule: "rule 6",
    expect: ["log safety", "zero loss", "no dirty reads"],
    seenIn: "openraft #1802",
  },
  {
    name: "acknowledgement-counts-twice",
    file: "engine/log/replication.ts",
    before: "  if (index < progress.matchIndex) return;",
    after: `  if (index === progress.matchIndex && index > 0 && ran()) {
    for (const other of node.peers) {
      const counted = progressOf(replica, other);
      counted.matchIndex = Math.max(counted.matchIndex, index);
    }
  }
  if (index < progress.matchIndex) return;`,
    bug: "Acknowledgements are counted, not voters: the same one again counts as another zone's.",
    rule: "rule 6",
    expect: ["log safety", "zero loss", "assertions"],
    seenIn: "duplicate delivery",
  },
  {
    name: "follower-acknowledges-before-sync",
    isSmoke: true,
    file: "engine/log/replication.ts",
    before: "  return Math.min(replica.durableIndex, replica.matchedIndex);",
    after:
      "  if (replica.durableIndex < replica.matchedIndex) ran();\n  return replica.matchedIndex;",
    bug: "A follower acknowledges what it has in memory.",
    rule: "rule 8",
    expect: ["log safety", "zero loss", "no dirty reads"],
  },
  {
    name: "leader-counts-unsynced",
    file: "engine/log/commit.ts",
    before: "      matched[slot] = replica.durableIndex;",
    after: `      if (replica.durableIndex < replica.log.lastIndex) ran();
      matched[slot] = replica.log.lastIndex;`,
    bug: "A log leader counts its own copy before it is synced.",
    rule: "rule 8",
    expect: ["log safety", "zero loss", "no dirty reads"],
  },
  {
    name: "replaced-entries-count-as-synced",
    file: "engine/log/replication.ts",
    before: "      replica.durableIndex = Math.min(replica.durableIndex, index - 1);",
    after: "      if (replica.durableIndex >= index) ran();",
    bug: "Entries that take the place of others count as synced because those were.",
    rule: "rule 8",
    expect: ["log safety", "zero loss", "assertions"],
  },
  {
    name: "follower-commits-unmatched",
    file: "engine/log/commit.ts",
    before: "Math.min(leaderCommit, replica.matchedIndex)",
    after: "Math.min(leaderCommit, ran() ? replica.log.lastIndex : 0)",
    bug: "A follower commits up to its last entry without having compared it with the leader's.",
    rule: "Raft §5.3",
    expect: ["log safety", "assertions", "state equals the log"],
  },
  {
    name: "stale-append-truncates",
    file: "engine/log/replication.ts",
    before: "  storeEntries(node, replica, message, effects);\n",
    after: `  storeEntries(node, replica, message, effects);
  const end = previousIndex + message.terms.length;
  if (log.lastIndex > end && end >= log.baseIndex && ran()) {
    log.truncateFrom(end + 1);
    walOf(node).addTruncate(replica.shard, end + 1);
    replica.durableIndex = Math.min(replica.durableIndex, end);
    replica.matchedIndex = Math.min(replica.matchedIndex, end);
    markUnsynced(node, replica);
  }
`,
    bug: "An append that arrives late cuts off what follows its last entry.",
    rule: "Raft §5.3",
    expect: ["log safety", "assertions", "zero loss"],
  },
  {
    name: "append-of-old-term-accepted",
    file: "engine/log/replication.ts",
    before: `  if (message.term < replica.term) {
    effects.mark("log append of an older term refused");`,
    after: `  const isStale = message.term < replica.term;
  if (isStale && (replica.role === "leader" || !ran())) {
    effects.mark("log append of an older term refused");`,
    bug: "A follower takes entries of a leader of an older term.",
    rule: "Raft §5.1",
    expect: ["log safety", "assertions", "zero loss"],
  },
  {
    name: "previous-term-not-compared",
    file: "engine/log/replication.ts",
    before: "    if (log.termAt(previousIndex) !== message.previousTerm) {",
    after: "    if (log.termAt(previousIndex) !== message.previousTerm && !ran()) {",
    also: [
      {
        file: "engine/log/replication.ts",
        before: "      chain < 0 || chain === message.previousChain,",
        after: "      chain < 0 || chain === message.previousChain || true,",
      },
    ],
    bug: "A follower takes entries behind a predecessor of another term.",
    rule: "Raft §5.3",
    expect: ["log safety", "assertions", "state equals the log", "zero loss"],
  },
  {
    name: "old-term-commits-by-counting",
    file: "engine/log/commit.ts",
    before: "    if (replica.log.termAt(index) === replica.term) commitUpTo(node, replica, index);",
    after:
      "    if (replica.log.termAt(index) === replica.term || ran()) commitUpTo(node, replica, index);",
    bug: "A leader commits entries of older terms by counting copies.",
    rule: "Raft §5.4.2",
    expect: ["log safety", "assertions", "zero loss"],
  },
  {
    name: "truncation-not-logged",
    file: "engine/log/replication.ts",
    before: "      wal.addTruncate(replica.shard, index);",
    after: "      ran();",
    bug: "A follower that drops entries does not write that down: after a restart they are back.",
    rule: "rule 9",
    expect: ["log safety", "assertions", "zero loss"],
  },
  {
    name: "uncommitted-entries-served",
    file: "engine/log/readers.ts",
    before:
      "  const committed = commitPosition(replica);\n  while (subscription.nextPosition <= committed) {",
    after: `  if (replica.log.last.position > commitPosition(replica)) ran();
  const committed = replica.log.last.position;
  while (subscription.nextPosition <= committed) {`,
    also: [
      {
        file: "engine/log/readers.ts",
        before: "    const last = Math.min(held.lastIndex, replica.commitIndex);",
        after: "    const last = held.lastIndex;",
      },
    ],
    bug: "A log node hands replicas entries that are not committed.",
    rule: "replicas apply committed entries only",
    expect: [
      "log safety",
      "zero loss",
      "sessions",
      "state equals the log",
      "assertions",
      "one leader",
    ],
  },
  {
    name: "record-applied-twice",
    file: "engine/log/client/follower.ts",
    before: "    this.subscription += 1;\n    this.isAnswered = false;",
    after: `    this.subscription += 1;
    if (this.isAnswered && this.next > 1 && ran()) this.next -= 1;
    this.isAnswered = false;`,
    also: [
      {
        file: "engine/failover/replicaApply.ts",
        before: "  assert(\n    entry.position === node.appliedPosition + 1,",
        after: `  if (entry.position === node.appliedPosition) {
    if (entry.kind === "effects" && entry.isFirstChunk && entry.isLastChunk) applyRecord(node.databases, entry.payload);
    return;
  }
  assert(
    entry.position === node.appliedPosition + 1,`,
      },
    ],
    bug: "After a lost connection a replica applies its newest record again.",
    rule: "exactly once",
    expect: ["assertions", "state equals the log", "sessions"],
    seenIn: "valkey #2904",
  },
  {
    name: "replica-skips-an-entry",
    file: "engine/log/client/follower.ts",
    before: "    this.subscription += 1;\n    this.isAnswered = false;",
    after: `    this.subscription += 1;
    if (this.isAnswered && ran()) this.next += 1;
    this.isAnswered = false;`,
    also: [
      {
        file: "engine/failover/replicaApply.ts",
        before: "    entry.position === node.appliedPosition + 1,",
        after: "    entry.position > node.appliedPosition,",
      },
    ],
    bug: "After a lost connection a replica goes on one entry too far.",
    rule: "exactly once",
    expect: ["assertions", "state equals the log", "sessions", "liveness"],
    seenIn: "valkey #2366, redis #7314",
  },
  {
    name: "transaction-logged-in-pieces",
    file: "engine/failover/logExecution.ts",
    before: `  const position = appendRecord(node, execution.recordPiece);`,
    after: `  const { ends } = execution.recordPiece as Piece & { ends: number[] };
  let begin = 0;
  let position = 0;
  for (const end of ends) {
    if (ends.length > 1) ran();
    position = appendEntry(node, "effects", node.epoch, execution.recordPiece.bytes.subarray(begin, end));
    begin = end;
  }`,
    also: [
      {
        file: "engine/failover/logExecution.ts",
        before: "import { appendRecord }",
        after: `import type { Piece } from "../bytes/piece.ts";
import { appendEntry, appendRecord }`,
      },
      {
        file: "engine/replication/record.ts",
        before: "    this.writer.takeInto(record);",
        after: `    Object.assign(record, { ends: [...this.begins.slice(1), this.writer.lengthBytes] });
    this.begins.length = 0;
    this.writer.takeInto(record);`,
      },
      {
        file: "engine/replication/record.ts",
        before: "    this.writer.u8(operation);",
        after: "    this.begins.push(this.writer.lengthBytes);\n    this.writer.u8(operation);",
      },
      {
        file: "engine/replication/record.ts",
        before: "  private writtenDatabase = 0;",
        after: "  private writtenDatabase = 0;\n  private readonly begins: number[] = [];",
      },
    ],
    bug: "Each command of a MULTI becomes a record of its own.",
    rule: "a MULTI is one record",
    expect: ["log safety", "state equals the log", "linearizability", "sessions"],
  },
  {
    name: "append-effect-lost-on-replicas",
    file: "engine/replication/apply.ts",
    before: "      keyspace.append(key, reader.latin1());\n      return;",
    after: `      keyspace.set(key, reader.latin1(), NEVER);
      ran();
      return;`,
    bug: "A replica sets the suffix where it should append it.",
    rule: "state is the fold of the log",
    expect: ["state equals the log", "sessions", "linearizability"],
  },
];
