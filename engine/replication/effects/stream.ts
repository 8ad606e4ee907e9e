/**
 * Changes of streams, as operations of a record (record.ts draws the rest).
 *
 *     0x50 make            key: an empty stream
 *     0x51 add             key, u8 1 if the entry begins a node, id, u32 count, items: the stream is made if absent
 *     0x52 remove          key, u32 count, ids: all of which are there
 *     0x53 trim            key, u32 nodes, u32 entries: the first nodes, then the first entries of the next
 *     0x54 setCounts       key, last id, i64 entries added, greatest deleted id
 *     0x55 setGroup        key, group, last id, u8 1 if the next is known, i64 entries read: the group is made if absent
 *     0x56 removeGroup     key, group
 *     0x57 see             key, group, consumer, u53 Unix ms: when it last asked; it is made if absent
 *     0x58 removeConsumer  key, group, consumer: with what is pending with it
 *     0x59 deliver         key, group, consumer, u53 Unix ms, u32 count, then id and i64 deliveries of each entry that is now
 *                          pending with the consumer
 *     0x5a release         key, group, u32 count, ids: no longer pending
 *
 * An id is four words of 32 bits, the high one of the milliseconds first; groups, consumers and items are written as keys are.
 */
import { must } from "../../assert.ts";
import type { ByteReader } from "../../bytes/reader.ts";
import type { ByteWriter } from "../../bytes/writer.ts";
import type { Keyspace } from "../../keyspace/keyspace.ts";
import { ConsumerGroup, type Consumer } from "../../keyspace/values/consumerGroup.ts";
import { idOfWords, wordOfId, type StreamId } from "../../keyspace/values/streamId.ts";
import {
  StreamValue,
  type StreamCounts,
  type Trim,
  type TrimTarget,
} from "../../keyspace/values/streamValue.ts";
import { counterOf, type Counter } from "../../structures/counter.ts";
import type { Changes } from "./changes.ts";

const operations = {
  make: 0x50,
  add: 0x51,
  remove: 0x52,
  trim: 0x53,
  setCounts: 0x54,
  setGroup: 0x55,
  removeGroup: 0x56,
  see: 0x57,
  removeConsumer: 0x58,
  deliver: 0x59,
  release: 0x5a,
} as const;

const WORD = 4294967296;

/** How far a group has read. */
export interface GroupProgress {
  readonly lastId: StreamId;
  readonly entriesRead: Counter | undefined;
}

/** An entry that is given to a consumer, for the so-manieth time. */
export interface Delivery {
  readonly id: StreamId;
  readonly count: Counter;
}

/** Changes streams on a primary. Keys hold a stream, groups and consumers exist, where nothing else is said. */
export class StreamEffects {
  private readonly changes: Changes;

  constructor(changes: Changes) {
    this.changes = changes;
  }

  /** Makes an empty stream of an absent key. */
  make(key: string): void {
    const { keyspace, record } = this.changes;
    record.begin(operations.make, key);
    this.changes.noteChanged(key);
    make(keyspace, key);
  }

  /** Adds an entry to a stream, or to a new one; `items` are field, value, field, value and so on. */
  add(key: string, id: StreamId, items: readonly string[]): void {
    const { keyspace, record } = this.changes;
    const { streamNodeMaxBytes, streamNodeMaxEntries } = keyspace.limits;
    const stream = streamOf(keyspace, key);
    const beginsNode = stream.needsNode(items, streamNodeMaxBytes, streamNodeMaxEntries);
    record.begin(operations.add, key);
    const { writer } = record;
    writer.u8(beginsNode ? 1 : 0);
    writeId(writer, id);
    writer.u32(items.length);
    for (const item of items) writer.latin1(item);
    this.changes.noteChanged(key);
    add(keyspace, key, id, items, beginsNode);
  }

  /** Deletes the entries of some ids; returns how many were there. */
  remove(key: string, ids: readonly StreamId[]): number {
    const { keyspace, record } = this.changes;
    const removed = remove(keyspace, key, ids);
    if (removed.length === 0) return 0;
    record.begin(operations.remove, key);
    writeIds(record.writer, removed);
    this.changes.noteChanged(key);
    return removed.length;
  }

  /** Returns how many entries were removed. */
  trim(key: string, target: TrimTarget): number {
    const { keyspace, record } = this.changes;
    const plan = streamOf(keyspace, key).planTrim(target);
    if (plan.nodes === 0 && plan.entries === 0) return 0;
    record.begin(operations.trim, key);
    record.writer.u32(plan.nodes);
    record.writer.u32(plan.entries);
    this.changes.noteChanged(key);
    return trim(keyspace, key, plan);
  }

