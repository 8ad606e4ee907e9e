/**
 * Log replication (Raft §5.3): the leader sends optimistically, several messages ahead of their acknowledgement; a
 * refusal or a heartbeat's reply that shows a loss makes it go back. Followers acknowledge what is on their disk.
 */
import { assert, must } from "../assert.ts";
import type { Effects } from "../contract.ts";
import { advanceFollowerCommit, advanceLeaderCommit } from "./commit.ts";
import { forgetFetched, heldBehind, recall } from "./fetch.ts";
import { windowInMessages } from "./messages.ts";
import {
  encodeInstall,
  encodeRaftAppend,
  encodeRaftAppendReply,
  type RaftAppend,
  type RaftAppendReply,
  type RaftInstall,
} from "./raftMessages.ts";
import { adoptTerm, followLeader } from "./roles.ts";
import {
  incarnationOf,
  type LogNode,
  markUnsynced,
  NOBODY,
  type Progress,
  progressOf,
  type Replica,
  slotName,
  touch,
  walOf,
} from "./state.ts";

/** At the end of a step: sends each peer what its window allows, and what has come back from the disk. */
export function sendAppends(node: LogNode, replica: Replica, effects: Effects): void {
  for (const slot of node.peers) {
    const progress = progressOf(replica, slot);
    let isSent = true;
    while (isSent && canSend(node, replica, progress)) {
      isSent = sendNext(node, replica, slot, effects);
    }
    if (progress.wantsProbe && progress.onTheWay.count === 0) {
      sendNext(node, replica, slot, effects);
    }
  }
}

function canSend(node: LogNode, replica: Replica, progress: Progress): boolean {
  const { log } = replica;
  const { nextIndex, onTheWay } = progress;
  if (nextIndex > log.lastIndex) return false;
  if (onTheWay.count === 0) return true;
  if (progress.isProbing || onTheWay.count >= node.config.timing.pipelineMessages) return false;
  if (nextIndex - 1 < log.baseIndex) return false;
  return onTheWay.bytes < windowInMessages * node.config.timing.messageBytes;
}

/** False: what is to be sent is being read from the disk. */
function sendNext(node: LogNode, replica: Replica, slot: number, effects: Effects): boolean {
  const progress = progressOf(replica, slot);
  if (progress.nextIndex <= replica.log.baseIndex) {
    progress.wantsProbe = false;
    sendInstall(node, replica, slot, effects);
    return true;
  }
  const previousIndex = progress.nextIndex - 1;
  const held = heldBehind(node, replica, previousIndex, effects);
  if (held === undefined) return false;
  progress.wantsProbe = false;
  const startBytes = held.at(previousIndex).bytesUpTo;
  const { messageBytes } = node.config.timing;
  let lastIndex = previousIndex;
  while (lastIndex < held.lastIndex) {
    const bytes = held.at(lastIndex + 1).bytesUpTo - startBytes;
    if (bytes > messageBytes && lastIndex > previousIndex) break;
    lastIndex += 1;
  }
  const { shard, term, commitIndex } = replica;
  const range = { shard, term, previousIndex, lastIndex, commitIndex };
  effects.send(
    slotName(node, slot),
    encodeRaftAppend(node.writer, incarnationOf(node), held, range),
  );
  noteSent(node, replica, progress, lastIndex, held.at(lastIndex).bytesUpTo - startBytes);
  return true;
}

function sendInstall(node: LogNode, replica: Replica, slot: number, effects: Effects): void {
  const { base } = replica.log;
  const install = { shard: replica.shard, term: replica.term, base };
  const frame = encodeInstall(node.writer, incarnationOf(node), install);
  effects.send(slotName(node, slot), frame);
  noteSent(node, replica, progressOf(replica, slot), base.index, 0);
}

// oxlint-disable-next-line max-params -- private
function noteSent(
  node: LogNode,
  replica: Replica,
  progress: Progress,
  lastIndex: number,
  bytes: number,
): void {
  if (progress.onTheWay.count === 0) progress.resendFrom = progress.nextIndex;
  progress.onTheWay.add(lastIndex, bytes);
  progress.nextIndex = lastIndex + 1;
  progress.sentRound = node.round;
  progress.lastSentUs = node.nowUs;
  progress.toldCommit = replica.commitIndex;
}

