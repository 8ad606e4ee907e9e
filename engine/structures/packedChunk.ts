/**
 * A run of byte strings in one string, and a link of a chain of such runs. An item between others costs its bytes and two
 * more; as a string of its own in an array it would cost 24 to 32 more.
 *
 *     text    [dead] item item … item [dead]
 *     item    n bytes n               n below 255, as one char each
 *             255 hi lo bytes hi lo 255
 *
 * Lengths stand on both sides, so that a run is read from either end. Items taken from an end leave dead chars behind; they
 * are cut off when something is added there, or when they are most of the text.
 *
 * An item longer than `longestPackedBytes` is alone in its run and is not framed: `start` is -1 then and `text` the item.
 *
 * Adding builds a rope (V8 joins strings lazily); reading a char makes it flat. `added` does so now and then, so that the
 * pieces of a rope that nobody reads do not pile up.
 */
import { assert } from "../assert.ts";

/** A run that would become longer takes no further item. */
const chunkBytes = 2048;
const longestPackedBytes = 1024;

const longMark = 255;
/** Items added between two times that a rope is made flat; one that is short is made flat at once. */
const flattenEvery = 16;
const shortBytes = 256;

export class PackedChunk {
  previous: PackedChunk | undefined = undefined;
  next: PackedChunk | undefined = undefined;
  count = 0;
  private text = "";
  private start = 0;
  private end = 0;

  /** A run of this one item. */
  static of(item: string): PackedChunk {
    const made = new PackedChunk();
    if (item.length > longestPackedBytes) {
      made.text = item;
      made.start = -1;
      made.count = 1;
    } else {
      made.addLast(item);
    }
    return made;
  }

  /** The bytes of the items and their lengths. */
  get bytes(): number {
    return this.start < 0 ? this.text.length : this.end - this.start;
  }

  /** There is room for this item beside the present ones. */
  takes(item: string): boolean {
    return (
      item.length <= longestPackedBytes && this.start >= 0 && this.bytes + item.length < chunkBytes
    );
  }

  addFirst(item: string): void {
    const framed = frame(item);
    const rest = this.live();
    this.text = framed + rest;
    this.start = 0;
    this.end = framed.length + rest.length;
    this.added();
  }

  addLast(item: string): void {
    this.text = this.live() + frame(item);
    this.start = 0;
    this.end = this.text.length;
    this.added();
  }

  takeFirst(): string {
    const { text, start } = this;
    this.count -= 1;
    if (start < 0) return text;
    const length = lengthAt(text, start);
    const at = start + headBytes(length);
    this.start = at + length + headBytes(length);
    this.compact();
    return text.slice(at, at + length);
  }

  takeLast(): string {
    const { text, end } = this;
    this.count -= 1;
    if (this.start < 0) return text;
    const length = lengthBefore(text, end);
    const at = end - headBytes(length) - length;
    this.end = at - headBytes(length);
    this.compact();
    return text.slice(at, at + length);
  }

  /** The item at `index`, which is there. */
  at(index: number): string {
    const { text } = this;
    if (this.start < 0) return text;
    return itemAt(text, this.offsetOf(index));
  }

  /** Visits `count` items from `first` on, all of which are there. */
  forEach(first: number, count: number, visit: (item: string) => void): void {
    if (count === 0) return;
    if (this.start < 0) return visit(this.text);
    const { text } = this;
    let at = this.offsetOf(first);
    for (let done = 0; done < count; done++) {
      const length = lengthAt(text, at);
      at += headBytes(length);
      visit(text.slice(at, at + length));
      at += length + headBytes(length);
    }
  }

  /** Visits `count` items from `last` down, all of which are there. */
  forEachBackwards(last: number, count: number, visit: (item: string) => void): void {
    if (count === 0) return;
    if (this.start < 0) return visit(this.text);
    const { text } = this;
    let at = this.offsetOf(last + 1);
    for (let done = 0; done < count; done++) {
      const length = lengthBefore(text, at);
      at -= headBytes(length) + length;
      visit(text.slice(at, at + length));
      at -= headBytes(length);
    }
  }

  /** The first index from `from` on that holds `item`, -1 if there is none. */
  indexOf(item: string, from: number): number {
    const { text, start, count } = this;
    if (start < 0) return from === 0 && text === item ? 0 : -1;
    let at = this.offsetOf(from);
    for (let index = from; index < count; index++) {
      const length = lengthAt(text, at);
      at += headBytes(length);
      if (length === item.length && text.startsWith(item, at)) return index;
      at += length + headBytes(length);
    }
    return -1;
  }

  /** The last index from `from` down that holds `item`, -1 if there is none. */
  lastIndexOf(item: string, from: number): number {
    const { text, start } = this;
    if (start < 0) return from === 0 && text === item ? 0 : -1;
    let at = this.offsetOf(from + 1);
    for (let index = from; index >= 0; index--) {
      const length = lengthBefore(text, at);
      at -= headBytes(length) + length;
      if (length === item.length && text.startsWith(item, at)) return index;
      at -= headBytes(length);
    }
    return -1;
  }

  /** Puts another item, which `takes` allowed, in the place of that at `index`. */
  replace(index: number, item: string): void {
    const at = this.offsetOf(index);
    this.splice(at, behind(this.text, at), frame(item));
  }

  /** Puts an item, which `takes` allowed, before that at `index`, which may be the number of items. */
  insert(index: number, item: string): void {
    const at = this.offsetOf(index);
    this.splice(at, at, frame(item));
    this.count += 1;
  }