  setCounts(key: string, counts: StreamCounts): void {
    const { keyspace, record } = this.changes;
    record.begin(operations.setCounts, key);
    const { writer } = record;
    writeId(writer, counts.lastId);
    writeCounter(writer, counts.entriesAdded);
    writeId(writer, counts.maxDeletedId);
    this.changes.noteChanged(key);
    streamOf(keyspace, key).setCounts(counts);
  }

  /** Says how far a group has read, which is made if absent. */
  setGroup(key: string, group: string, progress: GroupProgress): void {
    const { keyspace, record } = this.changes;
    record.begin(operations.setGroup, key);
    const { writer } = record;
    writer.latin1(group);
    writeId(writer, progress.lastId);
    writer.u8(progress.entriesRead === undefined ? 0 : 1);
    writeCounter(writer, progress.entriesRead ?? 0);
    this.changes.noteChanged(key);
    setGroup(keyspace, key, group, progress);
  }

  removeGroup(key: string, group: string): void {
    const { keyspace, record } = this.changes;
    record.begin(operations.removeGroup, key);
    record.writer.latin1(group);
    this.changes.noteChanged(key);
    removeGroup(keyspace, key, group);
  }

  /** A consumer, which is made if absent, asks for entries now. */
  see(key: string, group: string, consumer: string, unixMs: number): void {
    const { keyspace, record } = this.changes;
    record.begin(operations.see, key);
    const { writer } = record;
    writer.latin1(group);
    writer.latin1(consumer);
    writer.u53(unixMs);
    this.changes.noteChanged(key);
    changeGroup(keyspace, key, group, (one) => one.see(consumer, unixMs));
  }

  removeConsumer(key: string, group: string, consumer: string): void {
    const { keyspace, record } = this.changes;
    record.begin(operations.removeConsumer, key);
    record.writer.latin1(group);
    record.writer.latin1(consumer);
    this.changes.noteChanged(key);
    changeGroup(keyspace, key, group, (one) => one.removeConsumer(consumer));
  }

  /** Makes entries pending with a consumer, whoever has them now. */
  deliver(
    key: string,
    group: string,
    consumer: string,
    unixMs: number,
    deliveries: readonly Delivery[],
  ): void {
    const { keyspace, record } = this.changes;
    record.begin(operations.deliver, key);
    const { writer } = record;
    writer.latin1(group);
    writer.latin1(consumer);
    writer.u53(unixMs);
    writer.u32(deliveries.length);
    for (const { id, count } of deliveries) {
      writeId(writer, id);
      writeCounter(writer, count);
    }
    this.changes.noteChanged(key);
    changeGroup(keyspace, key, group, (one) => {
      for (const { id, count } of deliveries)
        one.deliver(id, consumerOf(one, consumer), unixMs, count);
    });
  }

  /** Takes entries from the pending ones of a group, all of which are; at least one. */
  release(key: string, group: string, ids: readonly StreamId[]): void {
    const { keyspace, record } = this.changes;
    record.begin(operations.release, key);
    record.writer.latin1(group);
    writeIds(record.writer, ids);
    this.changes.noteChanged(key);
    changeGroup(keyspace, key, group, (one) => {
      for (const id of ids) one.release(id);
    });
  }
}

/** Carries out one operation of a record; false if it is none of a stream. */
export function applyStream(
  operation: number,
  key: string,
  reader: ByteReader,
  keyspace: Keyspace,
): boolean {
  switch (operation) {
    case operations.make:
      make(keyspace, key);
      return true;
    case operations.add: {
      const beginsNode = reader.u8() === 1;
      add(keyspace, key, readId(reader), readItems(reader), beginsNode);
      return true;
    }
    case operations.remove:
      remove(keyspace, key, readIds(reader));
      return true;
    case operations.trim:
      trim(keyspace, key, { nodes: reader.u32(), entries: reader.u32() });
      return true;
    case operations.setCounts:
      streamOf(keyspace, key).setCounts({
        lastId: readId(reader),
        entriesAdded: readCounter(reader),
        maxDeletedId: readId(reader),
      });
      return true;
    default:
      return applyGroup(operation, key, reader, keyspace);
  }
}

function applyGroup(
  operation: number,
  key: string,
  reader: ByteReader,
  keyspace: Keyspace,
): boolean {
  switch (operation) {
    case operations.setGroup: {
      const group = reader.latin1();
      const lastId = readId(reader);
      const isKnown = reader.u8() === 1;
      const read = readCounter(reader);
      setGroup(keyspace, key, group, { lastId, entriesRead: isKnown ? read : undefined });
      return true;
    }
    case operations.removeGroup:
      removeGroup(keyspace, key, reader.latin1());
      return true;
    case operations.see:
      changeGroup(keyspace, key, reader.latin1(), (one) => one.see(reader.latin1(), reader.u53()));
      return true;
    case operations.removeConsumer:
      changeGroup(keyspace, key, reader.latin1(), (one) => one.removeConsumer(reader.latin1()));
      return true;
    case operations.deliver:
      changeGroup(keyspace, key, reader.latin1(), (one) => {
        const consumer = consumerOf(one, reader.latin1());
        const unixMs = reader.u53();
        for (let left = reader.u32(); left > 0; left--)
          one.deliver(readId(reader), consumer, unixMs, readCounter(reader));
      });
      return true;
    case operations.release:
      changeGroup(keyspace, key, reader.latin1(), (one) => {
        for (const id of readIds(reader)) one.release(id);
      });
      return true;
    default:
      return false;
  }
}

