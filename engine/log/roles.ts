/**
 * Terms and roles of one replica: the transitions that every other concern shares. A role changes here and nowhere else.
 */
import { assert } from "../assert.ts";
import type { Effects } from "../contract.ts";
import { placeHeld, refuseWaiters } from "./appendApi.ts";
import {
  type LogNode,
  markUnsynced,
  NO_VOTE,
  NOBODY,
  type Replica,
  slotName,
  touch,
  VOTE_SPENT,
  walOf,
} from "./state.ts";
import { refuseReads } from "./tail.ts";

/** Notes term and vote for the next batch. */
function noteHardState(node: LogNode, replica: Replica): void {
  walOf(node).addHardState(replica.shard, replica.term, replica.vote + 1);
  markUnsynced(node, replica);
}

/** Raft §5.1: a higher term makes anyone a follower. A node in repair counts as having voted in every term it meets. */
export function adoptTerm(node: LogNode, replica: Replica, term: number, effects: Effects): void {
  assert(term > replica.term, "terms only grow");
  if (replica.role === "leader") effects.mark("log leader deposed by a higher term");
  leaveRole(node, replica, `term ${term}`, effects);
  replica.term = term;
  replica.vote = replica.isRepairing ? VOTE_SPENT : NO_VOTE;
  replica.leader = NOBODY;
  replica.matchedIndex = 0;
  replica.owedVote = NOBODY;
  replica.owesAck = false;
  replica.ackedIndex = 0;
  noteHardState(node, replica);
}

/** The sender of an append or heartbeat of the replica's own term leads it. */
export function followLeader(
  node: LogNode,
  replica: Replica,
  leader: number,
  effects: Effects,
): void {
  assert(replica.role !== "leader", "two leaders in one term");
  replica.leader = leader;
  if (replica.role !== "follower") {
    effects.mark("candidate for the log yields to a winner");
    leaveRole(node, replica, "another won", effects);
  }
  replica.leaderHeardUs = node.nowUs;
  quiet(node, replica, 1, 2);
}

/** Gives up candidacy or leadership within the same term. */
export function leaveRole(node: LogNode, replica: Replica, why: string, effects: Effects): void {
  const wasLeader = replica.role === "leader";
  replica.role = "follower";
  replica.isStanding = false;
  if (!wasLeader) return refuseWaiters(node, replica, effects);
  replica.leader = NOBODY;
  node.led.splice(node.led.indexOf(replica), 1);
  const spreading = node.spreading.indexOf(replica);
  if (spreading >= 0) node.spreading.splice(spreading, 1);
  effects.trace("log.follower", replica.shard, replica.log.last.position, replica.term, why);
  refuseWaiters(node, replica, effects);
  refuseReads(node, replica, effects);
  replica.transferTo = NOBODY;
  quiet(node, replica, 1, 2);
}

export function spendVote(node: LogNode, replica: Replica): void {
  if (replica.vote === VOTE_SPENT) return;
  replica.vote = VOTE_SPENT;
  replica.owedVote = NOBODY;
  noteHardState(node, replica);
}

export function giveVote(node: LogNode, replica: Replica, slot: number): void {
  assert(replica.vote === NO_VOTE || replica.vote === slot, "one vote a term");
  assert(!replica.isRepairing, "no vote while in repair");
  if (replica.vote !== slot) {
    replica.vote = slot;
    noteHardState(node, replica);
  }
}

/** Raft §9.6: asks whether an election could be won before disturbing anyone with a term. */
export function becomePrecandidate(node: LogNode, replica: Replica): void {
  replica.role = "precandidate";
  replica.leader = NOBODY;
  replica.isForced = false;
  resetGranted(node, replica);
  replica.granted[node.self] = true;
  quiet(node, replica, 0.25, 0.75);
}

/** Raft §5.2: a new term with a vote for itself, which counts (and is announced) once it is synced. */
export function becomeCandidate(
  node: LogNode,
  replica: Replica,
  isForced: boolean,
  effects: Effects,
): void {
  adoptTerm(node, replica, replica.term + 1, effects);
  replica.role = "candidate";
  replica.isForced = isForced;
  replica.isStanding = false;
  resetGranted(node, replica);
  giveVote(node, replica, node.self);
  quiet(node, replica, 0.25, 0.75);
}

/** Raft §8: the new leader's first act is an entry of its own term, without which older ones cannot be committed. */
export function becomeLeader(node: LogNode, replica: Replica, effects: Effects): void {
  assert(replica.role === "candidate" && !replica.isRepairing, "only a candidate wins");
  if (replica.log.lastIndex > replica.commitIndex) {
    effects.mark("log leader elected with uncommitted entries");
  }
  replica.role = "leader";
  replica.leader = node.self;
  replica.matchedIndex = 0;
  node.led.push(replica);
  for (const slot of node.peers) {
    const progress = replica.progress[slot];
    if (progress === undefined) continue;
    progress.nextIndex = replica.log.lastIndex + 1;
    progress.matchIndex = 0;
    progress.isVoter = true;
    progress.isProbing = true;
    progress.wantsProbe = false;
    progress.onTheWay.clear();
    progress.lastSentUs = -Infinity;
    progress.heardUs = node.nowUs;
    progress.toldCommit = 0;
  }
  replica.log.appendNoop(replica.term);
  walOf(node).addEntry(replica.shard, replica.log.lastIndex, replica.term, replica.log.last.bytes);
  markUnsynced(node, replica);
  placeHeld(node, replica, effects);
  const heartbeatAtUs = node.nowUs + node.config.timing.raftHeartbeatMs * 1000;
  node.heartbeatAtUs = Math.min(node.heartbeatAtUs, heartbeatAtUs);
  effects.trace(
    "log.leader",
    replica.shard,
    replica.log.last.position,
    replica.term,
    slotName(node, node.self),
  );
  touch(node, replica);
}

/** Starts the election clock anew: it runs out after a random [from, to) of raftElectionMs. */
export function quiet(node: LogNode, replica: Replica, from: number, to: number): void {
  const spanUs = node.config.timing.raftElectionMs * 1000;
  replica.quietSinceUs = node.nowUs;
  // The draw is kept while a leader is heard: one number a term is random enough, and most messages draw none.
  if (from !== 1 || replica.electionUs < spanUs || replica.electionUs >= 2 * spanUs) {
    replica.electionUs = Math.floor(spanUs * (from + (to - from) * node.random()));
  }
  node.scanAtUs = Math.min(node.scanAtUs, replica.quietSinceUs + replica.electionUs);
}

function resetGranted(node: LogNode, replica: Replica): void {
  for (let slot = 0; slot < node.slots.length; slot++) replica.granted[slot] = false;
}
