/**
 * The disk of a log node: who it belongs to, and how its write-ahead log is laid out. All numbers are little-endian.
 *
 * File "format" holds two copies of the marker, at offsets 0 and 512, written in turn (odd sequences at 0, even at 512),
 * so that a torn write leaves the other one. The readable copy with the higher sequence counts.
 *
 *     offset 0   u32 mark 0x324d5a41 ("AZM2"); or 0x4d465a41 ("AZFM"): format 1, which is a log of one file and no pieces
 *            4   u32 CRC-32C of bytes [8, length)
 *            8   u32 length of the marker
 *           12   u53 sequence
 *           20   u53 disk incarnation: higher for every replacement of this slot
 *           28   u32 generation: of the segments that are written now
 *           32   u32 shard count
 *           36   u8  state: 1 ready, 2 repairing (PROTOCOL rule 7)
 *           37   latin1 cluster id, latin1 node id (each u32 length, bytes)
 *           ..   u32 count of pieces, each u32 generation · u32 segment · u53 end offset
 *
 * The write-ahead log is a row of segments, numbered from 0: the files "wal-<generation>" (segment 0) and
 * "wal-<generation>-<segment>". One is written until it is large enough, and never again after that. Its bytes are of no meaning behind
 * its last batch. A generation ends where damage was found: a piece of the marker says up to which offset of which of its segments it
 * is in force, and the next segment is of a newer generation. So the log is what the pieces name, in turn, and then the segments of
 * the marker's own generation up to the last batch that can be read; that alone may be torn.
 *
 * A segment is a row of batches, each at a multiple of 512 and padded with zeros to one:
 *
 *     offset 0   u32 mark 0x42575a41 ("AZWB")
 *            4   u32 CRC-32C of bytes [8, 48)
 *            8   u53 sequence in the log, from 1, counted on from segment to segment
 *           16   u53 offset of this batch in its segment (a misdirected write betrays itself)
 *           24   u53 disk incarnation
 *           32   u32 generation
 *           36   u32 length of the body
 *           40   u32 CRC-32C of the body
 *           44   u32 zero
 *           48   body: records
 *
 * A batch is written only when the one before it has been synced, so at most the last one can be torn (decision 0002).
 * Records, in the order in which they happened; a record says only what changed:
 *
 *     u8 1  u32 shard, u53 index, u53 term, u8 kind (0 Raft no-op, 1 entry), bytes entry   appended to that shard's Raft log
 *     u8 2  u32 shard, u53 index                                   that index and all above it are gone
 *     u8 3  u32 shard, u53 term, u8 vote                           vote: 0 none, 1 + slot, 255 counts as given
 *     u8 4  u8 slot, u53 incarnation                               highest disk incarnation heard of that slot
 *     u8 5  u32 shard, u53 index, u53 term, u53 position, u53 id incarnation, u53 id sequence, u32 chain, u8 clears
 *           the log begins behind this point: all up to the index is gone, and with clears = 1 all above it too
 *     u8 6  u32 shard, u53 index, u53 term, u53 position, u53 id incarnation, u53 id sequence, u32 chain
 *           the log ends at this point
 *
 * A segment other than the first begins with the whole state as of its beginning: records 4, and 3 and 6 of every shard. What lies before
 * it can be dropped as files once no entry of it is needed.
 *
 * The log index is Raft's (from 1, no-ops included); positions are in the entries. `slot` is the place of a log node in
 * the layout's list.
 */
import { crc32c } from "../bytes/crc32c.ts";
import { ByteReader } from "../bytes/reader.ts";
import { ByteWriter } from "../bytes/writer.ts";
import type { NodeId } from "../contract.ts";

export const sectorBytes = 512;
export const batchHeaderBytes = 48;
export const formatFile = "format";
const MARKER_MARK = 0x324d5a41;
const MARKER_MARK_1 = 0x4d465a41;
const BATCH_MARK = 0x42575a41;

export const recordTypes = {
  entry: 1,
  truncate: 2,
  hardState: 3,
  peer: 4,
  base: 5,
  opening: 6,
} as const;

/** Where a generation of segments ends that is in force no further: with these bytes of this segment. */
export interface Piece {
  readonly generation: number;
  readonly segment: number;
  readonly endOffset: number;
}

