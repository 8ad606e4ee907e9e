/**
 * From the bytes of a disk back to a state: replays the batches of the write-ahead log, cuts a torn final one off, and
 * tells damage below it, which is never cut off but repaired from the peers (PROTOCOL rules 7 to 9).
 *
 * A batch is written only when all before it are synced. So a bad batch that no later batch follows was never promised
 * to anybody (decision 0002), and a bad batch that one follows was. What the later ones say of terms and votes still counts.
 *
 * The files are read piece by piece, and no more of the entries is kept than a log node keeps in memory.
 */
import { must } from "../assert.ts";
import { ByteReader } from "../bytes/reader.ts";
import {
  batchHeaderBytes,
  batchLength,
  decodeBatchHeader,
  type DiskMarker,
  isSoundBody,
  type Piece,
  recordTypes,
  sectorBytes,
  type Segment,
  segmentOf,
} from "./diskFormat.ts";
import { readBack, skipRecord } from "./readBack.ts";
import { isSoundEntry, type LogBase, ShardLog } from "./shardLog.ts";
import type { Stretch } from "./stretches.ts";

const readChunkBytes: number = 1 << 20;

export interface RecoveredShard {
  readonly log: ShardLog;
  term: number;
  /** As on disk: 0 none, 1 + slot, 255 counts as given. */
  vote: number;
}

export interface RecoveryOptions {
  readonly slots: number;
  /** Of each shard: bytes of its newest entries that stay in memory. */
  readonly tailBytes: number;
  readonly stretchBytes: number;
}

export interface ReadOrder {
  readonly file: string;
  readonly offset: number;
  readonly lengthBytes: number;
}

export class Recovery {
  readonly shards: readonly RecoveredShard[];
  /** Highest disk incarnation heard of each slot. */
  readonly incarnations: number[];
  /** Where and with which sequence the next batch goes: behind the last that was replayed. */
  segment: Segment;
  offset = 0;
  sequence = 1;
  /** Bytes of an unfinished final batch. */
  tornBytes = 0;
  /** Damage below the final batch: what was recovered is what lies before it. */
  isDamaged = false;
  /** Segments behind the damage, which are in force no more. */
  readonly deadFiles: string[] = [];
  private readonly marker: DiskMarker;
  private readonly options: RecoveryOptions;
  /** Place among the marker's pieces of the generation that is read; behind them it is the marker's own. */
  private piece = 0;
  /** What was read of the segment from `offset` on. */
  private buffer: Uint8Array = NO_BYTES;
  /** Once the replay has stopped: where the search for later batches is. */
  private ahead: { segment: Segment; piece: number; offset: number } | undefined = undefined;
  private emptySegments = 0;
  /** Where the segment before ended, until a batch of this one was replayed. */
  private before: { segment: Segment; piece: number; offset: number } | undefined = undefined;
  /** A segment whose first batch cannot be read. */
  private refused: Segment | undefined = undefined;
  /** What has to be in memory again before the next batch can be replayed. */
  private rewind: { readonly shard: number; readonly stretch: Stretch } | undefined = undefined;
  private wasEnd = false;

  constructor(marker: DiskMarker, options: RecoveryOptions) {
    this.marker = marker;
    this.options = options;
    const shards: RecoveredShard[] = [];
    for (let shard = 0; shard < marker.shardCount; shard++) {
      shards.push({ log: new ShardLog(), term: 0, vote: 0 });
    }
    this.shards = shards;
    this.incarnations = Array.from<number>({ length: options.slots }).fill(0);
    this.segment = segmentOf(this.generationAt(0), 0);
  }

  /** The next thing to read; undefined once all is known. */
  get order(): ReadOrder | undefined {
    if (this.rewind !== undefined) {
      const { segment, offset, endOffset } = this.rewind.stretch;
      return { file: segment.file, offset, lengthBytes: endOffset - offset };
    }
    if (this.ahead === undefined) {
      const offset = this.offset + this.buffer.length;
      return { file: this.segment.file, offset, lengthBytes: readChunkBytes };
    }
    if (this.emptySegments > 1) return undefined;
    const { segment, offset } = this.ahead;
    return { file: segment.file, offset, lengthBytes: readChunkBytes };
  }

