/**
 * What log nodes say to each other: the bodies of the raft* frames. Each begins with the sender's disk incarnation
 * (PROTOCOL rule 7: an older disk of the slot is not heard once a newer one was).
 *
 *     raftVote              u53 incarnation · u32 shard · u53 term · u8 flags (1 pre-vote, 2 forced) · u53 lastIndex · u53 lastTerm
 *     raftVoteReply         u53 incarnation · u32 shard · u53 term · u8 flags (1 pre-vote, 2 granted)
 *     raftAppend            u53 incarnation · u32 shard · u53 term · u53 previousIndex · u53 previousTerm · u32 previousChain ·
 *                           u53 commitIndex · u32 count · count × (u53 term · bytes entry, empty for a no-op)
 *     raftAppendReply       u53 incarnation · u32 shard · u53 term · u8 verdict · u53 index · u8 isDiskLow
 *     raftHeartbeat         u53 incarnation · u53 round · u8 wantsReply · u32 count · count × (u32 shard · u53 term · u53 commitIndex)
 *     raftHeartbeatReply    u53 incarnation · u53 round · u32 count · count × (u32 shard · u53 term · u8 isVoter · u53 matchedIndex · u53 ackIndex)
 *     raftTimeoutNow        u53 incarnation · u32 shard · u53 term
 *     raftInstall           u53 incarnation · u32 shard · u53 term · u53 index · u53 indexTerm · u53 position · u53 id incarnation ·
 *                           u53 id sequence · u32 chain
 *     raftRepairHello       u53 incarnation · u53 nonce
 *     raftRepairHelloReply  u53 incarnation · u53 nonce · u32 count · count × (u32 shard · u53 term · u8 isLeader · u53 lastIndex)
 *
 * Decoders read what follows the incarnation and return undefined for a damaged body.
 */
import { beginFrame, finishFrame, type MessageKind } from "../bytes/frame.ts";
import type { ByteReader } from "../bytes/reader.ts";
import type { ByteWriter } from "../bytes/writer.ts";
import type { HeldEntries, LogBase } from "./shardLog.ts";

export interface VoteRequest {
  readonly shard: number;
  /** The term that the candidate stands in, or would. */
  readonly term: number;
  readonly isPreVote: boolean;
  /** A leader has asked for this election: its own lease over the voters does not count. */
  readonly isForced: boolean;
  readonly lastIndex: number;
  readonly lastTerm: number;
}

function beginRaft(writer: ByteWriter, kind: MessageKind, incarnation: number): ByteWriter {
  beginFrame(writer, kind);
  writer.u53(incarnation);
  return writer;
}

export function encodeVote(
  writer: ByteWriter,
  incarnation: number,
  request: VoteRequest,
): Uint8Array {
  beginRaft(writer, "raftVote", incarnation);
  writer.u32(request.shard);
  writer.u53(request.term);
  writer.u8((request.isPreVote ? 1 : 0) | (request.isForced ? 2 : 0));
  writer.u53(request.lastIndex);
  writer.u53(request.lastTerm);
  return finishFrame(writer);
}

export function decodeVote(body: ByteReader): VoteRequest | undefined {
  const shard = body.u32();
  const term = body.u53();
  const flags = body.u8();
  const lastIndex = body.u53();
  const lastTerm = body.u53();
  if (!body.isComplete) return undefined;
  const isPreVote = (flags & 1) !== 0;
  return { shard, term, isPreVote, isForced: (flags & 2) !== 0, lastIndex, lastTerm };
}

export interface VoteReply {
  readonly shard: number;
  /** Granted: the term asked for. Refused: the voter's own. */
  readonly term: number;
  readonly isPreVote: boolean;
  readonly isGranted: boolean;
}

export function encodeVoteReply(
  writer: ByteWriter,
  incarnation: number,
  reply: VoteReply,
): Uint8Array {
  beginRaft(writer, "raftVoteReply", incarnation);
  writer.u32(reply.shard);
  writer.u53(reply.term);
  writer.u8((reply.isPreVote ? 1 : 0) | (reply.isGranted ? 2 : 0));
  return finishFrame(writer);
}

export function decodeVoteReply(body: ByteReader): VoteReply | undefined {
  const shard = body.u32();
  const term = body.u53();
  const flags = body.u8();
  if (!body.isComplete) return undefined;
  return { shard, term, isPreVote: (flags & 1) !== 0, isGranted: (flags & 2) !== 0 };
}

export interface RaftAppend {
  readonly shard: number;
  readonly term: number;
  readonly previousIndex: number;
  readonly previousTerm: number;
  readonly previousChain: number;
  readonly commitIndex: number;
  /** One a following index. */
  readonly terms: readonly number[];
  readonly entries: readonly Uint8Array[];
}

