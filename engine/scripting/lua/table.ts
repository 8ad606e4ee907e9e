/**
 * The one structure of Lua: an array from 1 without holes at its end, and a hash for all other keys. The order of a traversal is that of
 * insertion, so that it is the same on every machine.
 * @see https://www.lua.org/manual/5.1/manual.html#2.2
 */
import type { LuaValue } from "./values.ts";

type Key = Exclude<LuaValue, undefined>;

/** Empty places of the hash that are borne before it is packed anew. */
const SPARE_PLACES = 8;
/** What is counted for memory: a table, a place of its array, an entry of its hash. */
export const TABLE_BYTES = 200;
const PLACE_BYTES = 16;
const ENTRY_BYTES = 100;

export class LuaTable {
  metatable: LuaTable | undefined = undefined;
  /** Scripts may not write to it, nor change its metatable. */
  isReadOnly = false;
  /** By which walk over all that a script holds it was met last. */
  metBy = 0;
  /** Values of the keys 1 to its length; the last one is never nil. */
  private readonly array: LuaValue[] = [];
  /** Place of a key in `keys` and `values`. A removed key keeps its place until the hash is packed, so that a traversal may remove. */
  private places: Map<Key, number> | undefined = undefined;
  private keys: Key[] = [];
  /** Of the keys, nil for those that were removed. */
  values: LuaValue[] = [];
  private liveCount = 0;

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
    if (this.places === undefined || key === undefined) return undefined;
    const place = this.places.get(key);
    return place === undefined ? undefined : this.values[place];
  }

  /**
   * Where the value of a text stands in `values`, -1 if the table does not know it.
   * @param hint - where it may stand
   */
  placeOf(key: string, hint: number): number {
    return this.keys[hint] === key ? hint : (this.places?.get(key) ?? -1);
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
    const known = key === undefined ? undefined : this.places?.get(key);
    if (known !== undefined) {
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
    into[at] = this.keys[place];
    into[at + 1] = this.values[place];
  }

  /** Whether a traversal may go on behind this key. */
  knows(key: LuaValue): boolean {
    return key === undefined || typeof key === "number" || this.places?.has(key) === true;
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
      const place = this.places?.get(key);
      const value = place === undefined ? undefined : this.values[place];
      if (value === undefined) return;
      // It leaves no place behind: a traversal must find it in the array.
      this.setHashed(key, undefined);
      this.places?.delete(key);
      this.array.push(value);
    }
  }

  /** Whether it has taken a place. */
  private setHashed(key: Key, value: LuaValue): boolean {
    const place = this.places?.get(key);
    if (place !== undefined) {
      if ((this.values[place] === undefined) !== (value === undefined)) {
        this.liveCount += value === undefined ? -1 : 1;
      }
      this.values[place] = value;
      return false;
    }
    if (value === undefined) return false;
    if (this.keys.length > 2 * this.liveCount + SPARE_PLACES) this.pack();
    this.places ??= new Map();
    this.places.set(key, this.keys.length);
    this.keys.push(key);
    this.values.push(value);
    this.liveCount++;
    return true;
  }

  private pack(): void {
    const { keys, values } = this;
    this.places = new Map();
    this.keys = [];
    this.values = [];
    for (let place = 0; place < keys.length; place++) {
      if (values[place] === undefined) continue;
      this.places.set(keys[place] as Key, this.keys.length);
      this.keys.push(keys[place] as Key);
      this.values.push(values[place]);
    }
  }
}
