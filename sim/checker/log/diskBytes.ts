/**
 * Reads the disk of a log node by the layout that engine/log/diskFormat.ts and entry.ts document, with code of its own.
 * Damage is not reported here: what cannot be read is not there, as for a node that would read it.
 */
import { crc32cOf } from "./crc32c.ts";

const MARKER = 0x324d5a41;
/** Of the format before segments: a log of one file. */
const MARKER_1 = 0x4d465a41;
const BATCH = 0x42575a41;
const SECTOR = 512;
const BATCH_HEADER = 48;
/** Bytes of an entry ahead of its payload. */
export const ENTRY_HEADER = 48;

/** Where a log's file belongs: the newest readable marker of the file "format". */
export interface FormatMarker {
  readonly sequence: number;
  readonly diskIncarnation: number;
  readonly generation: number;
  /** The node that wrote it could not trust its disk, and has not got everything back. */
  readonly isRepairing: boolean;
  /** Where older generations end. */
  readonly pieces: readonly Piece[];
}

/** A generation is in force up to this byte of this segment. */
export interface Piece {
  readonly generation: number;
  readonly segment: number;
  readonly end: number;
}

/** One entry of a shard's log as its bytes say. */
export interface DiskEntry {
  readonly position: number;
  readonly incarnation: number;
  readonly sequence: number;
  readonly epoch: number;
  readonly kind: number;
  readonly isFirstChunk: boolean;
  readonly isLastChunk: boolean;
  readonly unixMs: number;
  readonly crc: number;
  readonly payload: Uint8Array;
}

export const entryKinds = {
  effects: 1,
  renewal: 2,
  leadership: 3,
  release: 4,
  checksum: 5,
} as const;

/** What the records of a batch say, in their order. */
export interface DiskVisitor {
  /** `entry` undefined: a Raft no-op, outside the chain. */
  appended(shard: number, index: number, term: number, entry: DiskEntry | undefined): void;
  truncated(shard: number, fromIndex: number): void;
  /** A term, and whom it was given the vote for: 0 nobody, 1 + slot, 255 counts as given. */
  voted(shard: number, term: number, vote: number): void;
  /** The log begins behind this point. */
  based(base: DiskBase): void;
}

export interface DiskBase {
  readonly shard: number;
  readonly index: number;
  readonly term: number;
  readonly position: number;
  readonly incarnation: number;
  readonly sequence: number;
  readonly chain: number;
  readonly clears: boolean;
}

export function readMarker(file: Uint8Array): FormatMarker | undefined {
  const first = readMarkerAt(file, 0);
  const second = readMarkerAt(file, SECTOR);
  if (first === undefined || second === undefined) return first ?? second;
  return first.sequence > second.sequence ? first : second;
}

function readMarkerAt(file: Uint8Array, offset: number): FormatMarker | undefined {
  if (file.length < offset + 37) return undefined;
  const length = u32(file, offset + 8);
  const mark = u32(file, offset);
  const isMarker = mark === MARKER || mark === MARKER_1;
  if (!isMarker || length < 37 || offset + length > file.length) return undefined;
  if (crc32cOf(file, offset + 8, offset + length) !== u32(file, offset + 4)) {
    return undefined;
  }
  return {
    sequence: u53(file, offset + 12),
    diskIncarnation: u53(file, offset + 20),
    generation: u32(file, offset + 28),
    isRepairing: file[offset + 36] !== 1,
    pieces: mark === MARKER ? readPieces(file, offset + 37) : [],
  };
}

/** Behind the names of cluster and node. */
function readPieces(file: Uint8Array, offset: number): Piece[] {
  let at = offset;
  for (let name = 0; name < 2; name++) at += 4 + u32(file, at);
  const pieces: Piece[] = [];
  for (let left = u32(file, at); left > 0; left--) {
    const place = at + 4 + pieces.length * 16;
    const end = u53(file, place + 8);
    pieces.push({ generation: u32(file, place), segment: u32(file, place + 4), end });
  }
  return pieces;
}

/** "wal-2" is segment 0 of generation 2, "wal-2-5" its segment 5. */
export function fileOf(generation: number, segment: number): string {
  return segment === 0 ? `wal-${generation}` : `wal-${generation}-${segment}`;
}

export function generationOf(file: string): number {
  return Number(file.split("-")[1]);
}

/** What readers of several segments in turn have to know. */
export interface BatchOrder {
  /** Of the next batch. */
  sequence: number;
}

