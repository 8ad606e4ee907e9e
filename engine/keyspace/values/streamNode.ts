/**
 * A node of a stream: some entries in the order of their ids, packed as in Redis, whose dumps hold these bytes. The id of
 * the first, which is the node's key, and its field names are kept once:
 *
 *     live entries, deleted entries, count of fields, the field names, 0           the head
 *     flags, ms, sequence, [count of fields, field, value, field, value …] n       an entry of its own fields (flags 0)
 *     flags, ms, sequence, [value, value …] n                                      one with the fields of the head (flags 2)
 *
 * ms and sequence are what the entry's id has more than the node's; n counts the elements of the entry in front of it, so
 * that entries can be read backwards. A deleted entry only gets a flag (1).
 */
import { Listpack } from "../../structures/listpack.ts";
import { DELETED, EntryCursor, SAME_FIELDS, type StreamEntry } from "./entryCursor.ts";
import { wordOfId, wordsOfId, type StreamId } from "./streamId.ts";

export class StreamNode {
  readonly key: StreamId;
  private readonly pack: Listpack;

  /** A pack with a head and at least one entry, which the node owns from now on. */
  constructor(key: StreamId, pack: Listpack) {
    this.key = key;
    this.pack = pack;
  }

  /** A node of one entry. */
  static begin(id: StreamId, items: readonly string[]): StreamNode {
    const pack = new Listpack();
    pack.appendInteger(1);
    pack.appendInteger(0);
    pack.appendInteger(items.length / 2);
    for (let index = 0; index < items.length; index += 2) pack.append(items[index] as string);
    pack.appendInteger(0);
    const node = new StreamNode(id, pack);
    node.write(id, items, true);
    return node;
  }

  get liveCount(): number {
    return this.pack.integerAt(this.pack.first);
  }

  get deletedCount(): number {
    return this.pack.integerAt(this.pack.next(this.pack.first));
  }

  /** Bytes of the packed entries. */
  get lengthBytes(): number {
    return this.pack.lengthBytes;
  }

  /** Bytes held in memory. */
  get sizeBytes(): number {
    return this.pack.capacityBytes;
  }

  /** Adds an entry whose id is greater than all of the node. */
  append(id: StreamId, items: readonly string[]): void {
    const hasSameFields = isSame(this.cursor().names, items);
    this.pack.replaceInteger(this.pack.first, this.liveCount + 1);
    this.write(id, items, hasSameFields);
  }

  /** The id of the last entry, deleted or not. */
  get lastId(): StreamId {
    const cursor = this.cursor();
    cursor.moveBefore(this.pack.end);
    return cursor.id;
  }

  /** Visits the live entries of ids `from` to `to`, in order, until a visit returns false; false if one did. */
  visit(from: StreamId, to: StreamId, visit: (entry: StreamEntry) => boolean): boolean {
    const cursor = this.cursor();
    const [low, high] = [wordsOfId(from), wordsOfId(to)];
    for (let offset = cursor.first; offset < this.pack.end; offset = cursor.behind) {
      cursor.moveTo(offset);
      if (!cursor.isLive || cursor.compare(low) < 0) continue;
      if (cursor.compare(high) > 0) return true;
      if (!visit(cursor.read())) return false;
    }
    return true;
  }

  /** The same backwards. */
  visitBack(from: StreamId, to: StreamId, visit: (entry: StreamEntry) => boolean): boolean {
    const cursor = this.cursor();
    const [low, high] = [wordsOfId(from), wordsOfId(to)];
    for (let end = this.pack.end; end > cursor.first; end = cursor.offset) {
      cursor.moveBefore(end);
      if (!cursor.isLive || cursor.compare(high) > 0) continue;
      if (cursor.compare(low) < 0) return true;
      if (!visit(cursor.read())) return false;
    }
    return true;
  }

  /** Marks the entry of an id as deleted; false if there is none. */
  delete(id: StreamId): boolean {
    const cursor = this.cursor();
    const words = wordsOfId(id);
    for (let offset = cursor.first; offset < this.pack.end; offset = cursor.behind) {
      cursor.moveTo(offset);
      const order = cursor.compare(words);
      if (order < 0) continue;
      if (order > 0 || !cursor.isLive) return false;
      this.flag(cursor);
      this.countDeleted(1);
      return true;
    }
    return false;
  }

  /** Marks the first `count` live entries as deleted. */
  deleteFirst(count: number): void {
    const cursor = this.cursor();
    let deleted = 0;
    for (let offset = cursor.first; deleted < count; offset = cursor.behind) {
      cursor.moveTo(offset);
      if (!cursor.isLive) continue;
      this.flag(cursor);
      deleted++;
    }
    this.countDeleted(deleted);
  }

  /** How many live entries come before `id`. */
  liveBefore(id: StreamId): number {
    const cursor = this.cursor();
    const words = wordsOfId(id);
    let count = 0;
    for (let offset = cursor.first; offset < this.pack.end; offset = cursor.behind) {
      cursor.moveTo(offset);
      if (cursor.compare(words) >= 0) break;
      if (cursor.isLive) count++;
    }
    return count;
  }

  /** The packed entries, a copy. */
  image(): Uint8Array {
    return this.pack.image();
  }

  copy(): StreamNode {
    return new StreamNode(this.key, this.pack.copy());
  }

  /** Gives back unused room: no entry will follow. */
  seal(): void {
    this.pack.shrink();
  }

  private write(id: StreamId, items: readonly string[], hasSameFields: boolean): void {
    const { pack, key } = this;
    pack.appendInteger(hasSameFields ? SAME_FIELDS : 0);
    this.writeDifference(wordOfId(id, 0), wordOfId(id, 1), wordOfId(key, 0), wordOfId(key, 1));
    this.writeDifference(wordOfId(id, 2), wordOfId(id, 3), wordOfId(key, 2), wordOfId(key, 3));
    if (hasSameFields) {
      for (let index = 1; index < items.length; index += 2) pack.append(items[index] as string);
      pack.appendInteger(3 + items.length / 2);
    } else {
      pack.appendInteger(items.length / 2);
      for (const item of items) pack.append(item);
      pack.appendInteger(4 + items.length);
    }
  }

  private writeDifference(high: number, low: number, lessHigh: number, lessLow: number): void {
    this.pack.appendWords((high - lessHigh - (low < lessLow ? 1 : 0)) | 0, (low - lessLow) >>> 0);
  }

  private cursor(): EntryCursor {
    return new EntryCursor(this.pack, this.key);
  }

  /** Flags take one byte, so nothing moves. */
  private flag(cursor: EntryCursor): void {
    this.pack.replaceInteger(cursor.offset, cursor.flags | DELETED);
  }

  private countDeleted(count: number): void {
    const { pack } = this;
    pack.replaceInteger(pack.first, this.liveCount - count);
    pack.replaceInteger(pack.next(pack.first), this.deletedCount + count);
  }
}

function isSame(names: readonly string[], items: readonly string[]): boolean {
  if (names.length * 2 !== items.length) return false;
  return names.every((name, index) => name === items[index * 2]);
}
