/**
 * What database nodes and log nodes say to each other: the bodies of the log* frames.
 *
 *     logAppend       u32 shard · point predecessor · u32 count · count × bytes(entry)
 *     logAppendReply  u32 shard · u8 outcome · point · latin1 leader hint · u8 isLow
 *     logFollow       u32 shard · u53 subscription · u53 fromPosition
 *     logFollowAck    u32 shard · u53 subscription · u53 position
 *     logEntries      u32 shard · u53 subscription · u8 state · u53 commitPosition · u53 fromPosition · u32 count · count × bytes(entry)
 *     logUnfollow     u32 shard · u53 subscription
 *     logTail         u32 shard · u53 nonce
 *     logTailReply    u32 shard · u53 nonce · u8 outcome · point · latin1 leader hint
 *     logTrim         u32 shard · u53 belowPosition
 *
 * where point = u53 position · u53 incarnation · u53 sequence, and bytes/latin1 begin with their u32 length.
 * Decoders return undefined for a body that is damaged; the receiver drops and counts it.
 */
import { beginFrame, finishFrame } from "../bytes/frame.ts";
import type { ByteReader } from "../bytes/reader.ts";
import type { ByteWriter } from "../bytes/writer.ts";
import type { EntryId, LogPoint } from "./entry.ts";

/** In messages of the largest size: what may be on the way to one reader, or to one log peer, before it acknowledges. */
export const windowInMessages = 4;

const appendOutcomes = [
  "committed", // everything of this writer up to the point is committed
  "conflict", // final: a different entry has committed at the position named, or just before it
  "behind", // the predecessor is beyond the tail and could not be held: send again from the first unacknowledged
  "notLeader", // ask the hinted node, "" if none is known
  "unknown", // may or may not land: send again later, the same bytes
  "trimmed", // below the trim point: the log can no longer tell
  "overloaded", // too much is uncommitted: send again later
  "held", // a retry of what the log's leader has, and has not committed yet: nothing up to the point need be sent again
] as const;

export type AppendOutcome = (typeof appendOutcomes)[number];

export interface AppendRequest {
  readonly shard: number;
  readonly precededBy: LogPoint;
  /** Views into the frame. */
  readonly entries: readonly Uint8Array[];
}

export interface AppendReply {
  readonly shard: number;
  readonly outcome: AppendOutcome;
  /**
   * committed: the newest committed entry of the writer. conflict: the first entry that can never land. held: the newest
   * entry of the writer that the leader has. All others: the request's first entry.
   */
  readonly position: number;
  readonly id: EntryId;
  readonly hint: string;
  /** The log's disks are nearly full: nothing more should be executed that appends. */
  readonly isLow: boolean;
}

export function encodeAppend(
  writer: ByteWriter,
  shard: number,
  precededBy: LogPoint,
  entries: readonly Uint8Array[],
): Uint8Array {
  beginFrame(writer, "logAppend");
  writer.u32(shard);
  writePoint(writer, precededBy.position, precededBy.id);
  writeEntries(writer, entries);
  return finishFrame(writer);
}

export function decodeAppend(body: ByteReader): AppendRequest | undefined {
  const shard = body.u32();
  const precededBy = readPoint(body);
  const entries = readEntries(body);
  return body.isComplete && entries.length > 0 ? { shard, precededBy, entries } : undefined;
}

export function encodeAppendReply(writer: ByteWriter, reply: AppendReply): Uint8Array {
  beginFrame(writer, "logAppendReply");
  writer.u32(reply.shard);
  writer.u8(appendOutcomes.indexOf(reply.outcome));
  writePoint(writer, reply.position, reply.id);
  writer.latin1(reply.hint);
  writer.u8(reply.isLow ? 1 : 0);
  return finishFrame(writer);
}

export function decodeAppendReply(body: ByteReader): AppendReply | undefined {
  const shard = body.u32();
  const outcome = appendOutcomes[body.u8()];
  const { position, id } = readPoint(body);
  const hint = body.latin1();
  const isLow = body.u8() === 1;
  return body.isComplete && outcome !== undefined
    ? { shard, outcome, position, id, hint, isLow }
    : undefined;
}

export interface FollowRequest {
  readonly shard: number;
  /** One more than the follower's last; a process begins at a random number. A new one ends the older of that node and shard. */
  readonly subscription: number;
  /** First position wanted. */
  readonly fromPosition: number;
}

export function encodeFollow(writer: ByteWriter, request: FollowRequest): Uint8Array {
  return encodeThree(
    writer,
    "logFollow",
    request.shard,
    request.subscription,
    request.fromPosition,
  );
}

export function decodeFollow(body: ByteReader): FollowRequest | undefined {
  const shard = body.u32();
  const subscription = body.u53();
  const fromPosition = body.u53();
  return body.isComplete ? { shard, subscription, fromPosition } : undefined;
}

export interface FollowAck {
  readonly shard: number;
  readonly subscription: number;
  /** Newest position received in order. */
  readonly position: number;
}

export function encodeFollowAck(writer: ByteWriter, ack: FollowAck): Uint8Array {
  return encodeThree(writer, "logFollowAck", ack.shard, ack.subscription, ack.position);
}