/**
 * Visits the records of the batches that begin at `offset` of the file and follow one another; stops at the first that
 * is not whole or does not belong there.
 *
 * @param fileOffset where `bytes` begins in its file
 * @param order if given, a batch of another sequence does not belong there
 * @returns how many bytes were whole batches
 */
// oxlint-disable-next-line max-params -- bytes, whose they are, and who wants them
export function readBatches(
  bytes: Uint8Array,
  fileOffset: number,
  diskIncarnation: number,
  generation: number,
  visitor: DiskVisitor,
  order?: BatchOrder,
): number {
  let at = 0;
  while (at + BATCH_HEADER <= bytes.length) {
    const bodyBytes = u32(bytes, at + 36);
    const bodyAt = at + BATCH_HEADER;
    const isWhole =
      u32(bytes, at) === BATCH &&
      crc32cOf(bytes, at + 8, bodyAt) === u32(bytes, at + 4) &&
      u53(bytes, at + 16) === fileOffset + at &&
      u53(bytes, at + 24) === diskIncarnation &&
      u32(bytes, at + 32) === generation &&
      (order === undefined || u53(bytes, at + 8) === order.sequence) &&
      bodyAt + bodyBytes <= bytes.length &&
      crc32cOf(bytes, bodyAt, bodyAt + bodyBytes) === u32(bytes, at + 40);
    if (!isWhole) break;
    readRecords(bytes, bodyAt, bodyAt + bodyBytes, visitor);
    if (order !== undefined) order.sequence++;
    at += Math.ceil((BATCH_HEADER + bodyBytes) / SECTOR) * SECTOR;
  }
  return Math.min(at, bytes.length);
}

function readRecords(bytes: Uint8Array, start: number, end: number, visitor: DiskVisitor): void {
  let at = start;
  while (at < end) {
    const type = bytes[at] as number;
    const shard = u32(bytes, at + 1);
    switch (type) {
      case 1: {
        const isEntry = (bytes[at + 21] as number) !== 0;
        const lengthBytes = u32(bytes, at + 22);
        const entry = isEntry
          ? readEntry(bytes.subarray(at + 26, at + 26 + lengthBytes))
          : undefined;
        if (!isEntry || entry !== undefined) {
          visitor.appended(shard, u53(bytes, at + 5), u53(bytes, at + 13), entry);
        }
        at += 26 + lengthBytes;
        break;
      }
      case 2:
        visitor.truncated(shard, u53(bytes, at + 5));
        at += 13;
        break;
      case 3:
        visitor.voted(shard, u53(bytes, at + 5), bytes[at + 13] as number);
        at += 14;
        break;
      case 4:
        at += 10;
        break;
      case 5:
        visitor.based({
          shard,
          index: u53(bytes, at + 5),
          term: u53(bytes, at + 13),
          position: u53(bytes, at + 21),
          incarnation: u53(bytes, at + 29),
          sequence: u53(bytes, at + 37),
          chain: u32(bytes, at + 45),
          clears: (bytes[at + 49] as number) !== 0,
        });
        at += 50;
        break;
      case 6:
        at += 49;
        break;
      default:
        throw new Error(`the disk of a log node holds a record of unknown type ${type}`);
    }
  }
}

/** An entry whose checksum is right; undefined otherwise. */
function readEntry(bytes: Uint8Array): DiskEntry | undefined {
  if (bytes.length < ENTRY_HEADER) return undefined;
  const crc = u32(bytes, 4);
  if (u32(bytes, 0) !== bytes.length || crc32cOf(bytes, 8, bytes.length) !== crc) {
    return undefined;
  }
  const chunk = bytes[39] as number;
  return {
    position: u53(bytes, 8),
    incarnation: u53(bytes, 16),
    sequence: u53(bytes, 24),
    epoch: u32(bytes, 32),
    kind: bytes[38] as number,
    isFirstChunk: (chunk & 1) !== 0,
    isLastChunk: (chunk & 2) !== 0,
    unixMs: u53(bytes, 40),
    crc,
    payload: bytes.subarray(ENTRY_HEADER),
  };
}

function u32(bytes: Uint8Array, offset: number): number {
  const low = (bytes[offset] as number) | ((bytes[offset + 1] as number) << 8);
  return low + (bytes[offset + 2] as number) * 0x10000 + (bytes[offset + 3] as number) * 0x1000000;
}

function u53(bytes: Uint8Array, offset: number): number {
  return u32(bytes, offset) + u32(bytes, offset + 4) * 4294967296;
}
