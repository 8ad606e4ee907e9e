/**
 * A consumer group of a stream: how far it has read, its consumers, and its pending entries, which were delivered and not
 * acknowledged yet. Each of these is in the group's index and in that of the consumer who has it. Times are Unix
 * milliseconds and come from records, as all numbers here do.
 */
import type { Counter } from "../../structures/counter.ts";
import { OrderedIndex, type OrderedNode } from "../../structures/orderedIndex.ts";
import { idText, type StreamId } from "./streamId.ts";

/** Approximate bytes of the objects, with their places in an index. */
const GROUP_BYTES = 240;
const CONSUMER_BYTES = 160;
const PENDING_BYTES = 128;

/** One delivery; its key is the entry's id. The entry itself may have been deleted since. */
export interface PendingEntry extends OrderedNode {
  readonly key: StreamId;
  consumer: Consumer;
  deliveredAtUnixMs: number;
  deliveryCount: Counter;
}

/** Its key is its name. */
export interface Consumer extends OrderedNode {
  seenAtUnixMs: number;
  readonly pending: OrderedIndex<PendingEntry>;
}

export class ConsumerGroup implements OrderedNode {
  /** The group's name. */
  readonly key: string;
  /** The last entry delivered to anybody. */
  lastId: StreamId;
  /** How many entries the stream had got up to `lastId`; undefined if that is not known. */
  entriesRead: Counter | undefined;
  readonly consumers: OrderedIndex<Consumer> = new OrderedIndex<Consumer>();
  readonly pending: OrderedIndex<PendingEntry> = new OrderedIndex<PendingEntry>();
  private nameBytes: number;

  constructor(name: string, lastId: StreamId, entriesRead: Counter | undefined) {
    this.key = name;
    this.lastId = lastId;
    this.entriesRead = entriesRead;
    this.nameBytes = name.length;
  }

  get sizeBytes(): number {
    const { consumers, pending } = this;
    return (
      GROUP_BYTES + this.nameBytes + consumers.size * CONSUMER_BYTES + pending.size * PENDING_BYTES
    );
  }

  /** Notes that a consumer asked for entries, and makes it if it is new. */
  see(name: string, seenAtUnixMs: number): void {
    const present = this.consumers.get(name);
    if (present !== undefined) {
      present.seenAtUnixMs = seenAtUnixMs;
      return;
    }
    this.consumers.add({ key: name, seenAtUnixMs, pending: new OrderedIndex<PendingEntry>() });
    this.nameBytes += name.length;
  }

  /** Removes a consumer that is there, with the entries that it has. */
  removeConsumer(name: string): void {
    const consumer = this.consumers.remove(name);
    consumer?.pending.visitFrom(undefined, (entry) => this.pending.remove(entry.key) !== undefined);
    this.nameBytes -= name.length;
  }

  /** Makes an entry pending with a consumer, or moves it to that one, with this time and count. */
  deliver(
    id: StreamId,
    consumer: Consumer,
    deliveredAtUnixMs: number,
    deliveryCount: Counter,
  ): void {
    const entry = this.pending.get(id);
    if (entry === undefined) {
      const made: PendingEntry = { key: id, consumer, deliveredAtUnixMs, deliveryCount };
      this.pending.add(made);
      consumer.pending.add(made);
      return;
    }
    entry.deliveredAtUnixMs = deliveredAtUnixMs;
    entry.deliveryCount = deliveryCount;
    if (entry.consumer === consumer) return;
    entry.consumer.pending.remove(id);
    entry.consumer = consumer;
    consumer.pending.add(entry);
  }

  /** Takes an entry from the pending ones; false if it is none of them. */
  release(id: StreamId): boolean {
    const entry = this.pending.remove(id);
    entry?.consumer.pending.remove(id);
    return entry !== undefined;
  }

  copy(): ConsumerGroup {
    const group = new ConsumerGroup(this.key, this.lastId, this.entriesRead);
    this.consumers.visitFrom(undefined, ({ key, seenAtUnixMs, pending }) => {
      group.see(key, seenAtUnixMs);
      const consumer = group.consumers.get(key) as Consumer;
      pending.visitFrom(undefined, (entry) => {
        group.deliver(entry.key, consumer, entry.deliveredAtUnixMs, entry.deliveryCount);
        return true;
      });
      return true;
    });
    return group;
  }

  /** All that is equal on every replica. */
  toJSON(): unknown {
    const consumers: unknown[] = [];
    this.consumers.visitFrom(undefined, ({ key, seenAtUnixMs, pending }) => {
      const entries: unknown[] = [];
      pending.visitFrom(undefined, ({ key: id, deliveredAtUnixMs, deliveryCount }) => {
        return entries.push([idText(id), deliveredAtUnixMs, String(deliveryCount)]) > 0;
      });
      return consumers.push([key, seenAtUnixMs, entries]) > 0;
    });
    const read = this.entriesRead === undefined ? "unknown" : String(this.entriesRead);
    return [this.key, idText(this.lastId), read, this.pending.size, consumers];
  }
}
