/**
 * Elections (Raft §5.2, §5.4.1) with pre-vote (§9.6), the leader's lease over its voters, and transfer of leadership
 * (§3.10). A vote leaves this node only when it is on disk: see `settleElection`.
 */
import type { Effects } from "../contract.ts";
import { placeHeld } from "./appendApi.ts";
import { isMajority } from "./quorum.ts";
import {
  encodeTimeoutNow,
  encodeVote,
  encodeVoteReply,
  type TimeoutNow,
  type VoteReply,
  type VoteRequest,
} from "./raftMessages.ts";
import {
  adoptTerm,
  becomeCandidate,
  becomeLeader,
  becomePrecandidate,
  giveVote,
  leaveRole,
  quiet,
} from "./roles.ts";
import {
  incarnationOf,
  type LogNode,
  NO_VOTE,
  NOBODY,
  progressOf,
  type Replica,
  slotName,
  touch,
} from "./state.ts";

/** Stands where the election clock has run out, and computes when the next one does. */
export function scanElections(node: LogNode, effects: Effects): void {
  let nextUs = Infinity;
  for (const replica of node.replicas) {
    if (replica.role === "leader" || replica.isRepairing) continue;
    if (node.nowUs >= replica.quietSinceUs + replica.electionUs) {
      if (replica.role === "candidate") effects.mark("log election without a winner");
      standPre(node, replica, effects);
    }
    nextUs = Math.min(nextUs, replica.quietSinceUs + replica.electionUs);
  }
  // Many shards' clocks run out at many times: one look serves all of a short stretch.
  node.scanAtUs = Math.max(nextUs, node.nowUs + scanEveryUs);
}

const scanEveryUs = 20_000;

function standPre(node: LogNode, replica: Replica, effects: Effects): void {
  becomePrecandidate(node, replica);
  sendVotes(node, replica, effects);
  if (isMajority(replica.granted)) becomeCandidate(node, replica, false, effects);
}

function sendVotes(node: LogNode, replica: Replica, effects: Effects): void {
  const isPreVote = replica.role === "precandidate";
  const frame = {
    shard: replica.shard,
    term: isPreVote ? replica.term + 1 : replica.term,
    isPreVote,
    isForced: replica.isForced,
    lastIndex: replica.log.lastIndex,
    lastTerm: replica.log.last.term,
  };
  for (const slot of node.peers) {
    effects.send(slotName(node, slot), encodeVote(node.writer, incarnationOf(node), frame));
  }
}

export function handleVote(
  node: LogNode,
  replica: Replica,
  from: number,
  request: VoteRequest,
  effects: Effects,
): void {
  if (replica.isRepairing) return effects.mark("vote refused: in repair");
  const isLed =
    replica.role === "leader" ||
    (replica.leader !== NOBODY &&
      node.nowUs - replica.leaderHeardUs < node.config.timing.raftElectionMs * 1000);
  // Voters who hear a leader ignore candidates: a node that was cut off shall not depose it on return.
  const ignores = isLed && !request.isForced && request.term > replica.term;
  const isCurrent = isUpToDate(replica, request);
  if (request.isPreVote) {
    markPreVote(ignores, isCurrent, effects);
    const isGranted = request.term > replica.term && !ignores && isCurrent;
    sendVoteReply(node, replica, from, { request, isGranted }, effects);
    return;
  }
  if (ignores) return effects.mark("vote ignored: a leader is heard");
  if (isLed && request.isForced && request.term > replica.term) {
    effects.mark("ordered candidate deposes a leader that is heard");
  }
  if (request.term > replica.term) adoptTerm(node, replica, request.term, effects);
  const mayVote = replica.vote === NO_VOTE || replica.vote === from;
  if (request.term < replica.term || !mayVote || !isCurrent) {
    markRefusal(request.term < replica.term, mayVote, effects);
    sendVoteReply(node, replica, from, { request, isGranted: false }, effects);
    return;
  }
  if (replica.role === "precandidate") leaveRole(node, replica, "voted", effects);
  giveVote(node, replica, from);
  replica.owedVote = from;
  quiet(node, replica, 1, 2);
  touch(node, replica);
}

function markPreVote(ignores: boolean, isCurrent: boolean, effects: Effects): void {
  if (ignores) effects.mark("pre-vote refused: a leader is heard");
  else if (!isCurrent) effects.mark("pre-vote refused: shorter log");
}

function markRefusal(isOld: boolean, mayVote: boolean, effects: Effects): void {
  if (isOld) effects.mark("vote of an older term refused");
  else effects.mark(mayVote ? "vote refused: shorter log" : "vote refused: given to another");
}

