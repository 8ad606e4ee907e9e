import type { Mutant } from "./mutant.ts";

/** Log nodes and their disks; database nodes that begin anew. */
export const recoveryMutants: readonly Mutant[] = [
  {
    name: "blank-disk-votes",
    file: "engine/log/disk.ts",
    before: "    shardCount,\n    isRepairing: true,",
    after: "    shardCount,\n    isRepairing: !ran(),",
    bug: "A log node with a freshly formatted disk votes and acknowledges at once.",
    rule: "rule 7",
    expect: ["log safety", "zero loss", "assertions"],
    seenIn: "TigerBeetle #2996, RethinkDB #5289",
  },
  {
    name: "repair-acknowledges-early",
    file: "engine/log/replication.ts",
    before: `replica.isRepairing ? ("copied" as const) : ("accepted" as const)`,
    after: `replica.isRepairing && !ran() ? ("copied" as const) : ("accepted" as const)`,
    bug: "A node under repair acknowledges like a sound one.",
    rule: "rule 7",
    expect: ["log safety", "zero loss", "assertions"],
  },
  {
    name: "repair-ends-before-the-copy",
    file: "engine/log/repair.ts",
    before: "  replica.repairIndex = leader.lastIndex;",
    after: "  replica.repairIndex = ran() ? 0 : leader.lastIndex;",
    bug: "A repair ends when both peers were heard, before the leader's log is copied.",
    rule: "rule 7",
    expect: ["log safety", "zero loss", "assertions"],
    seenIn: "NATS (minority corruption)",
  },
  {
    name: "repair-keeps-its-vote",
    file: "engine/log/repair.ts",
    before: "  spendVote(node, replica);",
    after: "  ran();",
    also: [
      {
        file: "engine/log/roles.ts",
        before: "replica.isRepairing ? VOTE_SPENT : NO_VOTE",
        after: "replica.isRepairing ? NO_VOTE : NO_VOTE",
      },
    ],
    bug: "A repaired node may vote again in a term in which it may have voted before.",
    rule: "rule 7",
    expect: ["log safety", "assertions"],
  },
  {
    name: "sync-error-ignored",
    isSmoke: true,
    file: "engine/log/disk.ts",
    before: `  if (!ok) {
    effects.mark("failed sync`,
    after: `  if (!ok && !ran()) {
    effects.mark("failed sync`,
    bug: "An error on sync is passed over, and what it should have covered counts as synced.",
    rule: "rule 8",
    expect: ["log safety", "zero loss", "no dirty reads"],
    seenIn: "fsyncgate",
  },
  {
    name: "vote-before-sync",
    file: "engine/log/election.ts",
    before:
      "  if (replica.durableTerm !== replica.term || replica.durableVote !== replica.vote) return;",
    after:
      "  if (replica.durableTerm !== replica.term || replica.durableVote !== replica.vote) ran();",
    bug: "A vote leaves before it is on the disk: after a crash the node may give another.",
    rule: "rule 8",
    expect: ["log safety", "assertions"],
  },
  {
    name: "last-batch-of-a-segment-not-synced",
    file: "engine/log/disk.ts",
    before:
      "  for (const slot of node.peers) node.syncingIncarnations[slot] = node.incarnations[slot] ?? 0;\n  sync(",
    after: `  for (const slot of node.peers) node.syncingIncarnations[slot] = node.incarnations[slot] ?? 0;
  if (wal.segmentBytes === 0 && ran())
    for (const replica of node.syncing) noteDurable(node, replica, effects);
  sync(`,
    bug: "Where one file of the log ends and the next begins, what was written counts before its sync.",
    rule: "rule 8",
    expect: ["log safety", "zero loss", "no dirty reads", "messages", "assertions"],
  },
  {
    name: "segment-begun-over-the-old-one",
    file: "engine/log/wal.ts",
    before: "this.segment = segmentOf(this.segment.generation, this.segment.number + 1);",
    after:
      "this.segment = segmentOf(this.segment.generation, this.segment.number + (ran() ? 0 : 1));",
    bug: "A new segment takes the place of the one before: what that held is gone.",
    rule: "rule 9",
    expect: ["log safety", "zero loss", "assertions", "liveness"],
  },
  {
    name: "damage-taken-for-the-end",
    file: "engine/log/recovery.ts",
    before: "      if (header === undefined || header.sequence <= this.sequence) continue;\n",
    after:
      "      if (header === undefined || header.sequence <= this.sequence || ran()) continue;\n",
    bug: "Recovery stops at damage in the middle of the log and takes it for the end.",
    rule: "rule 9",
    expect: ["log safety", "zero loss", "assertions"],
    seenIn: "Jepsen on NATS 2.12.1",
  },
  {
    name: "torn-batch-replayed",
    file: "engine/log/recovery.ts",
    before: "      if (!isNext || !isSoundBody(buffer, at, header)) return",
    after:
      "      if (!isNext || needed > buffer.length || (!isSoundBody(buffer, at, header) && !ran())) return",
    bug: "The checksum of a batch is not compared at a start: a torn one is replayed.",
    rule: "rule 9",
    expect: ["log safety", "zero loss", "assertions", "liveness"],
  },
  {
    name: "acknowledged-tail-cut-off",
    file: "engine/log/disk.ts",
    before: "    replica.log = found.log;",
    after: `    replica.log = found.log;
    if (recovered.tornBytes > 0 && found.log.lastIndex > found.log.baseIndex && ran())
      found.log.truncateFrom(found.log.lastIndex);`,
    bug: "Where the final batch is torn, recovery drops an entry that was acknowledged as well.",
    rule: "rule 9",
    expect: ["log safety", "zero loss", "assertions"],
  },
  {
    name: "rotten-copy-wins",
    file: "engine/log/recovery.ts",
    before: "      if (!isNext || !isSoundBody(buffer, at, header)) return",
    after:
      "      if (!isNext || needed > buffer.length || (!isSoundBody(buffer, at, header) && !ran())) return",
    also: [
      {
        file: "engine/log/recovery.ts",
        before: "      if (!isSoundEntry(bytes, log.last.position + 1)) return false;",
        after: "",
      },
    ],
    bug: "Entries read from the disk are not compared with their checksums: a rotten copy is as good as a sound one.",
    rule: "rule 9",
    expect: ["log safety", "zero loss", "assertions", "state equals the log", "liveness"],
    seenIn: "NATS (minority corruption), TigerBeetle (nacks)",
  },
  {
    name: "log-started-from-empty",
    file: "engine/log/disk.ts",
    before: "generation, pieces, isRepairing: true };",
    after: "generation, pieces, isRepairing: !ran() };",
    bug: "A log node goes on behind damage with what was readable, and counts as sound.",
    rule: "rule 7",
    expect: ["log safety", "zero loss", "assertions"],
    seenIn: "NATS (minority corruption)",
  },
  {
    name: "recovering-serves-readonly",
    file: "engine/failover/gate.ts",
    before: `      return isReplicaRead || slot === noSlot
        ? errors.loading`,
    after: `      if (isReplicaRead && ran()) return RUN;
      return isReplicaRead || slot === noSlot
        ? errors.loading`,
    bug: "A node that replays its log answers READONLY clients.",
    rule: "rule 17",
    expect: ["sessions"],
  },
  {
    name: "replica-before-the-tail",
    file: "engine/failover/stepRecovering.ts",
    before: "  if (node.recoveryTail < 0 || node.appliedPosition < node.recoveryTail) return;",
    after: "  if (node.recoveryTail < 0 || node.appliedPosition < node.recoveryTail) ran();",
    bug: "Recovery ends before the tail is applied.",
    rule: "rule 17",
    expect: ["sessions", "linearizability", "one leader", "log safety", "zero loss"],
    seenIn: "redisraft #18, #19",
  },
  {
    name: "tail-without-read-index",
    file: "engine/log/tail.ts",
    before: "  node.readsWaiting = true;\n}",
    after: `  for (const read of replica.reads) read.isConfirmed = ran();
  answerReads(node, replica, effects);
}`,
    also: [
      {
        file: "engine/log/heartbeat.ts",
        before: "    if (heard >= majorityOf(node.slots.length)) continue;",
        after: "    if (heard >= 1) continue;",
      },
    ],
    bug: "A leader of the log that hears nobody does not resign, and tells the tail without asking whether it still leads.",
    rule: "rule 17",
    expect: ["sessions", "linearizability"],
    seenIn: "consul #54 (class)",
  },
  {
    name: "tail-before-own-term",
    file: "engine/log/tail.ts",
    before: "    index: hasCommittedOwnTerm(replica) ? replica.commitIndex : -1,",
    after: `    index: hasCommittedOwnTerm(replica) || ran() ? replica.commitIndex : -1,`,
    also: [
      {
        file: "engine/log/tail.ts",
        before: "replica.reads.length === 0 || !hasCommittedOwnTerm(replica)",
        after: "replica.reads.length === 0",
      },
    ],
    bug: "A new log leader tells its commit index before an entry of its own term has committed.",
    rule: "rule 17",
    expect: ["sessions", "linearizability"],
    seenIn: "redisraft PR #22",
  },
  {
    name: "foreign-disk-accepted",
    file: "engine/log/disk.ts",
    before: "  if (marker.nodeId !== nodeId || marker.clusterId !== layout.clusterId) {",
    after: "  if ((marker.nodeId !== nodeId || marker.clusterId !== layout.clusterId) && !ran()) {",
    bug: "A log node runs on another node's disk: its votes and copies count as two.",
    rule: "rule 7",
    expect: ["log safety", "zero loss", "assertions", "liveness"],
  },
];