function streamOf(keyspace: Keyspace, key: string): StreamValue {
  return keyspace.open(key, "stream", () => new StreamValue());
}

function make(keyspace: Keyspace, key: string): void {
  const stream = streamOf(keyspace, key);
  keyspace.modified(key, stream, stream.sizeBytes);
}

function add(
  keyspace: Keyspace,
  key: string,
  id: StreamId,
  items: readonly string[],
  beginsNode: boolean,
): void {
  const stream = streamOf(keyspace, key);
  const before = stream.sizeBytes;
  stream.append(id, items, beginsNode);
  keyspace.modified(key, stream, before);
}

function remove(keyspace: Keyspace, key: string, ids: readonly StreamId[]): StreamId[] {
  const stream = streamOf(keyspace, key);
  const before = stream.sizeBytes;
  const removed = stream.delete(ids);
  if (removed.length > 0) keyspace.diminished(key, stream, before);
  return removed;
}

/** Watchers are not told of an empty node that goes. */
function trim(keyspace: Keyspace, key: string, plan: Trim): number {
  const stream = streamOf(keyspace, key);
  const before = stream.sizeBytes;
  const removed = stream.trim(plan);
  if (removed > 0) keyspace.diminished(key, stream, before);
  else keyspace.resized(stream, before);
  return removed;
}

function setGroup(keyspace: Keyspace, key: string, name: string, progress: GroupProgress): void {
  const stream = streamOf(keyspace, key);
  const present = stream.groups.get(name);
  if (present !== undefined) {
    present.lastId = progress.lastId;
    present.entriesRead = progress.entriesRead;
    return;
  }
  const before = stream.sizeBytes;
  stream.addGroup(new ConsumerGroup(name, progress.lastId, progress.entriesRead));
  keyspace.resized(stream, before);
}

/** Clients that wait for entries of the group learn that it is gone. */
function removeGroup(keyspace: Keyspace, key: string, name: string): void {
  const stream = streamOf(keyspace, key);
  const before = stream.sizeBytes;
  stream.removeGroup(name);
  keyspace.resized(stream, before);
  keyspace.wake(key, "stream");
}

function changeGroup(
  keyspace: Keyspace,
  key: string,
  name: string,
  change: (group: ConsumerGroup) => void,
): void {
  const stream = streamOf(keyspace, key);
  const before = stream.sizeBytes;
  stream.changeGroup(must(stream.groups.get(name), "a group that is changed"), change);
  keyspace.resized(stream, before);
}

function consumerOf(group: ConsumerGroup, name: string): Consumer {
  return must(group.consumers.get(name), "a consumer who is given entries");
}

function writeId(writer: ByteWriter, id: StreamId): void {
  writer.u32(wordOfId(id, 0));
  writer.u32(wordOfId(id, 1));
  writer.u32(wordOfId(id, 2));
  writer.u32(wordOfId(id, 3));
}

function readId(reader: ByteReader): StreamId {
  return idOfWords(reader.u32(), reader.u32(), reader.u32(), reader.u32());
}

function writeIds(writer: ByteWriter, ids: readonly StreamId[]): void {
  writer.u32(ids.length);
  for (const id of ids) writeId(writer, id);
}

function readIds(reader: ByteReader): StreamId[] {
  const ids: StreamId[] = [];
  for (let left = reader.u32(); left > 0; left--) ids.push(readId(reader));
  return ids;
}

function readItems(reader: ByteReader): string[] {
  const items: string[] = [];
  for (let left = reader.u32(); left > 0; left--) items.push(reader.latin1());
  return items;
}

function writeCounter(writer: ByteWriter, counter: Counter): void {
  if (typeof counter === "number") {
    writer.u32(counter >>> 0);
    writer.u32(Math.floor(counter / WORD) >>> 0);
    return;
  }
  writer.u32(Number(BigInt.asUintN(32, counter)));
  writer.u32(Number(BigInt.asUintN(32, counter >> 32n)));
}

function readCounter(reader: ByteReader): Counter {
  const low = reader.u32();
  const high = reader.u32() | 0;
  const rounded = high * WORD + low;
  return Number.isSafeInteger(rounded) ? rounded : counterOf((BigInt(high) << 32n) + BigInt(low));
}
