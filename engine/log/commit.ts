/** The commit index: how it moves, on the leader and on followers. It never recedes. */
import { assert } from "../assert.ts";
import type { Effects } from "../contract.ts";
import { quorumIndex } from "./quorum.ts";
import { type LogNode, progressOf, type Replica, touch } from "./state.ts";

/** Raft §5.4.2: a leader commits what a quorum has synced, counting only entries of its own term. */
export function advanceLeaderCommit(node: LogNode, replica: Replica, effects: Effects): void {
  const matched = node.matchScratch;
  for (let slot = 0; slot < node.slots.length; slot++) {
    if (slot === node.self) {
      matched[slot] = replica.durableIndex;
    } else {
      const progress = progressOf(replica, slot);
      matched[slot] = progress.isVoter ? progress.matchIndex : 0;
    }
  }
  const rule = node.config.timing.commitRule;
  const index = quorumIndex(matched, rule);
  if (index > replica.commitIndex) {
    if (replica.log.termAt(index) === replica.term) commitUpTo(node, replica, index);
    else effects.mark("majority of an older term commits nothing");
  }
  if (rule === "all" && quorumIndex(matched, "majority") > replica.commitIndex) {
    effects.mark("majority commits nothing under the rule all");
  }
}

/** A follower commits what its leader says, as far as it has compared its log with the leader's. */
export function advanceFollowerCommit(node: LogNode, replica: Replica, leaderCommit: number): void {
  const index = Math.min(leaderCommit, replica.matchedIndex);
  if (index > replica.commitIndex) commitUpTo(node, replica, index);
}

function commitUpTo(node: LogNode, replica: Replica, index: number): void {
  assert(index <= replica.log.lastIndex, "a commit index beyond the log");
  replica.commitIndex = index;
  replica.hasNewCommit = true;
  touch(node, replica);
}
