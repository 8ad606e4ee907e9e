/**
 * Conditional append (PROTOCOL rules 1 to 5) on the leader of a shard's log. The chain is the only fence: an entry lands
 * behind exactly the predecessor that its writer named, or never.
 */
import { must } from "../assert.ts";
import { u53At } from "../bytes/reader.ts";
import type { Effects, NodeId } from "../contract.ts";
import { type EntryId, entryKinds, sameId } from "./entry.ts";
import { type AppendOutcome, type AppendRequest, encodeAppendReply } from "./messages.ts";
import { isSameEntry, isSoundEntry } from "./shardLog.ts";
import {
  commitPosition,
  dropMessage,
  isLogLow,
  likelyLeader,
  type LogNode,
  markUnsynced,
  NOBODY,
  type Replica,
  walOf,
} from "./state.ts";

/** Appends kept for a predecessor that is still on its way, a shard. */
const heldMessages = 32;

export function handleAppend(
  node: LogNode,
  replica: Replica,
  from: NodeId,
  request: AppendRequest,
  effects: Effects,
): void {
  if (!areSound(node, request)) return dropMessage(node, "damaged entry", effects);
  // Leadership is about to settle, here or at the peer it is handed to: whoever it is will know in a moment.
  if (replica.role === "candidate") {
    effects.mark("append held by a candidate");
    return hold(node, replica, from, request, "notLeader", effects);
  }
  if (replica.role !== "leader") return answer(node, replica, from, request, "notLeader", effects);
  if (replica.transferTo !== NOBODY) {
    effects.mark("append held during a transfer");
    return hold(node, replica, from, request, "overloaded", effects);
  }
  if (place(node, replica, from, request, effects)) placeHeld(node, replica, effects);
}

/** The tail has moved, or leadership has settled here: what was held may fit now. */
export function placeHeld(node: LogNode, replica: Replica, effects: Effects): void {
  for (let retry = replica.held.length; retry > 0; retry--) {
    const at = replica.held.findIndex(
      (held) => held.request.precededBy.position <= replica.log.last.position,
    );
    if (at < 0) return;
    const [held] = replica.held.splice(at, 1);
    effects.mark("held append placed");
    if (held !== undefined) place(node, replica, held.from, held.request, effects);
  }
}

function areSound(node: LogNode, request: AppendRequest): boolean {
  let position = request.precededBy.position;
  for (const bytes of request.entries) {
    position += 1;
    if (bytes.length > node.config.timing.entryBytes || !isSoundEntry(bytes, position))
      return false;
  }
  return true;
}

/** Answers one append for which this node leads. True if the log has grown. */
function place(
  node: LogNode,
  replica: Replica,
  from: NodeId,
  request: AppendRequest,
  effects: Effects,
): boolean {
  const { log } = replica;
  const { position, id } = request.precededBy;
  if (position < log.basePosition) {
    effects.mark("append below the trim point");
    answer(node, replica, from, request, "trimmed", effects);
    return false;
  }
  if (position > log.last.position) {
    effects.mark("append ahead of its predecessor");
    hold(node, replica, from, request, "behind", effects);
    return false;
  }
  const committed = commitPosition(replica);
  if (!sameId(log.idAt(position), id)) {
    const isFinal = position <= committed;
    effects.mark(isFinal ? "predecessor lost its place" : "predecessor differs, uncommitted");
    answer(node, replica, from, request, isFinal ? "conflict" : "unknown", effects);
    return false;
  }
  // What is there already must be the same; what is not, follows.
  let known = 0;
  while (known < request.entries.length && position + known < log.last.position) {
    const at = position + 1 + known;
    if (!isSameEntry(log, at, must(request.entries[known], "entry"))) {
      differ(node, replica, from, request, known, effects);
      return false;
    }
    known += 1;
  }
  const isNew = known < request.entries.length;
  if (isNew && isOverloaded(node, replica, must(request.entries[known], "entry"))) {
    effects.mark("bulk beyond the bound refused by the log");
    answer(node, replica, from, request, "overloaded", effects);
    return false;
  }
  for (let at = known; at < request.entries.length; at++) {
    const bytes = must(request.entries[at], "entry");
    log.appendEntry(replica.term, bytes);
    walOf(node).addEntry(replica.shard, log.lastIndex, replica.term, bytes);
  }
  if (isNew) markUnsynced(node, replica);
  const last = position + request.entries.length;
  if (known > 0) markRepetition(replica, last, isNew, effects);
  awaitCommit(node, replica, from, position + 1, last, effects);
  if (!isNew && committed <= position) {
    effects.mark("retry of what has not committed");
    answerHeld(node, replica, from, last, effects);
  }
  return isNew;
}

