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
import { idOfWords, wordOfId, type StreamId } from "./streamId.ts";

const DELETED = 1;
const SAME_FIELDS = 2;

/** An entry as it is read: `items` are field, value, field, value and so on. */
export interface StreamEntry {
  readonly id: StreamId;
  readonly items: readonly string[];
}

/** Where an entry stands in its node. */
interface Place {
  readonly offset: number;
  readonly flags: number;
  /** Behind flags, ms and sequence. */
  readonly body: number;
  readonly id: StreamId;
}

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
    const hasSameFields = isSame(this.head().names, items);
    this.pack.replaceInteger(this.pack.first, this.liveCount + 1);
    this.write(id, items, hasSameFields);
  }

  /** The id of the last entry, deleted or not. */
  get lastId(): StreamId {
    return this.placeAt(this.entryBefore(this.pack.end)).id;
  }

  /** Visits the live entries of ids `from` to `to`, in order, until a visit returns false; false if one did. */
  visit(from: StreamId, to: StreamId, visit: (entry: StreamEntry) => boolean): boolean {
    const { names, first } = this.head();
    for (let offset = first; offset < this.pack.end;) {
      const place = this.placeAt(offset);
      if (place.id > to) return true;
      if (place.id >= from && isLive(place) && !visit(this.read(place, names))) return false;
      offset = this.entryBehind(place, names.length);
    }
    return true;
  }

  /** The same backwards. */
  visitBack(from: StreamId, to: StreamId, visit: (entry: StreamEntry) => boolean): boolean {
    const { names, first } = this.head();
    for (let end = this.pack.end; end > first;) {
      const place = this.placeAt(this.entryBefore(end));
      if (place.id < from) return true;
      if (place.id <= to && isLive(place) && !visit(this.read(place, names))) return false;
      end = place.offset;
    }
    return true;
  }

  /** Marks the entry of an id as deleted; false if there is none. */
  delete(id: StreamId): boolean {
    const { names, first } = this.head();
    for (let offset = first; offset < this.pack.end;) {
      const place = this.placeAt(offset);
      if (place.id === id && isLive(place)) {
        this.flag(place);
        this.countDeleted(1);
        return true;
      }
      if (place.id >= id) return false;
      offset = this.entryBehind(place, names.length);
    }
    return false;
  }

  /** Marks the first `count` live entries as deleted. */
  deleteFirst(count: number): void {
    const { names, first } = this.head();
    let deleted = 0;
    for (let offset = first; deleted < count;) {
      const place = this.placeAt(offset);
      offset = this.entryBehind(place, names.length);
      if (!isLive(place)) continue;
      this.flag(place);
      deleted++;
    }
    this.countDeleted(deleted);
  }

  /** How many live entries come before `id`. */
  liveBefore(id: StreamId): number {
    let count = 0;
    const { names, first } = this.head();
    for (let offset = first; offset < this.pack.end;) {
      const place = this.placeAt(offset);
      if (place.id >= id) break;
      if (isLive(place)) count++;
      offset = this.entryBehind(place, names.length);
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

  /** The field names of the head, and the offset of the first entry. */
  private head(): { readonly names: readonly string[]; readonly first: number } {
    const { pack } = this;
    const names: string[] = [];
    const countAt = pack.next(pack.next(pack.first));
    let offset = pack.next(countAt);
    for (let left = pack.integerAt(countAt); left > 0; left--) {
      names.push(pack.textAt(offset));
      offset = pack.next(offset);
    }
    return { names, first: pack.next(offset) };
  }

  private placeAt(offset: number): Place {
    const { pack, key } = this;
    const msAt = pack.next(offset);
    const sequenceAt = pack.next(msAt);
    const msLow = wordOfId(key, 1) + pack.lowAt(msAt);
    const msHigh = wordOfId(key, 0) + pack.highAt(msAt) + (msLow > 0xffffffff ? 1 : 0);
    const low = wordOfId(key, 3) + pack.lowAt(sequenceAt);
    const high = wordOfId(key, 2) + pack.highAt(sequenceAt) + (low > 0xffffffff ? 1 : 0);
    return {
      offset,
      flags: pack.integerAt(offset),
      body: pack.next(sequenceAt),
      id: idOfWords(msHigh >>> 0, msLow >>> 0, high >>> 0, low >>> 0),
    };
  }

  private read(place: Place, names: readonly string[]): StreamEntry {
    const { pack } = this;
    const items: string[] = [];
    let at = place.body;
    if ((place.flags & SAME_FIELDS) !== 0) {
      for (const name of names) {
        items.push(name, pack.textAt(at));
        at = pack.next(at);
      }
      return { id: place.id, items };
    }
    for (let left = pack.integerAt(at) * 2; left > 0; left--) {
      at = pack.next(at);
      items.push(pack.textAt(at));
    }
    return { id: place.id, items };
  }

  private entryBehind(place: Place, headFields: number): number {
    const { pack } = this;
    let at = place.body;
    const hasSameFields = (place.flags & SAME_FIELDS) !== 0;
    let left = hasSameFields ? headFields + 1 : pack.integerAt(at) * 2 + 2;
    for (; left > 0; left--) at = pack.next(at);
    return at;
  }

  /** The offset of the entry that ends at `end`. */
  private entryBefore(end: number): number {
    const { pack } = this;
    let at = pack.previous(end);
    for (let left = pack.integerAt(at); left > 0; left--) at = pack.previous(at);
    return at;
  }

  /** Flags take one byte, so nothing moves. */
  private flag(place: Place): void {
    this.pack.replaceInteger(place.offset, place.flags | DELETED);
  }

  private countDeleted(count: number): void {
    const { pack } = this;
    pack.replaceInteger(pack.first, this.liveCount - count);
    pack.replaceInteger(pack.next(pack.first), this.deletedCount + count);
  }
}

function isLive(place: Place): boolean {
  return (place.flags & DELETED) === 0;
}

function isSame(names: readonly string[], items: readonly string[]): boolean {
  if (names.length * 2 !== items.length) return false;
  return names.every((name, index) => name === items[index * 2]);
}