export function decodeFollowAck(body: ByteReader): FollowAck | undefined {
  const shard = body.u32();
  const subscription = body.u53();
  const position = body.u53();
  return body.isComplete ? { shard, subscription, position } : undefined;
}

const followStates = [
  "entries", // possibly none: the answer to a subscription that has nothing to send yet
  "trimmed", // fromPosition lies below the trim point
  "refused", // this log node cannot serve now (blank, repairing): try another
] as const;

export interface EntriesMessage {
  readonly shard: number;
  readonly subscription: number;
  readonly state: (typeof followStates)[number];
  /** Newest position that the sender knows to be committed. */
  readonly commitPosition: number;
  /** Position of the first entry (or of the one that would come next). */
  readonly fromPosition: number;
  readonly entries: readonly Uint8Array[];
}

export function encodeEntries(writer: ByteWriter, message: EntriesMessage): Uint8Array {
  beginFrame(writer, "logEntries");
  writer.u32(message.shard);
  writer.u53(message.subscription);
  writer.u8(followStates.indexOf(message.state));
  writer.u53(message.commitPosition);
  writer.u53(message.fromPosition);
  writeEntries(writer, message.entries);
  return finishFrame(writer);
}

export function decodeEntries(body: ByteReader): EntriesMessage | undefined {
  const shard = body.u32();
  const subscription = body.u53();
  const state = followStates[body.u8()];
  const commitPosition = body.u53();
  const fromPosition = body.u53();
  const entries = readEntries(body);
  return body.isComplete && state !== undefined
    ? { shard, subscription, state, commitPosition, fromPosition, entries }
    : undefined;
}

export function encodeUnfollow(
  writer: ByteWriter,
  shard: number,
  subscription: number,
): Uint8Array {
  beginFrame(writer, "logUnfollow");
  writer.u32(shard);
  writer.u53(subscription);
  return finishFrame(writer);
}

export interface UnfollowRequest {
  readonly shard: number;
  readonly subscription: number;
}

export function decodeUnfollow(body: ByteReader): UnfollowRequest | undefined {
  const shard = body.u32();
  const subscription = body.u53();
  return body.isComplete ? { shard, subscription } : undefined;
}

export interface TailRequest {
  readonly shard: number;
  readonly nonce: number;
}

export function encodeTail(writer: ByteWriter, shard: number, nonce: number): Uint8Array {
  beginFrame(writer, "logTail");
  writer.u32(shard);
  writer.u53(nonce);
  return finishFrame(writer);
}

export function decodeTail(body: ByteReader): TailRequest | undefined {
  const shard = body.u32();
  const nonce = body.u53();
  return body.isComplete ? { shard, nonce } : undefined;
}

export interface TailReply {
  readonly shard: number;
  readonly nonce: number;
  readonly isLeader: boolean;
  readonly tail: LogPoint;
  readonly hint: string;
}

export function encodeTailReply(writer: ByteWriter, reply: TailReply): Uint8Array {
  beginFrame(writer, "logTailReply");
  writer.u32(reply.shard);
  writer.u53(reply.nonce);
  writer.u8(reply.isLeader ? 1 : 0);
  writePoint(writer, reply.tail.position, reply.tail.id);
  writer.latin1(reply.hint);
  return finishFrame(writer);
}

export function decodeTailReply(body: ByteReader): TailReply | undefined {
  const shard = body.u32();
  const nonce = body.u53();
  const isLeader = body.u8() === 1;
  const tail = readPoint(body);
  const hint = body.latin1();
  return body.isComplete ? { shard, nonce, isLeader, tail, hint } : undefined;
}

export interface TrimRequest {
  readonly shard: number;
  /** Entries below this position may go; those not yet committed never do. */
  readonly belowPosition: number;
}

export function encodeTrim(writer: ByteWriter, shard: number, belowPosition: number): Uint8Array {
  beginFrame(writer, "logTrim");
  writer.u32(shard);
  writer.u53(belowPosition);
  return finishFrame(writer);
}

export function decodeTrim(body: ByteReader): TrimRequest | undefined {
  const shard = body.u32();
  const belowPosition = body.u53();
  return body.isComplete ? { shard, belowPosition } : undefined;
}

function encodeThree(
  writer: ByteWriter,
  kind: "logFollow" | "logFollowAck",
  shard: number,
  subscription: number,
  position: number,
): Uint8Array {
  beginFrame(writer, kind);
  writer.u32(shard);
  writer.u53(subscription);
  writer.u53(position);
  return finishFrame(writer);
}

function writePoint(writer: ByteWriter, position: number, id: EntryId): void {
  writer.u53(position);
  writer.u53(id.incarnation);
  writer.u53(id.sequence);
}

function readPoint(body: ByteReader): LogPoint {
  const position = body.u53();
  const incarnation = body.u53();
  return { position, id: { incarnation, sequence: body.u53() } };
}

function writeEntries(writer: ByteWriter, entries: readonly Uint8Array[]): void {
  writer.u32(entries.length);
  for (const entry of entries) writer.bytes(entry);
}

function readEntries(body: ByteReader): Uint8Array[] {
  const count = body.u32();
  const entries: Uint8Array[] = [];
  for (let index = 0; index < count && !body.failed; index++) entries.push(body.bytes());
  return entries;
}