/** Everything up to this position is here: tells how much more of the same writer is. */
// oxlint-disable-next-line max-params -- as for every answer
function answerHeld(
  node: LogNode,
  replica: Replica,
  to: NodeId,
  position: number,
  effects: Effects,
): void {
  const { log } = replica;
  const asked = log.idAt(position);
  // What a successor has put behind them says nothing to this writer.
  const isNewest = log.last.incarnation === asked.incarnation;
  const frame = encodeAppendReply(node.writer, {
    shard: replica.shard,
    outcome: "held",
    position: isNewest ? log.last.position : position,
    id: isNewest ? log.idAt(log.last.position) : asked,
    hint: "",
    isLow: false,
  });
  effects.send(to, frame);
}

/** Entries of this message have arrived before; `last` is its last position. */
function markRepetition(replica: Replica, last: number, isNew: boolean, effects: Effects): void {
  if (isNew) return effects.mark("message half known, half new");
  if (last < replica.log.last.position) effects.mark("append retried below the tail");
  if (last <= commitPosition(replica)) effects.mark("retry of what has committed");
}

/** Another entry stands where this one of the request should: what comes before it is the writer's own. */
// oxlint-disable-next-line max-params -- place's second half
function differ(
  node: LogNode,
  replica: Replica,
  from: NodeId,
  request: AppendRequest,
  known: number,
  effects: Effects,
): void {
  const { position } = request.precededBy;
  // Rule 3: refused for good only by a committed entry. Anything else may yet vanish, and this one land.
  if (position + 1 + known > commitPosition(replica)) {
    effects.mark("another entry stands there, uncommitted");
    answer(node, replica, from, request, "unknown", effects);
    return;
  }
  effects.mark("conflict with a committed entry");
  if (known > 0) awaitCommit(node, replica, from, position + 1, position + known, effects);
  answer(node, replica, from, request, "conflict", effects, known);
}

/** Rule 5: what a writer should have held back. What keeps a leadership alive or ends it always passes. */
function isOverloaded(node: LogNode, replica: Replica, entry: Uint8Array): boolean {
  if (entry[38] !== entryKinds.effects) return false;
  const { log } = replica;
  // After a start nothing is known to be committed; what has left memory had time to be.
  const committedIndex = Math.max(replica.commitIndex, log.edgeIndex);
  const uncommitted = log.last.bytesUpTo - log.at(committedIndex).bytesUpTo;
  return uncommitted > 2 * node.config.timing.inFlightBytes;
}

/** Rule 2: a predecessor beyond the tail may be on its way. `otherwise` is the answer when there is no place for more. */
// oxlint-disable-next-line max-params -- as for every answer
function hold(
  node: LogNode,
  replica: Replica,
  from: NodeId,
  request: AppendRequest,
  otherwise: AppendOutcome,
  effects: Effects,
): void {
  // Repetitions of what is held would only fill the place.
  const isHeld = replica.held.some(
    (held) =>
      held.from === from && held.request.precededBy.position === request.precededBy.position,
  );
  if (isHeld || replica.held.length >= heldMessages) {
    effects.mark(isHeld ? "repetition of a held append" : "no room to hold an append");
    answer(node, replica, from, request, otherwise, effects);
    return;
  }
  const untilUs = node.nowUs + node.config.timing.retryMs * 1000;
  replica.held.push({ from, request, untilUs });
}

