/**
 * Changes of lists, as operations of a record (record.ts draws the rest). A list that becomes empty goes without a word.
 *
 *     0x40 pushHead        key, u32 count, elements: each becomes the head in turn; the list is made if absent
 *     0x41 pushTail        key, u32 count, elements: each becomes the tail in turn; the list is made if absent
 *     0x42 dropHead        key, u32 count: takes so many elements away, all of which are there
 *     0x43 dropTail        key, u32 count
 *     0x44 move            key, u8 ends, other key: an element from the first list to the second, which is made if absent and
 *                          may be the first; bit 0 of `ends`: taken from the tail, bit 1: added as the tail
 *     0x45 insert          key, u32 index, element: before the element at the index, or behind the last
 *     0x46 set             key, u32 index, element
 *     0x47 removeFromHead  key, u32 count, element: removes the first so many that equal the element, all of which are there
 *     0x48 removeFromTail  key, u32 count, element: the last so many
 *     0x49 trim            key, u32 first, u32 count: keeps these elements
 */
import { assert } from "../../assert.ts";
import type { ByteReader } from "../../bytes/reader.ts";
import type { Keyspace } from "../../keyspace/keyspace.ts";
import { type End, ListValue } from "../../keyspace/values/listValue.ts";
import type { Changes } from "./changes.ts";

const operations = {
  pushHead: 0x40,
  pushTail: 0x41,
  dropHead: 0x42,
  dropTail: 0x43,
  move: 0x44,
  insert: 0x45,
  set: 0x46,
  removeFromHead: 0x47,
  removeFromTail: 0x48,
  trim: 0x49,
} as const;

const FROM_TAIL = 1;
const TO_TAIL = 2;

/** Changes lists on a primary. Each call is one operation; its key holds a list, or is absent where one is made. */
export class ListEffects {
  private readonly changes: Changes;

  constructor(changes: Changes) {
    this.changes = changes;
  }

  /** Adds argv[from] and all behind it, each in turn. Returns the new length. */
  push(key: string, end: End, argv: readonly string[], from: number): number {
    const { keyspace, record } = this.changes;
    record.begin(end === "head" ? operations.pushHead : operations.pushTail, key);
    record.writer.u32(argv.length - from);
    const list = listOf(keyspace, key);
    const before = list.sizeBytes;
    for (let index = from; index < argv.length; index++) {
      const element = argv[index] as string;
      record.writer.latin1(element);
      list.push(end, element);
    }
    keyspace.modified(key, list, before);
    this.changes.noteChanged(key);
    return list.length;
  }

  /** Takes one element away and returns it. */
  pop(key: string, end: End): string {
    const { keyspace, record } = this.changes;
    record.begin(end === "head" ? operations.dropHead : operations.dropTail, key);
    record.writer.u32(1);
    const list = listOf(keyspace, key);
    const before = list.sizeBytes;
    const element = list.pop(end);
    keyspace.modified(key, list, before);
    this.changes.noteChanged(key);
    return element;
  }

  /** Takes so many elements away. */
  drop(key: string, end: End, count: number): void {
    const { keyspace, record } = this.changes;
    record.begin(end === "head" ? operations.dropHead : operations.dropTail, key);
    record.writer.u32(count);
    drop(keyspace, key, end, count);
    this.changes.noteChanged(key);
  }

  /** Takes an element from one list, adds it to another or to the same, and returns it. */
  move(from: string, fromEnd: End, to: string, toEnd: End): string {
    const { keyspace, record } = this.changes;
    record.begin(operations.move, from);
    record.writer.u8((fromEnd === "tail" ? FROM_TAIL : 0) | (toEnd === "tail" ? TO_TAIL : 0));
    record.writer.latin1(to);
    const element = move(keyspace, from, fromEnd, to, toEnd);
    this.changes.noteChanged(from);
    if (to !== from) this.changes.noteChanged(to);
    return element;
  }

  insert(key: string, index: number, element: string): void {
    const { keyspace, record } = this.changes;
    record.begin(operations.insert, key);
    record.writer.u32(index);
    record.writer.latin1(element);
    insert(keyspace, key, index, element);
    this.changes.noteChanged(key);
  }

  set(key: string, index: number, element: string): void {
    const { keyspace, record } = this.changes;
    record.begin(operations.set, key);
    record.writer.u32(index);
    record.writer.latin1(element);
    set(keyspace, key, index, element);
    this.changes.noteChanged(key);
  }

