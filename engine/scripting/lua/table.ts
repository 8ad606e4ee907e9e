/**
 * The one structure of Lua: an array from 1 without holes at its end, and a hash for all other keys. A traversal goes through the array and then
 * through the hash in the order of insertion, so that it is the same on every machine. Numbers move from the hash to the array when that
 * would be more than half full, as in C's Lua: a table that is filled from 2 on, or backwards, becomes an array, too.
 * @see https://www.lua.org/manual/5.1/manual.html#2.2
 */
import type { LuaValue } from "./values.ts";

type Key = Exclude<LuaValue, undefined>;

/** Empty places of the hash that are borne before it is packed anew. */
const SPARE_PLACES = 8;
/** Keys of the hash that are gone through one by one: a Map of so few costs more than it gives. */
const MOST_SCANNED = 8;
/** What is counted for memory: a table, a place of its array, an entry of its hash. */
export const TABLE_BYTES = 200;
const PLACE_BYTES = 16;
/** Of two: the array's length behind which numbers stay in the hash (MAXBITS). */
const MOST_POWER = 26;
const ENTRY_BYTES = 100;

/** Whether it may be a key of the array. */
function isPlace(key: LuaValue): key is number {
  return typeof key === "number" && key >= 1 && key <= 2 ** MOST_POWER && Number.isInteger(key);
}

function placesOf(keys: readonly Key[]): Map<Key, number> {
  const places = new Map<Key, number>();
  keys.forEach((key, place) => Number.isNaN(key) || places.set(key, place));
  return places;
}

export class LuaTable {
  /** Tells it from all other values, where it is not known what V8 knows of them. */
  readonly isTable = true;
  metatable: LuaTable | undefined = undefined;
  /** Scripts may not write to it, nor change its metatable. */
  isReadOnly = false;
  /** By which walk over all that a script holds it was met last. */
  metBy = 0;
  /** Values of the keys 1 to its length; the last one is never nil. */
  private readonly array: LuaValue[] = [];
  /** Place of a key in `keys` and `values`, if they are many. */
  private places: Map<Key, number> | undefined = undefined;
  /** Those of the hash. A removed key keeps its place until the hash is packed, so that a traversal may remove; NaN is one that left. */
  private keys: Key[] = [];
  /** Of the keys, nil for those that were removed. */
  values: LuaValue[] = [];
  private liveCount = 0;
  /** Where a traversal was last. */
  private cursor = 0;
  /** Keys of the hash at which it grows: a power of two, as C's Lua has them. Only then numbers may move to the array. */
  private roomCount = 0;
  /** A positive whole number has come into the hash. */
  private hasNumbers = false;

  static ofList(list: readonly LuaValue[]): LuaTable {
    const table = new LuaTable();
    table.setList(0, list);
    return table;
  }

  /** A border: t[n] is not nil, t[n + 1] is. */
  get length(): number {
    return this.array.length;
  }

  get(key: LuaValue): LuaValue {
    if (typeof key === "number" && key >= 1 && key <= this.array.length) {
      const value = this.array[key - 1];
      // A fraction is no index of an array: it has no entry there.
      if (value !== undefined || Number.isInteger(key)) return value;
    }
    const place = this.place(key);
    return place < 0 ? undefined : this.values[place];
  }

  /**
   * Where the value of a text stands in `values`, -1 if the table does not know it.
   * @param hint - where it may stand
   */
  placeOf(key: string, hint: number): number {
    return this.keys[hint] === key ? hint : this.place(key);
  }

  /**
   * @param key - neither nil nor NaN: the caller has refused those
   * @returns bytes by which the table grew
   */
  set(key: Key, value: LuaValue): number {
    if (typeof key === "number") {
      const { array } = this;
      const count = array.length;
      if (key >= 1 && key <= count && Number.isInteger(key)) {
        array[key - 1] = value;
        if (value === undefined && key === count) this.trim();
        return 0;
      }
      if (key === count + 1) {
        if (value === undefined) {
          if (this.liveCount > 0) this.setHashed(key, value);
          return 0;
        }
        array.push(value);
        if (this.liveCount > 0) this.gather();
        return PLACE_BYTES;
      }
    }
    return this.setHashed(key, value) ? ENTRY_BYTES : 0;
  }

  /** Bytes of the table itself. */
  get ownBytes(): number {
    return TABLE_BYTES + PLACE_BYTES * this.array.length + ENTRY_BYTES * this.keys.length;
  }

  /** Visits every key and value that is no number. */
  visit(visitor: (value: LuaValue) => void): void {
    for (const value of this.array) if (typeof value !== "number") visitor(value);
    for (const key of this.keys) if (typeof key !== "number") visitor(key);
    for (const value of this.values) if (typeof value !== "number") visitor(value);
  }

  /**
   * A constructor's values at `offset` + 1 and behind: nils among them do not end the array, as in Lua.
   * @returns bytes by which the table grew
   */
  setList(offset: number, values: readonly LuaValue[]): number {
    const { array } = this;
    if (offset < array.length) {
      return values.reduce<number>(
        (bytes, value, index) => bytes + this.set(offset + index + 1, value),
        0,
      );
    }
    while (array.length < offset) array.push(undefined);
    for (const value of values) array.push(value);
    this.trim();
    if (this.liveCount > 0) this.gather();
    return PLACE_BYTES * values.length;
  }