export function handleRaftAppend(
  node: LogNode,
  replica: Replica,
  from: number,
  message: RaftAppend,
  effects: Effects,
): void {
  if (message.term > replica.term) adoptTerm(node, replica, message.term, effects);
  if (message.term < replica.term) {
    effects.mark("log append of an older term refused");
    return refuseAppend(node, replica, from, 0, effects);
  }
  followLeader(node, replica, from, effects);
  const { log } = replica;
  const { previousIndex } = message;
  if (previousIndex > log.lastIndex) {
    effects.mark("log append beyond the tail refused");
    return refuseAppend(node, replica, from, log.lastIndex, effects);
  }
  // What lies at or below the base is committed, and so agrees.
  if (previousIndex >= log.baseIndex) {
    if (log.termAt(previousIndex) !== message.previousTerm) {
      effects.mark("logs disagree: a whole term is skipped");
      return refuseAppend(node, replica, from, lastBeforeTerm(replica, previousIndex), effects);
    }
    const chain = log.chainAt(previousIndex);
    assert(
      chain < 0 || chain === message.previousChain,
      () => `two chains at index ${previousIndex} of shard ${replica.shard}`,
    );
  }
  // What is to be replaced must be in memory; the leader sends again what it hears no answer to.
  const replaced = firstReplaced(replica, message);
  if (replaced >= 0 && !recall(node, replica, replaced, effects)) return;
  storeEntries(node, replica, message, effects);
  replica.matchedIndex = Math.max(replica.matchedIndex, previousIndex + message.terms.length);
  replica.owesAck = true;
  advanceFollowerCommit(node, replica, message.commitIndex);
  touch(node, replica);
}

/** The index before the first of the disagreeing term: the whole term is skipped at once, though nothing committed. */
function lastBeforeTerm(replica: Replica, index: number): number {
  return Math.min(index - 1, Math.max(replica.commitIndex, replica.log.firstOfTerm(index) - 1));
}

/** The first index at which a message has another entry than the log; -1 if it replaces nothing. */
function firstReplaced(replica: Replica, message: RaftAppend): number {
  const { log } = replica;
  for (let at = 0; at < message.terms.length; at++) {
    const index = message.previousIndex + 1 + at;
    if (index > log.lastIndex) return -1;
    if (index > log.baseIndex && log.termAt(index) !== message.terms[at]) return index;
  }
  return -1;
}

function storeEntries(
  node: LogNode,
  replica: Replica,
  message: RaftAppend,
  effects: Effects,
): void {
  const { log } = replica;
  const wal = walOf(node);
  for (let at = 0; at < message.terms.length; at++) {
    const index = message.previousIndex + 1 + at;
    const term = must(message.terms[at], "term");
    const bytes = must(message.entries[at], "entry");
    if (index <= log.baseIndex) continue;
    if (index <= log.lastIndex) {
      if (log.termAt(index) === term) continue;
      assert(index > replica.commitIndex, "a committed entry would be replaced");
      effects.mark("uncommitted log entries replaced");
      log.truncateFrom(index);
      forgetFetched(node, replica.shard);
      wal.addTruncate(replica.shard, index);
      replica.durableIndex = Math.min(replica.durableIndex, index - 1);
      replica.matchedIndex = Math.min(replica.matchedIndex, index - 1);
    }
    if (bytes.length === 0) log.appendNoop(term);
    else log.appendEntry(term, bytes);
    wal.addEntry(replica.shard, index, term, bytes);
    markUnsynced(node, replica);
  }
}

function refuseAppend(
  node: LogNode,
  replica: Replica,
  to: number,
  hint: number,
  effects: Effects,
): void {
  const { shard, term } = replica;
  const isDiskLow = node.lowSlots[node.self] === true;
  const reply = { shard, term, verdict: "refused" as const, index: hint, isDiskLow };
  effects.send(slotName(node, to), encodeRaftAppendReply(node.writer, incarnationOf(node), reply));
}

/** Synced here and equal to the leader's log. */
export function ackIndexOf(replica: Replica): number {
  return Math.min(replica.durableIndex, replica.matchedIndex);
}

