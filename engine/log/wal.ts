/**
 * The write-ahead log that all shards of a log node share: records gather while a sync is under way and go to disk as one
 * batch when it has completed (group sync). Layout: diskFormat.ts.
 */
import { ByteWriter } from "../bytes/writer.ts";
import type { Effects } from "../contract.ts";
import {
  batchHeaderBytes,
  beginBatch,
  finishBatch,
  recordTypes,
  type Segment,
  segmentOf,
} from "./diskFormat.ts";
import type { LogBase } from "./shardLog.ts";
import type { BatchSpan } from "./stretches.ts";

/** Where the next batch goes. */
export interface WalPlace {
  readonly segment: Segment;
  readonly offset: number;
  readonly sequence: number;
}

export class Wal {
  readonly diskIncarnation: number;
  /** The next batch, its header still empty. */
  private readonly batch: ByteWriter = new ByteWriter(4096);
  private segment: Segment;
  private nextOffset: number;
  private nextSequence: number;
  /** Length of the next batch if it holds nothing but a segment's opening. */
  private openingEnd = batchHeaderBytes;

  constructor(diskIncarnation: number, place: WalPlace) {
    this.diskIncarnation = diskIncarnation;
    this.segment = place.segment;
    this.nextOffset = place.offset;
    this.nextSequence = place.sequence;
    beginBatch(this.batch);
  }

  /** Bytes of the segment that is written now. */
  get segmentBytes(): number {
    return this.nextOffset;
  }

  get hasRecords(): boolean {
    return this.batch.lengthBytes > this.openingEnd;
  }

  addEntry(shard: number, index: number, term: number, bytes: Uint8Array): void {
    this.batch.u8(recordTypes.entry);
    this.batch.u32(shard);
    this.batch.u53(index);
    this.batch.u53(term);
    this.batch.u8(bytes.length === 0 ? 0 : 1);
    this.batch.bytes(bytes);
  }

  addTruncate(shard: number, fromIndex: number): void {
    this.batch.u8(recordTypes.truncate);
    this.batch.u32(shard);
    this.batch.u53(fromIndex);
  }

  /** `vote`: 0 none, 1 + slot, 255 counts as given. */
  addHardState(shard: number, term: number, vote: number): void {
    this.batch.u8(recordTypes.hardState);
    this.batch.u32(shard);
    this.batch.u53(term);
    this.batch.u8(vote);
  }

  addPeer(slot: number, diskIncarnation: number): void {
    this.batch.u8(recordTypes.peer);
    this.batch.u8(slot);
    this.batch.u53(diskIncarnation);
  }

  addBase(shard: number, base: LogBase, clears: boolean): void {
    this.addPoint(recordTypes.base, shard, base);
    this.batch.u8(clears ? 1 : 0);
  }

  /** Where a shard's log ends as a segment begins. */
  addOpening(shard: number, point: LogBase): void {
    this.addPoint(recordTypes.opening, shard, point);
    this.openingEnd = this.batch.lengthBytes;
  }

  private addPoint(type: number, shard: number, point: LogBase): void {
    this.batch.u8(type);
    this.batch.u32(shard);
    this.batch.u53(point.index);
    this.batch.u53(point.term);
    this.batch.u53(point.position);
    this.batch.u53(point.incarnation);
    this.batch.u53(point.sequence);
    this.batch.u32(point.chain);
  }

  /** The next batch begins the next segment. Callers: nothing has gathered, and an opening follows. */
  beginSegment(effects: Effects): void {
    this.segment = segmentOf(this.segment.generation, this.segment.number + 1);
    this.nextOffset = 0;
    // A torn beginning of it, or one that an unreadable marker has disowned, may lie there.
    effects.remove(this.segment.file);
  }

  /** Writes what has gathered (possibly nothing) as one batch. The caller syncs, and waits for it before the next. */
  writeBatch(effects: Effects): BatchSpan {
    const { segment, nextOffset: offset } = this;
    const batch = finishBatch(this.batch, {
      sequence: this.nextSequence,
      offset,
      diskIncarnation: this.diskIncarnation,
      generation: segment.generation,
    });
    beginBatch(this.batch);
    this.openingEnd = batchHeaderBytes;
    effects.write(segment.file, offset, batch);
    this.nextOffset += batch.length;
    this.nextSequence += 1;
    return { segment, offset, endOffset: this.nextOffset };
  }
}
