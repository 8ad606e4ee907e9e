/**
 * Disks of three log nodes for tests, written with the engine's own encoders, so that the checkers' decoders are held
 * against the real bytes.
 */
import { chainNext, encodeEntry, type EntryKind, entryKinds } from "../../engine/log/entry.ts";
import { ByteWriter } from "../../engine/bytes/writer.ts";
import {
  encodeBatch,
  encodeMarker,
  formatLogDisk,
  markerOffset,
} from "../../engine/log/diskFormat.ts";
import { RecordWriter } from "../../engine/replication/record.ts";
import type { Observer } from "./observer.ts";

export const logNodes: readonly string[] = ["log-a", "log-b", "log-c"];

export interface TestEntry {
  readonly index: number;
  readonly term: number;
  readonly bytes: Uint8Array;
}

/** Makes entries of shard 0 one behind the other. */
export class EntryMaker {
  /** Wall time that the next entries are stamped with. */
  unixMs = 1_700_000_000_000;
  position = 0;
  chain = 0;
  epoch = 1;
  incarnation = 7;
  term = 1;
  private sequence = 0;
  private index = 0;

  leadership(leader = ""): TestEntry {
    const payload = Uint8Array.from(leader, (character) => character.codePointAt(0) ?? 0);
    return this.make("leadership", payload);
  }

  set(key: string, value: string): TestEntry {
    const record = new RecordWriter();
    record.set(key, value, Infinity);
    return this.make("effects", record.take() ?? new Uint8Array(0));
  }

  /** One record, cut into entries of some bytes each. */
  setInChunks(key: string, value: string): TestEntry[] {
    const record = new RecordWriter();
    record.set(key, value, Infinity);
    const payload = record.take() ?? new Uint8Array(0);
    const entries: TestEntry[] = [];
    for (let at = 0; at < payload.length; at += 8) {
      const isLast = at + 8 >= payload.length;
      entries.push(this.make("effects", payload.slice(at, at + 8), at === 0, isLast));
    }
    return entries;
  }

  append(key: string, suffix: string): TestEntry {
    const record = new RecordWriter();
    record.append(key, suffix);
    return this.make("effects", record.take() ?? new Uint8Array(0));
  }

  delete(key: string): TestEntry {
    const record = new RecordWriter();
    record.delete(key);
    return this.make("effects", record.take() ?? new Uint8Array(0));
  }

  flush(): TestEntry {
    const record = new RecordWriter();
    record.flush();
    return this.make("effects", record.take() ?? new Uint8Array(0));
  }

  checksum(value: number): TestEntry {
    const writer = new ByteWriter();
    writer.u32(value);
    return this.make("checksum", writer.take());
  }

  /** The next entry carries the id of the last one again. */
  repeatId(): void {
    this.sequence--;
  }

  /** The next entry stands where one made before stood. */
  goBackTo(index: number, position: number, chain: number): void {
    this.index = index - 1;
    this.position = position - 1;
    this.chain = chain;
  }

  /** Leaves a gap in the positions. */
  skipPosition(): void {
    this.position++;
  }

  private make(
    kind: EntryKind,
    payload: Uint8Array,
    isFirstChunk: boolean = true,
    isLastChunk: boolean = true,
  ): TestEntry {
    this.position++;
    this.sequence++;
    this.index++;
    const header = {
      position: this.position,
      id: { incarnation: this.incarnation, sequence: this.sequence },
      epoch: this.epoch,
      engineVersion: 1,
      kind,
      isFirstChunk,
      isLastChunk,
      unixMs: this.unixMs,
    };
    if (!(kind in entryKinds)) throw new Error(kind);
    const bytes = encodeEntry(new ByteWriter(), header, payload);
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    this.chain = chainNext(this.chain, view.getUint32(4, true));
    return { index: this.index, term: this.term, bytes };
  }
}

type DiskListener = Pick<Observer, "diskSynced" | "diskReread">;

interface Place {
  offset: number;
  sequence: number;
}

/** Three formatted disks; writes go to the checks as the world would tell them. */
export class TestDisks {
  private readonly places: Map<string, Place> = new Map();
  private readonly checks: DiskListener;

  constructor(checks: DiskListener) {
    this.checks = checks;
    for (const node of logNodes) {
      const files = formatLogDisk({
        clusterId: "test",
        nodeId: node,
        diskIncarnation: 1,
        shardCount: 1,
        fresh: true,
      });
      checks.diskReread(0, node, new Map(files.map(({ file, bytes }) => [file, bytes])));
      const wal = files.find(({ file }) => file === "wal-1");
      this.places.set(node, { offset: wal?.bytes.length ?? 0, sequence: 1 });
    }
  }

  append(nowUs: number, nodes: readonly string[], ...entries: readonly TestEntry[]): void {
    for (const node of nodes) {
      const writer = new ByteWriter();
      for (const { index, term, bytes } of entries) {
        writer.u8(1);
        writer.u32(0);
        writer.u53(index);
        writer.u53(term);
        writer.u8(1);
        writer.bytes(bytes);
      }
      this.sync(nowUs, node, writer.take());
    }
  }

  truncate(nowUs: number, node: string, fromIndex: number): void {
    const writer = new ByteWriter();
    writer.u8(2);
    writer.u32(0);
    writer.u53(fromIndex);
    this.sync(nowUs, node, writer.take());
  }

  /** The node goes over to a log that holds nothing. */
  rewrite(nowUs: number, node: string, isRepairing: boolean): void {
    const place = { sequence: 1, offset: 0, diskIncarnation: 1, generation: 2 };
    this.checks.diskSynced(nowUs, node, "wal-2", 0, encodeBatch(new Uint8Array(0), place));
    const about = { diskIncarnation: 1, shardCount: 1, clusterId: "test", nodeId: node };
    const marker = encodeMarker({ ...about, sequence: 2, generation: 2, isRepairing, pieces: [] });
    this.checks.diskSynced(nowUs, node, "format", markerOffset(2), marker);
  }

  private sync(nowUs: number, node: string, body: Uint8Array): void {
    const place = this.places.get(node) as Place;
    place.sequence++;
    const batch = encodeBatch(body, {
      sequence: place.sequence,
      offset: place.offset,
      diskIncarnation: 1,
      generation: 1,
    });
    this.checks.diskSynced(nowUs, node, "wal-1", place.offset, batch);
    place.offset += batch.length;
  }
}