/** At the end of a step: acknowledges what has come to be on disk; the rest stays owed. */
export function settleAck(node: LogNode, replica: Replica, effects: Effects): void {
  if (!replica.owesAck || replica.role !== "follower") return;
  const { shard, term } = replica;
  if (replica.leader === NOBODY || replica.durableTerm !== term) return;
  const index = ackIndexOf(replica);
  const isAll = index === replica.matchedIndex;
  if (!isAll && index <= replica.ackedIndex) return;
  replica.owesAck = !isAll;
  replica.ackedIndex = index;
  const verdict = replica.isRepairing ? ("copied" as const) : ("accepted" as const);
  const frame = encodeRaftAppendReply(node.writer, incarnationOf(node), {
    shard,
    term,
    verdict,
    index,
    isDiskLow: node.lowSlots[node.self] === true,
  });
  effects.send(slotName(node, replica.leader), frame);
}

export function handleRaftAppendReply(
  node: LogNode,
  replica: Replica,
  from: number,
  reply: RaftAppendReply,
  effects: Effects,
): void {
  if (reply.term > replica.term) return adoptTerm(node, replica, reply.term, effects);
  if (replica.role !== "leader" || reply.term !== replica.term) return;
  const progress = progressOf(replica, from);
  progress.heardUs = node.nowUs;
  node.lowSlots[from] = reply.isDiskLow;
  if (reply.verdict !== "refused") {
    if (reply.verdict === "copied") effects.mark("copy of a peer in repair counts for no quorum");
    else if (reply.index < progress.matchIndex)
      effects.mark("acknowledgements overtook each other");
    noteMatch(node, replica, from, reply.index, reply.verdict === "accepted", effects);
    return;
  }
  // With nothing unanswered it refuses what has been acknowledged since: old news.
  if (progress.onTheWay.count === 0) {
    return effects.mark("old refusal of a log append ignored");
  }
  const back = Math.max(progress.matchIndex, Math.min(reply.index, progress.nextIndex - 1)) + 1;
  goBack(node, replica, progress, back);
}

export function goBack(node: LogNode, replica: Replica, progress: Progress, to: number): void {
  progress.nextIndex = Math.min(to, replica.log.lastIndex + 1);
  progress.onTheWay.clear();
  progress.isProbing = true;
  progress.wantsProbe = true;
  touch(node, replica);
}

/** A peer's copy agrees and is synced up to an index. */
export function noteMatch(
  node: LogNode,
  replica: Replica,
  slot: number,
  index: number,
  isVoter: boolean,
  effects: Effects,
): void {
  const progress = progressOf(replica, slot);
  assert(index <= replica.log.lastIndex, "an acknowledgement beyond the log");
  progress.isVoter = isVoter;
  if (index < progress.matchIndex) return;
  progress.matchIndex = index;
  progress.nextIndex = Math.max(progress.nextIndex, index + 1);
  if (progress.onTheWay.arrived(index)) progress.resendFrom = index + 1;
  progress.isProbing = false;
  advanceLeaderCommit(node, replica, effects);
  touch(node, replica);
}

/** Raft §7: the leader has dropped what this replica lacks, and names the point behind which it goes on. */
export function handleInstall(
  node: LogNode,
  replica: Replica,
  from: number,
  message: RaftInstall,
  effects: Effects,
): void {
  if (message.term > replica.term) adoptTerm(node, replica, message.term, effects);
  if (message.term < replica.term) return refuseAppend(node, replica, from, 0, effects);
  followLeader(node, replica, from, effects);
  const { log } = replica;
  const { base } = message;
  if (base.index > replica.commitIndex) {
    effects.mark("prefix installed after a trim");
    const agrees = log.termAt(base.index) === base.term;
    if (agrees) {
      log.trimTo(base);
    } else {
      log.reset(base);
      forgetFetched(node, replica.shard);
      replica.durableIndex = 0;
      replica.matchedIndex = 0;
    }
    walOf(node).addBase(replica.shard, base, !agrees);
    markUnsynced(node, replica);
    replica.commitIndex = base.index;
    replica.hasNewCommit = true;
    effects.trace("log.installed", replica.shard, base.position, replica.term, "");
  }
  replica.matchedIndex = Math.max(replica.matchedIndex, base.index);
  replica.owesAck = true;
  touch(node, replica);
}
