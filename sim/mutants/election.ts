import type { Mutant } from "./mutant.ts";

/** Who leads a log, who leads a shard, and how leadership ends. */
export const electionMutants: readonly Mutant[] = [
  {
    name: "vote-for-any-log",
    file: "engine/log/election.ts",
    before: "  const isCurrent = isUpToDate(replica, request);",
    after: `  if (!isUpToDate(replica, request)) ran();
  const isCurrent = true;`,
    bug: "Log nodes vote for candidates whose log lacks what is committed.",
    rule: "Raft §5.4.1",
    expect: ["log safety", "assertions", "zero loss"],
  },
  {
    name: "two-votes-in-one-term",
    file: "engine/log/election.ts",
    before: "  const mayVote = replica.vote === NO_VOTE || replica.vote === from;",
    after: `  if (replica.vote !== NO_VOTE && replica.vote !== from) ran();
  const mayVote = true;`,
    also: [
      {
        file: "engine/log/roles.ts",
        before: `  assert(replica.vote === NO_VOTE || replica.vote === slot, "one vote a term");`,
        after: "",
      },
    ],
    bug: "A log node votes for whoever asks, more than once a term.",
    rule: "Raft §5.2",
    expect: ["log safety", "assertions", "zero loss"],
  },
  {
    name: "elected-by-one-vote",
    file: "engine/log/quorum.ts",
    before: "  return count >= majorityOf(granted.length);",
    after: `  if (count === majorityOf(granted.length) - 1) ran();
  return count >= majorityOf(granted.length) - 1;`,
    bug: "A candidate wins with its own vote.",
    rule: "Raft §5.2",
    expect: ["log safety", "assertions", "zero loss"],
  },
  {
    name: "lapse-discards-memory",
    file: "engine/failover/stepPrimary.ts",
    before: `  if (node.role === "primary" && !isServing) lapse(node, effects);`,
    after: `  if (node.role === "primary" && !isServing && ran()) {
    lapse(node, effects);
    return recover(node, now, "lapsed", effects);
  }`,
    also: [
      {
        file: "engine/failover/stepPrimary.ts",
        before: `import { drawLogLeaderNear } from "./logLeader.ts";`,
        after: `import { drawLogLeaderNear } from "./logLeader.ts";\nimport { recover } from "./recovery.ts";`,
      },
    ],
    bug: "A primary whose lease has ended throws its memory away: every outage of the log makes every shard recover.",
    rule: "rule 14",
    expect: ["one leader"],
  },
  {
    name: "conflict-keeps-memory",
    file: "engine/failover/recovery.ts",
    before: "  forget(node, emptyBase);",
    after: `  if (why === "fenced" && ran()) {
    node.tracker.reset(node.committedPosition);
    node.connections.reset(node.committedPosition);
    node.appliedPosition = node.committedPosition;
  } else forget(node, emptyBase);`,
    bug: "A fenced primary follows its successor without forgetting what never committed.",
    rule: "rule 14",
    expect: ["state equals the log", "assertions", "sessions", "linearizability"],
    seenIn: "redpanda #5090",
  },
  {
    name: "serves-before-its-entry-commits",
    file: "engine/failover/election.ts",
    before: `  effects.trace("election.stood", config.shard, node.candidacyPosition, node.candidacyEpoch, "");\n}`,
    after: `  effects.trace("election.stood", config.shard, node.candidacyPosition, node.candidacyEpoch, "");
  if (ran()) becomePrimary(node, now, effects);
}`,
    bug: "A candidate serves when it stands, before its leadership entry has committed.",
    rule: "rule 15",
    expect: ["one leader", "log safety", "linearizability", "zero loss", "assertions"],
    seenIn: "redisraft #18",
  },
  {
    name: "hint-elects",
    file: "engine/failover/handover.ts",
    before: "  if (node.releasePosition === position && node.epoch === epoch) {",
    after: `  if (node.role === "replica" && ran()) node.backoff.deadlineUs = now.monotonicUs;
  if (node.releasePosition === position && node.epoch === epoch) {`,
    bug: "The hint of a hand-over lets its target stand, whatever has happened since.",
    rule: "rule 16",
    expect: ["one leader", "linearizability"],
  },
  {
    name: "old-release-elects",
    isSmoke: true,
    file: "engine/failover/election.ts",
    before:
      "  const isReleased = node.releasePosition > 0 && node.releasePosition === node.appliedPosition;",
    after: `  if (node.releasePosition > 0 && node.releasePosition !== node.appliedPosition) ran();
  const isReleased = node.releasePosition > 0;`,
    bug: "A release spares the backoff though it is not the tail any more.",
    rule: "rule 16",
    expect: ["one leader", "linearizability"],
  },
  {
    name: "handover-serves-reads",
    file: "engine/failover/gate.ts",
    before: `  const isServing = node.role === "primary" && node.lease.isServing(now.monotonicUs);`,
    after: `  if (node.role === "handover" && !isWrite && ran()) return RUN;
  const isServing = node.role === "primary" && node.lease.isServing(now.monotonicUs);`,
    bug: "A leader that hands over answers reads on, also when its release may have committed.",
    rule: "rule 16",
    expect: ["linearizability"],
  },
  {
    name: "old-leader-acts-on-its-timer",
    file: "engine/failover/recovery.ts",
    before: `  node.role = "recovering";
  node.lease.end();`,
    after: `  node.role = why === "fenced" && ran() ? "primary" : "recovering";
  if (why !== "fenced") node.lease.end();`,
    bug: "A fenced primary forgets its memory, but not its role.",
    rule: "rule 14",
    expect: [
      "one leader",
      "linearizability",
      "assertions",
      "state equals the log",
      "log safety",
      "liveness",
    ],
    seenIn: "etcd #12528, #15247",
  },
];