/** More do not fit into a marker; a disk that is damaged so often is filled anew. */
export const mostPieces = 16;

/** One file of the write-ahead log. */
export interface Segment {
  readonly generation: number;
  readonly number: number;
  readonly file: string;
}

export function segmentOf(generation: number, number: number): Segment {
  const file = number === 0 ? `wal-${generation}` : `wal-${generation}-${number}`;
  return { generation, number, file };
}

export interface DiskMarker {
  readonly sequence: number;
  readonly diskIncarnation: number;
  readonly generation: number;
  readonly shardCount: number;
  readonly isRepairing: boolean;
  readonly clusterId: string;
  readonly nodeId: NodeId;
  readonly pieces: readonly Piece[];
}

export interface DiskFile {
  readonly file: string;
  readonly bytes: Uint8Array;
}

export interface FormatOptions {
  readonly clusterId: string;
  readonly nodeId: NodeId;
  readonly diskIncarnation: number;
  readonly shardCount: number;
  /** True only for a new cluster, whose logs are known to be empty and whose terms are known to be 0. */
  readonly fresh: boolean;
}

/** The files of a newly formatted disk. A disk that is not fresh starts in repair (PROTOCOL rule 7). */
export function formatLogDisk(options: FormatOptions): readonly DiskFile[] {
  const { diskIncarnation } = options;
  const marker = encodeMarker({
    sequence: 1,
    diskIncarnation,
    generation: 1,
    shardCount: options.shardCount,
    isRepairing: !options.fresh,
    clusterId: options.clusterId,
    nodeId: options.nodeId,
    pieces: [],
  });
  const batch = encodeBatch(new Uint8Array(0), {
    sequence: 1,
    offset: 0,
    diskIncarnation,
    generation: 1,
  });
  return [
    { file: segmentOf(1, 0).file, bytes: batch },
    { file: formatFile, bytes: marker },
  ];
}

/** Where the copy of the marker with this sequence belongs. */
export function markerOffset(sequence: number): number {
  return sequence % 2 === 1 ? 0 : sectorBytes;
}

export function encodeMarker(marker: DiskMarker): Uint8Array {
  const writer = new ByteWriter(sectorBytes);
  writer.u32(MARKER_MARK);
  writer.u32(0);
  writer.u32(0);
  writer.u53(marker.sequence);
  writer.u53(marker.diskIncarnation);
  writer.u32(marker.generation);
  writer.u32(marker.shardCount);
  writer.u8(marker.isRepairing ? 2 : 1);
  writer.latin1(marker.clusterId);
  writer.latin1(marker.nodeId);
  writer.u32(marker.pieces.length);
  for (const { generation, segment, endOffset } of marker.pieces) {
    writer.u32(generation);
    writer.u32(segment);
    writer.u53(endOffset);
  }
  writer.patchU32(8, writer.lengthBytes);
  writer.patchU32(4, crc32c(writer.peek(), 8));
  return padded(writer.take());
}

/** The newest readable copy of the marker in the bytes of the file "format"; undefined if there is none. */
export function decodeMarker(file: Uint8Array): DiskMarker | undefined {
  const first = decodeMarkerAt(file, 0);
  const second = decodeMarkerAt(file, sectorBytes);
  if (first === undefined || second === undefined) return first ?? second;
  return first.sequence > second.sequence ? first : second;
}

function decodeMarkerAt(file: Uint8Array, offset: number): DiskMarker | undefined {
  const reader = new ByteReader(file, Math.min(offset, file.length));
  const mark = reader.u32();
  const crc = reader.u32();
  const lengthBytes = reader.u32();
  const isKnown = mark === MARKER_MARK || mark === MARKER_MARK_1;
  if (reader.failed || !isKnown || lengthBytes < 12 || lengthBytes > sectorBytes) return undefined;
  if (
    offset + lengthBytes > file.length ||
    crc32c(file, offset + 8, offset + lengthBytes) !== crc
  ) {
    return undefined;
  }
  const sequence = reader.u53();
  const diskIncarnation = reader.u53();
  const generation = reader.u32();
  const shardCount = reader.u32();
  const isRepairing = reader.u8() !== 1;
  const clusterId = reader.latin1();
  const nodeId = reader.latin1();
  const pieces = mark === MARKER_MARK ? decodePieces(reader) : [];
  if (reader.failed || markerOffset(sequence) !== offset) return undefined;
  return {
    sequence,
    diskIncarnation,
    generation,
    shardCount,
    isRepairing,
    clusterId,
    nodeId,
    pieces,
  };
}

