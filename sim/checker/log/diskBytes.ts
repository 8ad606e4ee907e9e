/**
 * Reads the disk of a log node by the layout that engine/log/diskFormat.ts and entry.ts document, with code of its own.
 * Damage is not reported here: what cannot be read is not there, as for a node that would read it.
 */
import { crc32cOf } from "./crc32c.ts";

const MARKER = 0x4d465a41;
const BATCH = 0x42575a41;
const SECTOR = 512;
const BATCH_HEADER = 48;
const ENTRY_HEADER = 48;

/** Where a log's file belongs: the newest readable marker of the file "format". */
export interface FormatMarker {
  readonly sequence: number;
  readonly diskIncarnation: number;
  readonly generation: number;
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
  const view = viewOf(file);
  const length = view.getUint32(offset + 8, true);
  if (view.getUint32(offset, true) !== MARKER || length < 37 || offset + length > file.length) {
    return undefined;
  }
  if (crc32cOf(file, offset + 8, offset + length) !== view.getUint32(offset + 4, true)) {
    return undefined;
  }
  return {
    sequence: u53(view, offset + 12),
    diskIncarnation: u53(view, offset + 20),
    generation: view.getUint32(offset + 28, true),
  };
}

/**
 * Visits the records of the batches that begin at `offset` of the file and follow one another; stops at the first that
 * is not whole or does not belong there.
 *
 * @param fileOffset where `bytes` begins in its file
 * @returns how many bytes were whole batches
 */
export function readBatches(
  bytes: Uint8Array,
  fileOffset: number,
  marker: FormatMarker,
  visitor: DiskVisitor,
): number {
  const view = viewOf(bytes);
  let at = 0;
  while (at + BATCH_HEADER <= bytes.length) {
    const bodyBytes = view.getUint32(at + 36, true);
    const bodyAt = at + BATCH_HEADER;
    const isWhole =
      view.getUint32(at, true) === BATCH &&
      crc32cOf(bytes, at + 8, bodyAt) === view.getUint32(at + 4, true) &&
      u53(view, at + 16) === fileOffset + at &&
      u53(view, at + 24) === marker.diskIncarnation &&
      view.getUint32(at + 32, true) === marker.generation &&
      bodyAt + bodyBytes <= bytes.length &&
      crc32cOf(bytes, bodyAt, bodyAt + bodyBytes) === view.getUint32(at + 40, true);
    if (!isWhole) break;
    readRecords(bytes, view, bodyAt, bodyAt + bodyBytes, visitor);
    at += Math.ceil((BATCH_HEADER + bodyBytes) / SECTOR) * SECTOR;
  }
  return Math.min(at, bytes.length);
}

// oxlint-disable-next-line max-params -- one private loop over one body
function readRecords(
  bytes: Uint8Array,
  view: DataView,
  start: number,
  end: number,
  visitor: DiskVisitor,
): void {
  let at = start;
  while (at < end) {
    const type = view.getUint8(at);
    const shard = view.getUint32(at + 1, true);
    switch (type) {
      case 1: {
        const isEntry = view.getUint8(at + 21) !== 0;
        const lengthBytes = view.getUint32(at + 22, true);
        const entry = isEntry
          ? readEntry(bytes.subarray(at + 26, at + 26 + lengthBytes))
          : undefined;
        if (!isEntry || entry !== undefined) {
          visitor.appended(shard, u53(view, at + 5), u53(view, at + 13), entry);
        }
        at += 26 + lengthBytes;
        break;
      }
      case 2:
        visitor.truncated(shard, u53(view, at + 5));
        at += 13;
        break;
      case 3:
        at += 14;
        break;
      case 4:
        at += 10;
        break;
      case 5:
        visitor.based({
          shard,
          index: u53(view, at + 5),
          term: u53(view, at + 13),
          position: u53(view, at + 21),
          incarnation: u53(view, at + 29),
          sequence: u53(view, at + 37),
          chain: view.getUint32(at + 45, true),
          clears: view.getUint8(at + 49) !== 0,
        });
        at += 50;
        break;
      default:
        throw new Error(`the disk of a log node holds a record of unknown type ${type}`);
    }
  }
}

/** An entry whose checksum is right; undefined otherwise. */
function readEntry(bytes: Uint8Array): DiskEntry | undefined {
  if (bytes.length < ENTRY_HEADER) return undefined;
  const view = viewOf(bytes);
  const crc = view.getUint32(4, true);
  if (view.getUint32(0, true) !== bytes.length || crc32cOf(bytes, 8, bytes.length) !== crc) {
    return undefined;
  }
  const chunk = view.getUint8(39);
  return {
    position: u53(view, 8),
    incarnation: u53(view, 16),
    sequence: u53(view, 24),
    epoch: view.getUint32(32, true),
    kind: view.getUint8(38),
    isFirstChunk: (chunk & 1) !== 0,
    isLastChunk: (chunk & 2) !== 0,
    unixMs: u53(view, 40),
    crc,
    payload: bytes.subarray(ENTRY_HEADER),
  };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function u53(view: DataView, offset: number): number {
  return view.getUint32(offset, true) + view.getUint32(offset + 4, true) * 4294967296;
}