/** What was held too long is answered "behind": its predecessor was lost. */
export function expireHeld(node: LogNode, replica: Replica, effects: Effects): void {
  for (let at = replica.held.length - 1; at >= 0; at--) {
    const held = must(replica.held[at], "held append");
    if (node.nowUs < held.untilUs) continue;
    replica.held.splice(at, 1);
    effects.mark("held append answered behind");
    answer(node, replica, held.from, held.request, "behind", effects);
  }
}

// oxlint-disable-next-line max-params -- a stretch of one writer's entries
function awaitCommit(
  node: LogNode,
  replica: Replica,
  writer: NodeId,
  first: number,
  last: number,
  effects: Effects,
): void {
  let waiter = replica.waiters.find((one) => one.writer === writer);
  if (waiter === undefined) {
    waiter = { writer, first, last };
    replica.waiters.push(waiter);
  } else {
    waiter.first = Math.min(waiter.first, first);
    waiter.last = Math.max(waiter.last, last);
  }
  if (commitPosition(replica) >= waiter.first) answerWaiters(node, replica, effects);
}

/** Rule 4: tells each writer, once, how far its entries are committed. */
export function answerWaiters(node: LogNode, replica: Replica, effects: Effects): void {
  const { waiters, log } = replica;
  const committed = commitPosition(replica);
  for (let at = waiters.length - 1; at >= 0; at--) {
    const waiter = must(waiters[at], "waiter");
    const position = Math.min(committed, waiter.last);
    if (position < waiter.first || position < log.basePosition) continue;
    const frame = encodeAppendReply(node.writer, {
      shard: replica.shard,
      outcome: "committed",
      position,
      id: log.idAt(position),
      hint: "",
      isLow: isLogLow(node),
    });
    effects.send(waiter.writer, frame);
    waiter.first = position + 1;
    if (waiter.first > waiter.last) waiters.splice(at, 1);
  }
}

/** Leadership or candidacy has ended: writers shall ask elsewhere, the likely winner first. What was accepted may still commit. */
export function refuseWaiters(node: LogNode, replica: Replica, effects: Effects): void {
  const { waiters, held } = replica;
  const hint = likelyLeader(node, replica);
  if (waiters.length > 0) effects.mark("log leadership lost with appends waiting");
  replica.waiters = [];
  replica.held = [];
  for (const { from, request } of held) {
    if (waiters.some((waiter) => waiter.writer === from)) continue;
    answer(node, replica, from, request, "notLeader", effects);
  }
  for (const waiter of waiters) {
    const frame = encodeAppendReply(node.writer, {
      shard: replica.shard,
      outcome: "notLeader",
      position: waiter.first,
      id: replica.log.idAt(waiter.first),
      hint,
      isLow: false,
    });
    effects.send(waiter.writer, frame);
  }
}

// oxlint-disable-next-line max-params -- every answer but "committed" leaves through here
function answer(
  node: LogNode,
  replica: Replica,
  to: NodeId,
  request: AppendRequest,
  outcome: AppendOutcome,
  effects: Effects,
  at: number = 0,
): void {
  const hint = outcome === "notLeader" ? likelyLeader(node, replica) : "";
  const frame = encodeAppendReply(node.writer, {
    shard: replica.shard,
    outcome,
    position: request.precededBy.position + 1 + at,
    id: idOf(must(request.entries[at], "entry")),
    hint,
    isLow: false,
  });
  effects.send(to, frame);
}

function idOf(entry: Uint8Array): EntryId {
  return { incarnation: u53At(entry, 16), sequence: u53At(entry, 24) };
}