  /** Removes the items at these indexes, which ascend. */
  removeAll(indexes: readonly number[]): void {
    if (indexes.length === this.count) return this.clear();
    const { text } = this;
    let kept = "";
    let keptFrom = this.start;
    let at = this.start;
    let index = 0;
    for (const removed of indexes) {
      for (; index < removed; index++) at = behind(text, at);
      kept += text.slice(keptFrom, at);
      at = behind(text, at);
      index += 1;
      keptFrom = at;
    }
    this.text = kept + text.slice(keptFrom, this.end);
    this.start = 0;
    this.end = this.text.length;
    this.count -= indexes.length;
  }

  /** Drops so many items from the front; not all of them. */
  dropFirst(count: number): void {
    this.start = this.offsetOf(count);
    this.count -= count;
    this.compact();
  }

  /** Drops so many items from the back; not all of them. */
  dropLast(count: number): void {
    this.end = this.offsetOf(this.count - count);
    this.count -= count;
    this.compact();
  }

  /** Keeps the items before `index` and returns a run, linked to nothing, of the others. */
  splitAt(index: number): PackedChunk {
    const at = this.offsetOf(index);
    const made = new PackedChunk();
    made.text = copied(this.text, at, this.end);
    made.end = this.end - at;
    made.count = this.count - index;
    this.end = at;
    this.count = index;
    this.compact();
    return made;
  }

  /** There is room here for all items of the other run. */
  takesAll(other: PackedChunk): boolean {
    return this.start >= 0 && other.start >= 0 && this.bytes + other.bytes < chunkBytes / 2;
  }

  /** Adds all items of another run, which `takesAll` allowed. */
  append(other: PackedChunk): void {
    const front = this.live();
    this.text = front + other.live();
    this.start = 0;
    this.end = this.text.length;
    this.count += other.count;
  }

  /** The same items, linked to nothing. Strings cannot change, so both may hold the same. */
  copy(): PackedChunk {
    const made = new PackedChunk();
    made.text = this.text;
    made.start = this.start;
    made.end = this.end;
    made.count = this.count;
    return made;
  }

  /** Lets go of the pieces that a rope was made of: for a run to which nothing is added for now. */
  flatten(): void {
    if (this.start < 0) return;
    const isFramed = lengthBefore(this.text, this.end) <= longestPackedBytes;
    assert(isFramed, "a run ends with the length of its last item");
  }

  private clear(): void {
    this.text = "";
    this.start = 0;
    this.end = 0;
    this.count = 0;
  }

  /** Where the item at `index` begins, or the end; from whichever side is nearer. */
  private offsetOf(index: number): number {
    const { text, count } = this;
    if (index <= count >> 1) {
      let at = this.start;
      for (let passed = 0; passed < index; passed++) at = behind(text, at);
      return at;
    }
    let at = this.end;
    for (let passed = count; passed > index; passed--) {
      const length = lengthBefore(text, at);
      at -= length + 2 * headBytes(length);
    }
    return at;
  }

  private splice(from: number, to: number, framed: string): void {
    this.text = this.text.slice(this.start, from) + framed + this.text.slice(to, this.end);
    this.start = 0;
    this.end = this.text.length;
  }

  private live(): string {
    const { text, start, end } = this;
    return start === 0 && end === text.length ? text : text.slice(start, end);
  }

  private added(): void {
    this.count += 1;
    if (this.end <= shortBytes || this.count % flattenEvery === 0) this.flatten();
  }

  /** Lets go of a text that is mostly dead. */
  private compact(): void {
    const { text, start, end } = this;
    const liveBytes = end - start;
    if (liveBytes === 0) return this.clear();
    if (text.length < 128 || liveBytes * 4 > text.length) return;
    this.text = copied(text, start, end);
    this.start = 0;
    this.end = liveBytes;
  }
}

/**
 * text[start, end) and one dead char behind it. A plain slice would keep the whole text alive; joining makes V8 copy the
 * chars when the first of them is read.
 */
function copied(text: string, start: number, end: number): string {
  return text.slice(start, end) + "\0";
}

function frame(item: string): string {
  const { length } = item;
  if (length < longMark) {
    const mark = String.fromCharCode(length);
    return mark + item + mark;
  }
  const high = String.fromCharCode(length >> 8);
  const low = String.fromCharCode(length & 255);
  return `\xff${high}${low}${item}${high}${low}\xff`;
}

/** Chars on each side of an item of this length. */
function headBytes(length: number): number {
  return length < longMark ? 1 : 3;
}

function lengthAt(text: string, at: number): number {
  const mark = text.charCodeAt(at);
  if (mark < longMark) return mark;
  return (text.charCodeAt(at + 1) << 8) | text.charCodeAt(at + 2);
}

/** Length of the item that ends before `end`. */
function lengthBefore(text: string, end: number): number {
  const mark = text.charCodeAt(end - 1);
  if (mark < longMark) return mark;
  return (text.charCodeAt(end - 3) << 8) | text.charCodeAt(end - 2);
}

function itemAt(text: string, at: number): string {
  const length = lengthAt(text, at);
  const from = at + headBytes(length);
  return text.slice(from, from + length);
}

/** Where the item behind the one at `at` begins. */
function behind(text: string, at: number): number {
  const length = lengthAt(text, at);
  return at + length + 2 * headBytes(length);
}
