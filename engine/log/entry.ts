/**
 * One entry of a shard's log: what a writer appends and what every reader sees.
 *
 *     offset 0   u32 length of the whole entry
 *            4   u32 CRC-32C of bytes [8, length)
 *            8   u53 position in the shard's chain, from 1
 *           16   u53 id: the writer's incarnation
 *           24   u53 id: the writer's sequence number
 *           32   u32 epoch of the writer's leadership
 *           36   u16 engine version that produced it
 *           38   u8  kind
 *           39   u8  chunk: bit 0 = first of its record, bit 1 = last of its record
 *           40   u53 wall clock of the writer, Unix milliseconds
 *           48   payload
 *
 * The term is Raft's business and stands outside. The running checksum of the chain is
 * chain(0) = 0, chain(p) = crc32c(chain(p - 1), crc of entry p).
 */
import { crc32c, crc32cOfU32 } from "../bytes/crc32c.ts";
import { u32At, u53At } from "../bytes/reader.ts";
import type { ByteWriter } from "../bytes/writer.ts";

/** Names an append for ever: incarnations never repeat in a cluster, sequence numbers never within an incarnation. */
export interface EntryId {
  readonly incarnation: number;
  readonly sequence: number;
}

/** Position 0 with this id precedes the first entry of every log. */
export const genesisId: EntryId = { incarnation: 0, sequence: 0 };

export const entryKinds = {
  effects: 1, // a record of replication/
  renewal: 2, // extends the writer's lease
  leadership: 3, // makes the writer the leader of `epoch`; its first renewal
  release: 4, // gives the leadership of `epoch` up
  checksum: 5, // payload: u32 running checksum of the chain up to the entry before this one
} as const;

export type EntryKind = keyof typeof entryKinds;

const kindByNumber: readonly (EntryKind | undefined)[] = [
  undefined,
  "effects",
  "renewal",
  "leadership",
  "release",
  "checksum",
];

export const entryHeaderBytes = 48;

export interface LogEntry {
  readonly position: number;
  readonly id: EntryId;
  readonly epoch: number;
  readonly engineVersion: number;
  readonly kind: EntryKind;
  readonly isFirstChunk: boolean;
  readonly isLastChunk: boolean;
  readonly unixMs: number;
  /** A view into the encoded entry. */
  readonly payload: Uint8Array;
  readonly crc: number;
  /** The whole encoded entry. */
  readonly bytes: Uint8Array;
}

/** What a predecessor or a tail is called by. */
export interface LogPoint {
  readonly position: number;
  readonly id: EntryId;
}

export const logStart: LogPoint = { position: 0, id: genesisId };

export interface EntryHeader {
  readonly position: number;
  readonly id: EntryId;
  readonly epoch: number;
  readonly engineVersion: number;
  readonly kind: EntryKind;
  readonly isFirstChunk: boolean;
  readonly isLastChunk: boolean;
  readonly unixMs: number;
}

/** Encodes an entry; the writer must be empty and is empty afterwards. */
export function encodeEntry(
  writer: ByteWriter,
  header: EntryHeader,
  payload: Uint8Array,
): Uint8Array {
  writer.u32(entryHeaderBytes + payload.length);
  writer.u32(0);
  writer.u53(header.position);
  writer.u53(header.id.incarnation);
  writer.u53(header.id.sequence);
  writer.u32(header.epoch);
  writer.u16(header.engineVersion);
  writer.u8(entryKinds[header.kind]);
  writer.u8((header.isFirstChunk ? 1 : 0) | (header.isLastChunk ? 2 : 0));
  writer.u53(header.unixMs);
  writer.raw(payload);
  writer.patchU32(4, crc32c(writer.peek(), 8));
  return writer.take();
}

/** Decodes and verifies one entry that fills `bytes` exactly; undefined if it is damaged or of an unknown kind. */
export function decodeEntry(bytes: Uint8Array): LogEntry | undefined {
  if (bytes.length < entryHeaderBytes) return undefined;
  const crc = u32At(bytes, 4);
  const kind = kindByNumber[bytes[38] as number];
  if (u32At(bytes, 0) !== bytes.length || kind === undefined || crc32c(bytes, 8) !== crc)
    return undefined;
  const chunk = bytes[39] as number;
  return {
    position: u53At(bytes, 8),
    id: { incarnation: u53At(bytes, 16), sequence: u53At(bytes, 24) },
    epoch: u32At(bytes, 32),
    engineVersion: (bytes[36] as number) | ((bytes[37] as number) << 8),
    kind,
    isFirstChunk: (chunk & 1) !== 0,
    isLastChunk: (chunk & 2) !== 0,
    unixMs: u53At(bytes, 40),
    payload: bytes.subarray(entryHeaderBytes),
    crc,
    bytes,
  };
}

/** The CRC that an encoded entry carries. */
export function entryCrc(bytes: Uint8Array): number {
  return u32At(bytes, 4);
}

/** The running checksum after an entry with this CRC. */
export function chainNext(previousChain: number, crc: number): number {
  return crc32cOfU32(crc, previousChain);
}

export function sameId(left: EntryId, right: EntryId): boolean {
  return left.sequence === right.sequence && left.incarnation === right.incarnation;
}