  /** What the read that was asked for has brought. */
  take(bytes: Uint8Array, ok: boolean): void {
    const isEnd = bytes.length < readChunkBytes;
    if (this.rewind !== undefined) this.takeBack(bytes);
    else if (!ok) this.fail();
    else if (this.ahead === undefined) this.replayMore(bytes, isEnd);
    else this.searchMore(bytes, isEnd);
  }

  /** The pieces of the next marker if the log is to end where the replay did, and go on in a new generation. */
  get pieces(): readonly Piece[] {
    const { generation, number } = this.segment;
    const kept = this.marker.pieces.slice(0, this.piece);
    return [...kept, { generation, segment: number, endOffset: this.offset }];
  }

  private generationAt(piece: number): number {
    return this.marker.pieces[piece]?.generation ?? this.marker.generation;
  }

  /** Where the segment that is read ends by the marker's word. */
  private get limit(): number {
    const piece = this.marker.pieces[this.piece];
    return piece?.segment === this.segment.number ? piece.endOffset : Infinity;
  }

  private replayMore(bytes: Uint8Array, isEnd: boolean): void {
    const buffer = joined(this.buffer, bytes);
    let at = 0;
    while (this.offset < this.limit) {
      const header = this.headerAt(buffer, at);
      const isNext = header !== undefined && header.sequence === this.sequence;
      const needed = at + batchHeaderBytes + (isNext ? header.bodyBytes : 0);
      if (needed > buffer.length && !isEnd) {
        this.buffer = buffer.subarray(at);
        return;
      }
      if (!isNext || !isSoundBody(buffer, at, header)) return this.stop(buffer.subarray(at), isEnd);
      const start = at + batchHeaderBytes;
      const end = start + header.bodyBytes;
      this.rewind = this.rewindFor(new ByteReader(buffer, start, end));
      if (this.rewind !== undefined) {
        this.buffer = buffer.subarray(at);
        this.wasEnd = isEnd;
        return;
      }
      if (!this.replay(new ByteReader(buffer, start, end))) {
        // Sound checksums around nonsense: as good as damage, since nobody else would have written it.
        this.isDamaged = true;
        return this.stop(buffer.subarray(at), isEnd);
      }
      this.noteBatch(batchLength(header.bodyBytes));
      at += batchLength(header.bodyBytes);
    }
    this.enter(this.next(this.segment, this.piece));
  }

  /** The newest entries that are not in memory, of a log from which a batch takes more than what is. */
  private rewindFor(records: ByteReader): Recovery["rewind"] {
    while (records.remainingBytes > 0 && !records.failed) {
      const type = records.u8();
      if (type !== recordTypes.truncate) {
        skipRecord(type, records);
        continue;
      }
      const shard = records.u32();
      const log = this.shards[shard]?.log;
      if (log === undefined || records.u53() > log.edgeIndex) continue;
      const stretch = log.stretchOf(log.edgeIndex);
      if (stretch !== undefined) return { shard, stretch };
    }
    return undefined;
  }

  private takeBack(bytes: Uint8Array): void {
    const { shard, stretch } = must(this.rewind, "rewind");
    this.rewind = undefined;
    const { log } = must(this.shards[shard], "shard");
    const { diskIncarnation } = this.marker;
    const back = readBack(bytes, stretch, log.edgeIndex, shard, log, diskIncarnation);
    if (back === undefined) {
      this.isDamaged = true;
      return this.stop(this.buffer, this.wasEnd);
    }
    log.refill(back.at(back.beforeIndex), back.entries);
    this.replayMore(NO_BYTES, this.wasEnd);
  }

  private headerAt(bytes: Uint8Array, at: number): ReturnType<typeof decodeBatchHeader> {
    const { segment, offset, marker } = this;
    const bytesOffset = offset - at;
    return decodeBatchHeader(bytes, at, bytesOffset, marker.diskIncarnation, segment.generation);
  }

