/**
 * The one structure of Lua: an array from 1 without holes at its end, and a hash for all other keys. The order of a traversal is that of
 * insertion, so that it is the same on every machine.
 * @see https://www.lua.org/manual/5.1/manual.html#2.2
 */
import type { LuaValue } from "./values.ts";

type Key = Exclude<LuaValue, undefined>;

/** Empty places of the hash that are borne before it is packed anew. */
const SPARE_PLACES = 8;

export class LuaTable {
  metatable: LuaTable | undefined = undefined;
  /** Scripts may not write to it, nor change its metatable. */
  isReadOnly = false;
  /** Values of the keys 1 to its length; the last one is never nil. */
  private readonly array: LuaValue[] = [];
  /** Place of a key in `keys` and `values`. A removed key keeps its place until the hash is packed, so that a traversal may remove. */
  private places: Map<Key, number> | undefined = undefined;
  private keys: Key[] = [];
  private values: LuaValue[] = [];
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

  /** @param key - neither nil nor NaN: the caller has refused those */
  set(key: Key, value: LuaValue): void {
    if (typeof key === "number") {
      const { array } = this;
      const count = array.length;
      if (key >= 1 && key <= count && Number.isInteger(key)) {
        array[key - 1] = value;
        if (value === undefined && key === count) this.trim();
        return;
      }
      if (key === count + 1) {
        if (value === undefined) return;
        array.push(value);
        if (this.liveCount > 0) this.gather();
        return;
      }
    }
    this.setHashed(key, value);
  }

  /** A constructor's values at `offset` + 1 and behind: nils among them do not end the array, as in Lua. */
  setList(offset: number, values: readonly LuaValue[]): void {
    const { array } = this;
    if (offset < array.length) {
      values.forEach((value, index) => this.set(offset + index + 1, value));
      return;
    }
    while (array.length < offset) array.push(undefined);
    for (const value of values) array.push(value);
    this.trim();
    if (this.liveCount > 0) this.gather();
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

  private setHashed(key: Key, value: LuaValue): void {
    const place = this.places?.get(key);
    if (place !== undefined) {
      if ((this.values[place] === undefined) !== (value === undefined)) {
        this.liveCount += value === undefined ? -1 : 1;
      }
      this.values[place] = value;
      return;
    }
    if (value === undefined) return;
    if (this.keys.length > 2 * this.liveCount + SPARE_PLACES) this.pack();
    this.places ??= new Map();
    this.places.set(key, this.keys.length);
    this.keys.push(key);
    this.values.push(value);
    this.liveCount++;
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