/** Entries of a log in (previousIndex, lastIndex], as the leader of `term` sends them. */
export function encodeRaftAppend(
  writer: ByteWriter,
  incarnation: number,
  held: HeldEntries,
  range: {
    readonly shard: number;
    readonly term: number;
    readonly previousIndex: number;
    readonly lastIndex: number;
    readonly commitIndex: number;
  },
): Uint8Array {
  const { previousIndex, lastIndex } = range;
  const previous = held.at(previousIndex);
  beginRaft(writer, "raftAppend", incarnation);
  writer.u32(range.shard);
  writer.u53(range.term);
  writer.u53(previousIndex);
  writer.u53(previous.term);
  writer.u32(previous.chain);
  writer.u53(range.commitIndex);
  writer.u32(lastIndex - previousIndex);
  for (let index = previousIndex + 1; index <= lastIndex; index++) {
    const entry = held.at(index);
    writer.u53(entry.term);
    writer.bytes(entry.bytes);
  }
  return finishFrame(writer);
}

export function decodeRaftAppend(body: ByteReader): RaftAppend | undefined {
  const shard = body.u32();
  const term = body.u53();
  const previousIndex = body.u53();
  const previousTerm = body.u53();
  const previousChain = body.u32();
  const commitIndex = body.u53();
  const terms: number[] = [];
  const entries: Uint8Array[] = [];
  for (let left = body.u32(); left > 0 && !body.failed; left--) {
    terms.push(body.u53());
    entries.push(body.bytes());
  }
  if (!body.isComplete) return undefined;
  return { shard, term, previousIndex, previousTerm, previousChain, commitIndex, terms, entries };
}

const appendVerdicts = [
  "refused", // the entry before the first does not agree
  "accepted",
  "copied", // accepted by a node in repair: it counts for no quorum
] as const;

export interface RaftAppendReply {
  readonly shard: number;
  readonly term: number;
  readonly verdict: (typeof appendVerdicts)[number];
  /** Refused: the highest index that may still agree. Else: synced, and equal to the leader's log, up to here. */
  readonly index: number;
  /** The sender's disk is nearly full. */
  readonly isDiskLow: boolean;
}

export function encodeRaftAppendReply(
  writer: ByteWriter,
  incarnation: number,
  reply: RaftAppendReply,
): Uint8Array {
  beginRaft(writer, "raftAppendReply", incarnation);
  writer.u32(reply.shard);
  writer.u53(reply.term);
  writer.u8(appendVerdicts.indexOf(reply.verdict));
  writer.u53(reply.index);
  writer.u8(reply.isDiskLow ? 1 : 0);
  return finishFrame(writer);
}

export function decodeRaftAppendReply(body: ByteReader): RaftAppendReply | undefined {
  const shard = body.u32();
  const term = body.u53();
  const verdict = appendVerdicts[body.u8()];
  const index = body.u53();
  const isDiskLow = body.u8() === 1;
  return body.isComplete && verdict !== undefined
    ? { shard, term, verdict, index, isDiskLow }
    : undefined;
}

export interface RaftInstall {
  readonly shard: number;
  readonly term: number;
  readonly base: LogBase;
}

export function encodeInstall(
  writer: ByteWriter,
  incarnation: number,
  install: RaftInstall,
): Uint8Array {
  const { base } = install;
  beginRaft(writer, "raftInstall", incarnation);
  writer.u32(install.shard);
  writer.u53(install.term);
  writer.u53(base.index);
  writer.u53(base.term);
  writer.u53(base.position);
  writer.u53(base.incarnation);
  writer.u53(base.sequence);
  writer.u32(base.chain);
  return finishFrame(writer);
}

export function decodeInstall(body: ByteReader): RaftInstall | undefined {
  const shard = body.u32();
  const term = body.u53();
  const base = {
    index: body.u53(),
    term: body.u53(),
    position: body.u53(),
    incarnation: body.u53(),
    sequence: body.u53(),
    chain: body.u32(),
  };
  return body.isComplete ? { shard, term, base } : undefined;
}

export interface Beat {
  readonly shard: number;
  readonly term: number;
  readonly commitIndex: number;
}

export interface Heartbeat {
  /** Counts up in the sender's process; the reply repeats it. */
  readonly round: number;
  readonly wantsReply: boolean;
  readonly beats: readonly Beat[];
}