  private noteBatch(lengthBytes: number): void {
    const { segment, offset, options } = this;
    const span = { segment, offset, endOffset: offset + lengthBytes };
    for (const { log } of this.shards) {
      log.noteBatch(span, options.stretchBytes);
      log.evict(options.tailBytes, log.lastIndex);
    }
    this.offset += lengthBytes;
    this.sequence += 1;
    this.before = undefined;
  }

  private next(segment: Segment, piece: number): { segment: Segment; piece: number } {
    const end = this.marker.pieces[piece];
    const following = end !== undefined && segment.number >= end.segment ? piece + 1 : piece;
    return {
      segment: segmentOf(this.generationAt(following), segment.number + 1),
      piece: following,
    };
  }

  private enter(place: { segment: Segment; piece: number }): void {
    const { segment, piece, offset } = this;
    this.before ??= { segment, piece, offset };
    this.segment = place.segment;
    this.piece = place.piece;
    this.offset = 0;
    this.buffer = NO_BYTES;
    this.ahead = undefined;
    this.tornBytes = 0;
    this.emptySegments = 0;
  }

  /** No batch can be read here. `rest` is what was read from here on. */
  private stop(rest: Uint8Array, isEnd: boolean): void {
    this.buffer = NO_BYTES;
    const { segment, piece, offset, before } = this;
    this.ahead = { segment, piece, offset };
    // The first batch is written when the disk is formatted, and a marker names only what was synced.
    if (this.sequence === 1 || this.limit < Infinity) this.isDamaged = true;
    // A segment without a batch was never begun: the log ends in the one before.
    if (before !== undefined) {
      this.refused = segment;
      this.segment = before.segment;
      this.piece = before.piece;
      this.offset = before.offset;
    }
    this.searchMore(rest, isEnd);
  }

  private searchMore(bytes: Uint8Array, isEnd: boolean): void {
    const ahead = must(this.ahead, "search");
    const isOther = ahead.segment !== this.segment;
    const isBeginning = isOther && ahead.offset === 0;
    const isRefused = ahead.segment === this.refused;
    if (isBeginning && !isRefused && !this.isDamaged && this.continuesWith(bytes)) {
      this.enter(ahead);
      return this.replayMore(bytes, isEnd);
    }
    const seen = joined(this.buffer, bytes);
    this.buffer = this.lookThrough(seen, ahead.segment, ahead.offset - this.buffer.length, isEnd);
    const end = nonZeroEnd(bytes);
    if (end > 0) this.tornBytes = isOther ? this.tornBytes + end : ahead.offset + end - this.offset;
    if (isBeginning) this.emptySegments = bytes.length === 0 ? this.emptySegments + 1 : 0;
    if (isBeginning && bytes.length > 0) this.deadFiles.push(ahead.segment.file);
    ahead.offset += bytes.length;
    if (!isEnd) return;
    const { segment, piece } = this.next(ahead.segment, ahead.piece);
    this.ahead = { segment, piece, offset: 0 };
  }

  /** Whether a segment begins with the batch that is to come next. */
  private continuesWith(bytes: Uint8Array): boolean {
    const { diskIncarnation } = this.marker;
    const { generation } = must(this.ahead, "search").segment;
    const header = decodeBatchHeader(bytes, 0, 0, diskIncarnation, generation);
    return header?.sequence === this.sequence;
  }