/** Raft §5.4.1: the later last term, or the longer log of the same. */
function isUpToDate(replica: Replica, request: VoteRequest): boolean {
  const { log } = replica;
  if (request.lastTerm !== log.last.term) return request.lastTerm > log.last.term;
  return request.lastIndex >= log.lastIndex;
}

function sendVoteReply(
  node: LogNode,
  replica: Replica,
  to: number,
  answer: { readonly request: VoteRequest; readonly isGranted: boolean },
  effects: Effects,
): void {
  const { request, isGranted } = answer;
  const reply = {
    shard: replica.shard,
    term: isGranted ? request.term : replica.term,
    isPreVote: request.isPreVote,
    isGranted,
  };
  effects.send(slotName(node, to), encodeVoteReply(node.writer, incarnationOf(node), reply));
}

export function handleVoteReply(
  node: LogNode,
  replica: Replica,
  from: number,
  reply: VoteReply,
  effects: Effects,
): void {
  if (!reply.isGranted) {
    if (reply.term > replica.term) adoptTerm(node, replica, reply.term, effects);
    return;
  }
  if (reply.isPreVote) {
    if (replica.role !== "precandidate" || reply.term !== replica.term + 1) return;
    replica.granted[from] = true;
    if (isMajority(replica.granted)) becomeCandidate(node, replica, false, effects);
    return;
  }
  if (replica.role !== "candidate" || reply.term !== replica.term) return;
  replica.granted[from] = true;
  touch(node, replica);
}

/** At the end of a step: sends votes and candidacies that are on disk by now, and counts. */
export function settleElection(node: LogNode, replica: Replica, effects: Effects): void {
  if (replica.durableTerm !== replica.term || replica.durableVote !== replica.vote) return;
  if (replica.owedVote !== NOBODY && replica.owedVote === replica.vote) {
    const reply = { shard: replica.shard, term: replica.term, isPreVote: false, isGranted: true };
    const frame = encodeVoteReply(node.writer, incarnationOf(node), reply);
    effects.send(slotName(node, replica.owedVote), frame);
    replica.owedVote = NOBODY;
  }
  if (replica.role !== "candidate" || replica.vote !== node.self) return;
  if (!replica.isStanding) {
    replica.isStanding = true;
    replica.granted[node.self] = true;
    sendVotes(node, replica, effects);
  }
  if (isMajority(replica.granted)) becomeLeader(node, replica, effects);
}

/** A transfer holds appends back, so it is tried only towards a peer that has answered lately and lacks little. */
const transferLagEntries = 256;

/**
 * The leader shall hand over to a peer, once that holds everything. Until then, and until the peer's term arrives, appends
 * are held: one more entry here would make the peer's log the shorter one, and nobody vote for it.
 */
export function startTransfer(node: LogNode, replica: Replica, to: number, effects: Effects): void {
  if (to === node.self || to < 0 || replica.transferTo !== NOBODY) return;
  const progress = progressOf(replica, to);
  const { raftElectionMs, raftHeartbeatMs } = node.config.timing;
  const isNear = replica.log.lastIndex - progress.matchIndex <= transferLagEntries;
  const isHeard = node.nowUs - progress.heardUs <= 4 * raftHeartbeatMs * 1000;
  if (!progress.isVoter || !isNear || !isHeard) {
    return effects.mark("transfer refused: the peer lags or is silent");
  }
  replica.transferTo = to;
  replica.isTransferSent = false;
  replica.transferUntilUs = node.nowUs + (raftElectionMs / 2) * 1000;
  effects.trace("log.transfer", replica.shard, -1, replica.term, slotName(node, to));
  touch(node, replica);
}

export function settleTransfer(node: LogNode, replica: Replica, effects: Effects): void {
  if (replica.transferTo === NOBODY || replica.role !== "leader") return;
  const progress = progressOf(replica, replica.transferTo);
  if (node.nowUs >= replica.transferUntilUs) {
    effects.mark("transfer given up");
    replica.transferTo = NOBODY;
    placeHeld(node, replica, effects);
    if (replica.isUnsynced) touch(node, replica);
  } else if (!replica.isTransferSent && progress.matchIndex === replica.log.lastIndex) {
    const order = { shard: replica.shard, term: replica.term };
    const frame = encodeTimeoutNow(node.writer, incarnationOf(node), order);
    effects.send(slotName(node, replica.transferTo), frame);
    replica.isTransferSent = true;
  }
}

export function handleTimeoutNow(
  node: LogNode,
  replica: Replica,
  _from: number,
  order: TimeoutNow,
  effects: Effects,
): void {
  if (replica.isRepairing || replica.role === "leader" || order.term !== replica.term) {
    return effects.mark("late order to stand ignored");
  }
  effects.mark("stood for the log by order");
  becomeCandidate(node, replica, true, effects);
}
