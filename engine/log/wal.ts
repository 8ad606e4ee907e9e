/**
 * The write-ahead log that all shards of a log node share: records gather while a sync is under way and go to disk as one
 * batch when it has completed (group sync). Layout: diskFormat.ts.
 */
import { assert } from "../assert.ts";
import { ByteWriter } from "../bytes/writer.ts";
import type { Effects } from "../contract.ts";
import { batchLength, encodeBatch, recordTypes, walFile } from "./diskFormat.ts";
import type { LogBase } from "./shardLog.ts";

export class Wal {
  readonly diskIncarnation: number;
  readonly generation: number;
  private readonly body: ByteWriter = new ByteWriter(4096);
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
  }

  get hasRecords(): boolean {
    return this.body.lengthBytes > 0;
  }

  addEntry(shard: number, index: number, term: number, bytes: Uint8Array): void {
    this.body.u8(recordTypes.entry);
    this.body.u32(shard);
    this.body.u53(index);
    this.body.u53(term);
    this.body.u8(bytes.length === 0 ? 0 : 1);
    this.body.bytes(bytes);
  }

  addTruncate(shard: number, fromIndex: number): void {
    this.body.u8(recordTypes.truncate);
    this.body.u32(shard);
    this.body.u53(fromIndex);
  }

  /** `vote`: 0 none, 1 + slot, 255 counts as given. */
  addHardState(shard: number, term: number, vote: number): void {
    this.body.u8(recordTypes.hardState);
    this.body.u32(shard);
    this.body.u53(term);
    this.body.u8(vote);
  }

  addPeer(slot: number, diskIncarnation: number): void {
    this.body.u8(recordTypes.peer);
    this.body.u8(slot);
    this.body.u53(diskIncarnation);
  }

  addBase(shard: number, base: LogBase, clears: boolean): void {
    this.body.u8(recordTypes.base);
    this.body.u32(shard);
    this.body.u53(base.index);
    this.body.u53(base.term);
    this.body.u53(base.position);
    this.body.u53(base.incarnation);
    this.body.u53(base.sequence);
    this.body.u32(base.chain);
    this.body.u8(clears ? 1 : 0);
  }

  /** Writes what has gathered (possibly nothing) as one batch. The caller syncs, and waits for it before the next. */
  writeBatch(effects: Effects): void {
    const body = this.body.take();
    const batch = encodeBatch(body, {
      sequence: this.nextSequence,
      offset: this.nextOffset,
      diskIncarnation: this.diskIncarnation,
      generation: this.generation,
    });
    assert(batch.length === batchLength(body.length), "the length of a batch");
    effects.write(walFile(this.generation), this.nextOffset, batch);
    this.nextOffset += batch.length;
    this.nextSequence += 1;
  }
}