  /**
   * Looks for later batches: one proves that what cannot be read was synced. Remains of torn batches lie there too. Returns what is to
   * be looked at again when more has been read: a batch that is not whole yet.
   */
  private lookThrough(
    bytes: Uint8Array,
    segment: Segment,
    bytesOffset: number,
    isEnd: boolean,
  ): Uint8Array {
    const { diskIncarnation } = this.marker;
    for (let at = 0; at < bytes.length; at += sectorBytes) {
      const header = decodeBatchHeader(bytes, at, bytesOffset, diskIncarnation, segment.generation);
      if (header === undefined || header.sequence <= this.sequence) continue;
      this.isDamaged = true;
      const start = at + batchHeaderBytes;
      const end = start + header.bodyBytes;
      if (end > bytes.length && !isEnd) return bytes.subarray(at);
      if (!isSoundBody(bytes, at, header)) continue;
      keepPromises(new ByteReader(bytes, start, end), this.shards);
      at += batchLength(header.bodyBytes) - sectorBytes;
    }
    return NO_BYTES;
  }

  /** A read failed: what lies there was promised, for all that is known. */
  private fail(): void {
    this.isDamaged = true;
    if (this.ahead === undefined) this.stop(this.buffer, false);
    else this.searchMore(NO_BYTES, true);
  }

  private replay(records: ByteReader): boolean {
    while (records.remainingBytes > 0 && !records.failed) {
      const type = records.u8();
      if (type === recordTypes.peer) {
        const slot = records.u8();
        this.incarnations[slot] = records.u53();
        continue;
      }
      const shard = this.shards[records.u32()];
      if (shard === undefined || !replayOne(type, records, shard)) return false;
    }
    return records.isComplete;
  }
}

function replayOne(type: number, records: ByteReader, shard: RecoveredShard): boolean {
  const { log } = shard;
  switch (type) {
    case recordTypes.entry: {
      const index = records.u53();
      const term = records.u53();
      const isNoop = records.u8() === 0;
      const bytes = records.bytes();
      if (records.failed || index !== log.lastIndex + 1) return false;
      if (isNoop) {
        log.appendNoop(term);
        return true;
      }
      if (!isSoundEntry(bytes, log.last.position + 1)) return false;
      log.appendEntry(term, bytes);
      return true;
    }
    case recordTypes.truncate: {
      const index = records.u53();
      if (index <= log.baseIndex || index > log.lastIndex) return false;
      log.truncateFrom(index);
      return true;
    }
    case recordTypes.hardState:
      shard.term = records.u53();
      shard.vote = records.u8();
      return !records.failed;
    case recordTypes.base:
      return replayBase(records, log);
    case recordTypes.opening: {
      const { index, position, chain } = readPoint(records);
      return index === log.lastIndex && position === log.last.position && chain === log.last.chain;
    }
    default:
      return false;
  }
}

function replayBase(records: ByteReader, log: ShardLog): boolean {
  const base = readPoint(records);
  const clears = records.u8() === 1;
  if (records.failed) return false;
  if (clears) {
    log.reset(base);
    return true;
  }
  if (log.termAt(base.index) !== base.term) return false;
  log.trimTo(base);
  return true;
}

function readPoint(records: ByteReader): LogBase {
  return {
    index: records.u53(),
    term: records.u53(),
    position: records.u53(),
    incarnation: records.u53(),
    sequence: records.u53(),
    chain: records.u32(),
  };
}

/** Terms only grow: the highest that a later batch tells of was promised, and the vote in it. */
function keepPromises(records: ByteReader, shards: readonly RecoveredShard[]): void {
  while (records.remainingBytes > 0 && !records.failed) {
    const type = records.u8();
    if (type !== recordTypes.hardState) {
      skipRecord(type, records);
      continue;
    }
    const shard = shards[records.u32()];
    const term = records.u53();
    const vote = records.u8();
    if (shard === undefined || records.failed || term < shard.term) continue;
    shard.term = term;
    shard.vote = vote;
  }
}

const NO_BYTES: Uint8Array = new Uint8Array(0);

function joined(left: Uint8Array, right: Uint8Array): Uint8Array {
  if (left.length === 0) return right;
  if (right.length === 0) return left;
  const whole = new Uint8Array(left.length + right.length);
  whole.set(left);
  whole.set(right, left.length);
  return whole;
}

/** Length up to the last byte that was ever written. */
function nonZeroEnd(bytes: Uint8Array): number {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end -= 1;
  return end;
}