function decodePieces(reader: ByteReader): Piece[] {
  const pieces: Piece[] = [];
  for (let left = reader.u32(); left > 0 && !reader.failed; left--) {
    const generation = reader.u32();
    const segment = reader.u32();
    pieces.push({ generation, segment, endOffset: reader.u53() });
  }
  return pieces;
}

export interface BatchPlace {
  readonly sequence: number;
  readonly offset: number;
  readonly diskIncarnation: number;
  readonly generation: number;
}

/** A whole batch, padded to sectors, around a body of records. */
export function encodeBatch(body: Uint8Array, place: BatchPlace): Uint8Array {
  const writer = new ByteWriter(batchLength(body.length));
  beginBatch(writer);
  writer.raw(body);
  return finishBatch(writer, place);
}

/** Leaves room for the header in an empty writer; records follow, then `finishBatch`. */
export function beginBatch(writer: ByteWriter): void {
  writer.padTo(batchHeaderBytes);
}

/** Pads to sectors, fills in the header and takes the batch out of the writer. */
export function finishBatch(writer: ByteWriter, place: BatchPlace): Uint8Array {
  const bodyBytes = writer.lengthBytes - batchHeaderBytes;
  const bodyCrc = crc32c(writer.peek(), batchHeaderBytes);
  writer.padTo(batchLength(bodyBytes));
  writer.patchU32(0, BATCH_MARK);
  patchU53(writer, 8, place.sequence);
  patchU53(writer, 16, place.offset);
  patchU53(writer, 24, place.diskIncarnation);
  writer.patchU32(32, place.generation);
  writer.patchU32(36, bodyBytes);
  writer.patchU32(40, bodyCrc);
  writer.patchU32(4, crc32c(writer.peek(), 8, batchHeaderBytes));
  return writer.take();
}

/** Length on disk of a batch with a body of this length. */
export function batchLength(bodyBytes: number): number {
  return Math.ceil((batchHeaderBytes + bodyBytes) / sectorBytes) * sectorBytes;
}

/** Whether the whole body of a batch lies in these bytes, and is what was written. */
export function isSoundBody(bytes: Uint8Array, at: number, header: BatchHeader): boolean {
  const start = at + batchHeaderBytes;
  const end = start + header.bodyBytes;
  return end <= bytes.length && crc32c(bytes, start, end) === header.bodyCrc;
}

export interface BatchHeader {
  readonly sequence: number;
  readonly bodyBytes: number;
  readonly bodyCrc: number;
}

/** The header at a place among bytes that begin at `bytesOffset` of a segment, if it is whole and belongs exactly there. */
// oxlint-disable-next-line max-params -- a place, and whose log it is
export function decodeBatchHeader(
  bytes: Uint8Array,
  at: number,
  bytesOffset: number,
  diskIncarnation: number,
  generation: number,
): BatchHeader | undefined {
  if (at + batchHeaderBytes > bytes.length) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, batchHeaderBytes);
  if (view.getUint32(0, true) !== BATCH_MARK) return undefined;
  if (view.getUint32(4, true) !== crc32c(bytes, at + 8, at + batchHeaderBytes)) return undefined;
  const isHere = getU53(view, 16) === bytesOffset + at;
  const isOurs = getU53(view, 24) === diskIncarnation && view.getUint32(32, true) === generation;
  if (!isHere || !isOurs) return undefined;
  return {
    sequence: getU53(view, 8),
    bodyBytes: view.getUint32(36, true),
    bodyCrc: view.getUint32(40, true),
  };
}

function padded(bytes: Uint8Array): Uint8Array {
  const whole = new Uint8Array(Math.ceil(bytes.length / sectorBytes) * sectorBytes);
  whole.set(bytes);
  return whole;
}

function patchU53(writer: ByteWriter, offset: number, value: number): void {
  writer.patchU32(offset, value >>> 0);
  writer.patchU32(offset + 4, Math.floor(value / 4294967296));
}

function getU53(view: DataView, offset: number): number {
  return view.getUint32(offset, true) + view.getUint32(offset + 4, true) * 4294967296;
}