  /** Removes at most `most` elements that equal `element`, the first ones or the last ones. Returns how many there were. */
  remove(key: string, element: string, from: End, most: number): number {
    const { keyspace, record } = this.changes;
    const removed = remove(keyspace, key, element, from, most);
    if (removed === 0) return 0;
    record.begin(from === "head" ? operations.removeFromHead : operations.removeFromTail, key);
    record.writer.u32(removed);
    record.writer.latin1(element);
    this.changes.noteChanged(key);
    return removed;
  }

  trim(key: string, first: number, count: number): void {
    const { keyspace, record } = this.changes;
    record.begin(operations.trim, key);
    record.writer.u32(first);
    record.writer.u32(count);
    trim(keyspace, key, first, count);
    this.changes.noteChanged(key);
  }
}

/** Carries out one operation of a record; false if it is none of a list. */
export function applyList(
  operation: number,
  key: string,
  reader: ByteReader,
  keyspace: Keyspace,
): boolean {
  switch (operation) {
    case operations.pushHead:
    case operations.pushTail:
      applyPush(keyspace, key, operation === operations.pushHead ? "head" : "tail", reader);
      return true;
    case operations.dropHead:
      drop(keyspace, key, "head", reader.u32());
      return true;
    case operations.dropTail:
      drop(keyspace, key, "tail", reader.u32());
      return true;
    case operations.move: {
      const ends = reader.u8();
      const fromEnd = (ends & FROM_TAIL) === 0 ? "head" : "tail";
      move(keyspace, key, fromEnd, reader.latin1(), (ends & TO_TAIL) === 0 ? "head" : "tail");
      return true;
    }
    case operations.insert:
      insert(keyspace, key, reader.u32(), reader.latin1());
      return true;
    case operations.set:
      set(keyspace, key, reader.u32(), reader.latin1());
      return true;
    case operations.removeFromHead:
    case operations.removeFromTail: {
      const count = reader.u32();
      const from = operation === operations.removeFromHead ? "head" : "tail";
      const removed = remove(keyspace, key, reader.latin1(), from, count);
      assert(removed === count, "removed elements were there");
      return true;
    }
    case operations.trim:
      trim(keyspace, key, reader.u32(), reader.u32());
      return true;
    default:
      return false;
  }
}

function applyPush(keyspace: Keyspace, key: string, end: End, reader: ByteReader): void {
  const list = listOf(keyspace, key);
  const before = list.sizeBytes;
  const count = reader.u32();
  for (let done = 0; done < count; done++) list.push(end, reader.latin1());
  keyspace.modified(key, list, before);
}

function listOf(keyspace: Keyspace, key: string): ListValue {
  return keyspace.open(key, "list", () => new ListValue());
}

function drop(keyspace: Keyspace, key: string, end: End, count: number): void {
  const list = listOf(keyspace, key);
  const before = list.sizeBytes;
  list.drop(end, count);
  keyspace.modified(key, list, before);
}

/** A list that gives its only element to itself stays, with its deadline: it is not modified between. */
function move(keyspace: Keyspace, from: string, fromEnd: End, to: string, toEnd: End): string {
  const source = listOf(keyspace, from);
  const sourceBefore = source.sizeBytes;
  const element = source.pop(fromEnd);
  if (from === to) {
    source.push(toEnd, element);
  } else {
    const target = listOf(keyspace, to);
    const targetBefore = target.sizeBytes;
    target.push(toEnd, element);
    keyspace.modified(to, target, targetBefore);
  }
  keyspace.modified(from, source, sourceBefore);
  return element;
}

function insert(keyspace: Keyspace, key: string, index: number, element: string): void {
  const list = listOf(keyspace, key);
  const before = list.sizeBytes;
  list.insert(index, element);
  keyspace.modified(key, list, before);
}

function set(keyspace: Keyspace, key: string, index: number, element: string): void {
  const list = listOf(keyspace, key);
  const before = list.sizeBytes;
  list.set(index, element);
  keyspace.modified(key, list, before);
}

function remove(keyspace: Keyspace, key: string, element: string, from: End, most: number): number {
  const list = listOf(keyspace, key);
  const before = list.sizeBytes;
  const removed = list.remove(element, from, most);
  if (removed > 0) keyspace.modified(key, list, before);
  return removed;
}

function trim(keyspace: Keyspace, key: string, first: number, count: number): void {
  const list = listOf(keyspace, key);
  const before = list.sizeBytes;
  list.trim(first, count);
  keyspace.modified(key, list, before);
}
