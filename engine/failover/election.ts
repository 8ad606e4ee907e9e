/**
 * Standing for leadership (PROTOCOL rule 15): a leadership entry, appended on the condition that the newest entry applied
 * is still the tail. One candidate wins because the log takes one successor of a tail; the others read on.
 */
import { assert } from "../assert.ts";
import { latin1Bytes } from "../bytes/latin1.ts";
import type { Effects, Now } from "../contract.ts";
import type { LogEntry } from "../log/entry.ts";
import { appendEntry } from "./appendEntry.ts";
import type { DatabaseNode } from "./databaseNode.ts";
import { becomePrimary } from "./role.ts";

/** When a replica may stand; Infinity if it may not. */
export function standDueUs(node: DatabaseNode): number {
  if (node.isRetiring || node.refusedVersion > 0 || node.appliedPosition < node.standBeyond)
    return Infinity;
  const { deadlineUs } = node.backoff;
  // Rule 16: only a release that is the applied tail spares the backoff.
  const isReleased = node.releasePosition > 0 && node.releasePosition === node.appliedPosition;
  return isReleased ? Math.min(deadlineUs, node.standAfterReleaseUs) : deadlineUs;
}

export function stand(node: DatabaseNode, now: Now, effects: Effects): void {
  const { config } = node;
  if (now.monotonicUs < node.backoff.deadlineUs) {
    const isHinted = node.hintPosition === node.releasePosition;
    effects.mark(isHinted ? "stood on a release" : "stood on a release without a hint");
  }
  node.role = "candidate";
  node.candidacyEpoch = node.epoch + 1;
  node.appender.reset({ position: node.appliedPosition, id: node.appliedId }, node.chain);
  const name = latin1Bytes(config.nodeId);
  node.candidacyPosition = appendEntry(node, "leadership", node.candidacyEpoch, name);
  node.lease.sent(node.candidacyPosition, now.monotonicUs);
  effects.trace("election.stood", config.shard, node.candidacyPosition, node.candidacyEpoch, "");
}

/** The log has committed the candidate's entry. */
export function onLeadershipCommitted(node: DatabaseNode, now: Now, effects: Effects): void {
  // Had it read anything beyond its own entry, a successor's, it would be no candidate any more.
  assert(
    node.appliedPosition <= node.candidacyPosition,
    "a candidate has read a successor's entry",
  );
  becomePrimary(node, now, effects);
}

/** A committed entry was applied while this node is a candidate: is the place taken? */
export function onCandidateApplied(node: DatabaseNode, entry: LogEntry, effects: Effects): void {
  if (entry.position < node.candidacyPosition) return;
  const isOwn = entry.position === node.candidacyPosition && isOwnEntry(node, entry);
  effects.mark(isOwn ? "own leadership entry read before its answer" : "candidate overtaken");
  if (!isOwn) loseElection(node, effects);
}

/** The log has answered that another entry stands in the candidate's place: nothing is tried before that one is read. */
export function onLeadershipRefused(node: DatabaseNode, effects: Effects): void {
  effects.mark("candidate refused, reads on");
  node.standBeyond = node.candidacyPosition;
  loseElection(node, effects);
}

function loseElection(node: DatabaseNode, effects: Effects): void {
  const { shard } = node.config;
  effects.trace("election.lost", shard, node.candidacyPosition, node.candidacyEpoch, "");
  node.role = "replica";
  node.candidacyPosition = 0;
  node.lease.end();
  node.appender.reset({ position: node.appliedPosition, id: node.appliedId }, node.chain);
}

function isOwnEntry(node: DatabaseNode, entry: LogEntry): boolean {
  const { id } = node.appender.lastPoint;
  return entry.id.incarnation === id.incarnation && entry.id.sequence === id.sequence;
}
