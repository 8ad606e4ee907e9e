/**
 * The write-ahead log that all shards of a log node share: records gather while a sync is under way and go to disk as one
 * batch when it has completed (group sync). Layout: diskFormat.ts.
 */
import { ByteWriter } from "../bytes/writer.ts";
import type { Effects } from "../contract.ts";
import { batchHeaderBytes, beginBatch, finishBatch, recordTypes, walFile } from "./diskFormat.ts";
import type { LogBase } from "./shardLog.ts";

export class Wal {
  readonly diskIncarnation: number;
  readonly generation: number;
  /** The next batch, its header still empty. */
  private readonly batch: ByteWriter = new ByteWriter(4096);
  private nextOffset: number;
  private nextSequence: number;

  /** Continues a file at an offset, with this sequence as the next batch's. */
  constructor(
    diskIncarnation: number,
    generation: number,
    nextOffset: number,
    nextSequence: number,
  ) {
    this.diskIncarnation = diskIncarnation;
    this.generation = generation;
    this.nextOffset = nextOffset;
    this.nextSequence = nextSequence;
    beginBatch(this.batch);
  }

  get hasRecords(): boolean {
    return this.batch.lengthBytes > batchHeaderBytes;
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
    this.batch.u8(recordTypes.base);
    this.batch.u32(shard);
    this.batch.u53(base.index);
    this.batch.u53(base.term);
    this.batch.u53(base.position);
    this.batch.u53(base.incarnation);
    this.batch.u53(base.sequence);
    this.batch.u32(base.chain);
    this.batch.u8(clears ? 1 : 0);
  }

  /** Writes what has gathered (possibly nothing) as one batch. The caller syncs, and waits for it before the next. */
  writeBatch(effects: Effects): void {
    const batch = finishBatch(this.batch, {
      sequence: this.nextSequence,
      offset: this.nextOffset,
      diskIncarnation: this.diskIncarnation,
      generation: this.generation,
    });
    beginBatch(this.batch);
    effects.write(walFile(this.generation), this.nextOffset, batch);
    this.nextOffset += batch.length;
    this.nextSequence += 1;
  }
}