  /**
   * Writes the entry that follows `key` in a traversal, the first one if that is nil, to `into[at]` and the place behind; nil behind the last.
   * A number that the table does not know counts as a key of the array that was removed.
   */
  next(key: LuaValue, into: LuaValue[], at: number): void {
    let place = 0;
    const isInArray = typeof key === "number" && key <= this.array.length && isPlace(key);
    // The hash may remember it from a time before it came to the array.
    const known = isInArray ? -1 : this.place(key);
    if (known >= 0) {
      place = known + 1;
    } else if (key === undefined || typeof key === "number") {
      for (let index = key ?? 0; index < this.array.length; index++) {
        const value = this.array[index];
        if (value === undefined) continue;
        into[at] = index + 1;
        into[at + 1] = value;
        return;
      }
    } else {
      place = this.keys.length;
    }
    while (place < this.keys.length && this.values[place] === undefined) place++;
    this.cursor = place;
    into[at] = this.keys[place];
    into[at + 1] = this.values[place];
  }

  /** Whether a traversal may go on behind this key. */
  knows(key: LuaValue): boolean {
    return key === undefined || isPlace(key) || this.place(key) >= 0;
  }

  /** Every entry, in the order of a traversal. */
  *entries(): Generator<readonly [Key, LuaValue], void> {
    for (let index = 0; index < this.array.length; index++) {
      if (this.array[index] !== undefined) yield [index + 1, this.array[index]];
    }
    for (let place = 0; place < this.keys.length; place++) {
      if (this.values[place] !== undefined) yield [this.keys[place] as Key, this.values[place]];
    }
  }

  private trim(): void {
    const { array } = this;
    while (array.length > 0 && array[array.length - 1] === undefined) array.pop();
  }

  /** Takes the keys that follow the array out of the hash. */
  private gather(): void {
    for (;;) {
      const key = this.array.length + 1;
      const place = this.place(key);
      const value = place < 0 ? undefined : this.values[place];
      if (value === undefined) return;
      // A traversal must find it in the array.
      this.values[place] = undefined;
      this.keys[place] = NaN;
      this.places?.delete(key);
      this.liveCount--;
      this.array.push(value);
    }
  }

  /** Where the key stands in the hash; -1 if it does not. */
  private place(key: LuaValue): number {
    const { places, keys, cursor } = this;
    if (cursor < keys.length && keys[cursor] === key) return cursor;
    if (places !== undefined) return key === undefined ? -1 : (places.get(key) ?? -1);
    for (let place = 0; place < keys.length; place++) if (keys[place] === key) return place;
    return -1;
  }

  /** Whether it has taken a place. */
  private setHashed(key: Key, value: LuaValue): boolean {
    const place = this.place(key);
    if (place >= 0) {
      if ((this.values[place] === undefined) !== (value === undefined)) {
        this.liveCount += value === undefined ? -1 : 1;
      }
      this.values[place] = value;
      return false;
    }
    if (value === undefined) return false;
    if (this.keys.length > 2 * this.liveCount + SPARE_PLACES) this.pack();
    this.places?.set(key, this.keys.length);
    if (this.keys.push(key) > MOST_SCANNED) this.places ??= placesOf(this.keys);
    this.values.push(value);
    this.liveCount++;
    this.hasNumbers ||= isPlace(key);
    if (this.liveCount > this.roomCount) this.grow();
    return true;
  }

  /** More keys than there is room for: gives those that belong there to the array. */
  private grow(): void {
    if (this.hasNumbers) this.fillArray();
    while (this.roomCount < this.liveCount) this.roomCount = Math.max(1, 2 * this.roomCount);
  }

  /** Takes numbers out of the hash up to the largest power of two of which more than half are keys of the table. */
  private fillArray(): void {
    const { array, keys, values } = this;
    // How many keys are above 2 ** (n - 1), up to 2 ** n.
    const counts = Array.from({ length: MOST_POWER + 1 }, () => 0);
    const count = (key: number): void => {
      const power = 32 - Math.clz32(key - 1);
      counts[power] = (counts[power] as number) + 1;
    };
    for (let index = 0; index < array.length; index++) {
      if (array[index] !== undefined) count(index + 1);
    }
    for (let place = 0; place < keys.length; place++) {
      const key = keys[place];
      if (values[place] !== undefined && isPlace(key)) count(key);
    }
    let length = 0;
    let below = 0;
    for (let power = 0; power <= MOST_POWER; power++) {
      below += counts[power] as number;
      if (below > 2 ** power / 2) length = 2 ** power;
    }
    if (length <= array.length) return;
    while (array.length < length) array.push(undefined);
    for (let place = 0; place < keys.length; place++) {
      const key = keys[place];
      const value = values[place];
      if (value === undefined || !isPlace(key) || key > length) continue;
      array[key - 1] = value;
      values[place] = undefined;
      this.liveCount--;
    }
    this.trim();
    this.pack();
    this.gather();
  }

  private pack(): void {
    const { keys, values } = this;
    this.keys = [];
    this.values = [];
    for (let place = 0; place < keys.length; place++) {
      if (values[place] === undefined) continue;
      this.keys.push(keys[place] as Key);
      this.values.push(values[place]);
    }
    this.places = this.keys.length > MOST_SCANNED ? placesOf(this.keys) : undefined;
  }
}
