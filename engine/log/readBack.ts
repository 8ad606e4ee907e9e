/**
 * Older entries of a shard's log back from the disk. Nothing of them is taken on trust: the batches' checksums, each entry's own, what
 * the outline knows of it, and the chain through all of them must agree. What does not is damage, and nobody is served it.
 */
import { ByteReader } from "../bytes/reader.ts";
import { u53At } from "../bytes/reader.ts";
import {
  batchHeaderBytes,
  batchLength,
  decodeBatchHeader,
  isSoundBody,
  recordTypes,
} from "./diskFormat.ts";
import {
  baseEntry,
  entryBehind,
  type HeldEntries,
  isSoundEntry,
  noopBehind,
  type RaftEntry,
  type ShardLog,
} from "./shardLog.ts";
import type { Stretch } from "./stretches.ts";

interface Stored {
  readonly term: number;
  readonly bytes: Uint8Array;
}

/** Entries of one shard, read back; the first stands at `beforeIndex` + 1. */
export class ReadBack implements HeldEntries {
  readonly shard: number;
  readonly beforeIndex: number;
  readonly entries: readonly RaftEntry[];
  private readonly before: RaftEntry;

  constructor(
    shard: number,
    beforeIndex: number,
    before: RaftEntry,
    entries: readonly RaftEntry[],
  ) {
    this.shard = shard;
    this.beforeIndex = beforeIndex;
    this.before = before;
    this.entries = entries;
  }

  get lastIndex(): number {
    return this.beforeIndex + this.entries.length;
  }

  at(index: number): RaftEntry {
    return this.entries[index - this.beforeIndex - 1] ?? this.before;
  }
}

/** The entries of a stretch up to an index, from the bytes of its batches; undefined if anything of them is not what was written. */
// oxlint-disable-next-line max-params -- what was read, and of whose log
export function readBack(
  bytes: Uint8Array,
  stretch: Stretch,
  lastIndex: number,
  shard: number,
  log: ShardLog,
  diskIncarnation: number,
): ReadBack | undefined {
  const stored = storedEntries(bytes, stretch, shard, diskIncarnation);
  const count = lastIndex - stretch.firstIndex + 1;
  if (stored === undefined || stored.length < count) return undefined;
  const before = pointBefore(stored, stretch, log);
  const entries: RaftEntry[] = [];
  let last = before;
  for (let at = 0; at < count; at++) {
    const { term, bytes: entry } = stored[at] as Stored;
    const isNoop = entry.length === 0;
    if (!isNoop && !isSoundEntry(entry, last.position + 1)) return undefined;
    last = isNoop ? noopBehind(last, term) : entryBehind(last, term, entry);
    if (!log.isOutlined(stretch.firstIndex + at, last)) return undefined;
    entries.push(last);
  }
  const chain =
    lastIndex === stretch.lastIndex && stretch.chainAfter >= 0
      ? stretch.chainAfter
      : log.chainAt(lastIndex);
  if (chain >= 0 && chain !== last.chain) return undefined;
  return new ReadBack(shard, stretch.firstIndex - 1, before, entries);
}

function pointBefore(stored: readonly Stored[], stretch: Stretch, log: ShardLog): RaftEntry {
  const index = stretch.firstIndex - 1;
  const chain = stretch.chainBefore;
  if (index >= log.baseIndex) {
    const position = log.positionAt(index);
    return baseEntry({ index, term: log.termAt(index), position, ...log.idAt(position), chain });
  }
  // A trim has forgotten what it was; only the position is needed.
  const first = stored.find((entry) => entry.bytes.length > 0);
  const position = first === undefined ? log.basePosition : u53At(first.bytes, 8) - 1;
  return baseEntry({ index, term: -1, position, incarnation: 0, sequence: 0, chain });
}

/** What the batches hold of a shard from the stretch's first index on: where an index was written again, the newest. */
function storedEntries(
  bytes: Uint8Array,
  stretch: Stretch,
  shard: number,
  diskIncarnation: number,
): Stored[] | undefined {
  const { offset, segment, firstIndex } = stretch;
  const stored: Stored[] = [];
  let at = 0;
  while (offset + at < stretch.endOffset) {
    const header = decodeBatchHeader(bytes, at, offset, diskIncarnation, segment.generation);
    if (header === undefined || !isSoundBody(bytes, at, header)) return undefined;
    const start = at + batchHeaderBytes;
    const records = new ByteReader(bytes, start, start + header.bodyBytes);
    const isWhole = visitEntries(records, shard, (index, entry) => {
      if (index < firstIndex || index > firstIndex + stored.length) return;
      stored.length = index - firstIndex;
      stored.push(entry);
    });
    if (!isWhole) return undefined;
    at += batchLength(header.bodyBytes);
  }
  return stored;
}

/** Calls back for each entry of a shard in a batch's body. False: the body is no row of records. */
function visitEntries(
  records: ByteReader,
  shard: number,
  visit: (index: number, entry: Stored) => void,
): boolean {
  while (records.remainingBytes > 0 && !records.failed) {
    const type = records.u8();
    if (type !== recordTypes.entry) {
      skipRecord(type, records);
      continue;
    }
    const isOurs = records.u32() === shard;
    const index = records.u53();
    const term = records.u53();
    records.u8();
    const bytes = records.bytes();
    if (isOurs && !records.failed) visit(index, { term, bytes });
  }
  return records.isComplete;
}

/** Reads past a record whose type was read; an entry too. */
export function skipRecord(type: number, records: ByteReader): void {
  switch (type) {
    case recordTypes.entry:
      records.raw(4 + 8 + 8 + 1);
      records.bytes();
      break;
    case recordTypes.truncate:
      records.raw(4 + 8);
      break;
    case recordTypes.hardState:
      records.raw(4 + 8 + 1);
      break;
    case recordTypes.peer:
      records.raw(1 + 8);
      break;
    case recordTypes.base:
      records.raw(pointBytes + 1);
      break;
    case recordTypes.opening:
      records.raw(pointBytes);
      break;
    default:
      records.failed = true;
  }
}

/** A shard's number and a point of its log. */
const pointBytes = 4 + 5 * 8 + 4;