export function encodeHeartbeat(
  writer: ByteWriter,
  incarnation: number,
  heartbeat: Heartbeat,
): Uint8Array {
  beginRaft(writer, "raftHeartbeat", incarnation);
  writer.u53(heartbeat.round);
  writer.u8(heartbeat.wantsReply ? 1 : 0);
  writer.u32(heartbeat.beats.length);
  for (const beat of heartbeat.beats) {
    writer.u32(beat.shard);
    writer.u53(beat.term);
    writer.u53(beat.commitIndex);
  }
  return finishFrame(writer);
}

export function decodeHeartbeat(body: ByteReader): Heartbeat | undefined {
  const round = body.u53();
  const wantsReply = body.u8() === 1;
  const beats: Beat[] = [];
  for (let left = body.u32(); left > 0 && !body.failed; left--) {
    const shard = body.u32();
    const term = body.u53();
    beats.push({ shard, term, commitIndex: body.u53() });
  }
  return body.isComplete ? { round, wantsReply, beats } : undefined;
}

export interface BeatReply {
  readonly shard: number;
  readonly term: number;
  /** False while the node repairs this shard: it confirms nothing. */
  readonly isVoter: boolean;
  /** Received and equal to the leader's log up to here, in this term; 0 if nothing was compared yet. */
  readonly matchedIndex: number;
  /** The part of it that is synced. */
  readonly ackIndex: number;
}

export interface HeartbeatReply {
  readonly round: number;
  readonly replies: readonly BeatReply[];
}

export function encodeHeartbeatReply(
  writer: ByteWriter,
  incarnation: number,
  reply: HeartbeatReply,
): Uint8Array {
  beginRaft(writer, "raftHeartbeatReply", incarnation);
  writer.u53(reply.round);
  writer.u32(reply.replies.length);
  for (const one of reply.replies) {
    writer.u32(one.shard);
    writer.u53(one.term);
    writer.u8(one.isVoter ? 1 : 0);
    writer.u53(one.matchedIndex);
    writer.u53(one.ackIndex);
  }
  return finishFrame(writer);
}

export function decodeHeartbeatReply(body: ByteReader): HeartbeatReply | undefined {
  const round = body.u53();
  const replies: BeatReply[] = [];
  for (let left = body.u32(); left > 0 && !body.failed; left--) {
    const shard = body.u32();
    const term = body.u53();
    const isVoter = body.u8() === 1;
    const matchedIndex = body.u53();
    replies.push({ shard, term, isVoter, matchedIndex, ackIndex: body.u53() });
  }
  return body.isComplete ? { round, replies } : undefined;
}

export interface TimeoutNow {
  readonly shard: number;
  readonly term: number;
}

export function encodeTimeoutNow(
  writer: ByteWriter,
  incarnation: number,
  order: TimeoutNow,
): Uint8Array {
  beginRaft(writer, "raftTimeoutNow", incarnation);
  writer.u32(order.shard);
  writer.u53(order.term);
  return finishFrame(writer);
}

export function decodeTimeoutNow(body: ByteReader): TimeoutNow | undefined {
  const shard = body.u32();
  const term = body.u53();
  return body.isComplete ? { shard, term } : undefined;
}

export interface HelloReplica {
  readonly shard: number;
  readonly term: number;
  readonly isLeader: boolean;
  readonly lastIndex: number;
}

export function encodeHello(writer: ByteWriter, incarnation: number, nonce: number): Uint8Array {
  beginRaft(writer, "raftRepairHello", incarnation);
  writer.u53(nonce);
  return finishFrame(writer);
}

export function decodeHello(body: ByteReader): number | undefined {
  const nonce = body.u53();
  return body.isComplete ? nonce : undefined;
}

export interface HelloReply {
  readonly nonce: number;
  readonly replicas: readonly HelloReplica[];
}

export function encodeHelloReply(
  writer: ByteWriter,
  incarnation: number,
  reply: HelloReply,
): Uint8Array {
  beginRaft(writer, "raftRepairHelloReply", incarnation);
  writer.u53(reply.nonce);
  writer.u32(reply.replicas.length);
  for (const replica of reply.replicas) {
    writer.u32(replica.shard);
    writer.u53(replica.term);
    writer.u8(replica.isLeader ? 1 : 0);
    writer.u53(replica.lastIndex);
  }
  return finishFrame(writer);
}

export function decodeHelloReply(body: ByteReader): HelloReply | undefined {
  const nonce = body.u53();
  const replicas: HelloReplica[] = [];
  for (let left = body.u32(); left > 0 && !body.failed; left--) {
    const shard = body.u32();
    const term = body.u53();
    const isLeader = body.u8() === 1;
    replicas.push({ shard, term, isLeader, lastIndex: body.u53() });
  }
  return body.isComplete ? { nonce, replicas } : undefined;
}
