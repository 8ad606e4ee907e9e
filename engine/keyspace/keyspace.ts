/**
 * The keys of one shard with their values and deadlines. It knows no commands, no log and no clock: whether a deadline has
 * passed is decided by the primary's commands, and every deletion of an expired key is a change like any other.
 *
 * All changes, by a command or by a record of the log, go through the methods here, which tell the watchers.
 */
import { assert } from "../assert.ts";
import { HashTable, hashOf } from "../structures/hashTable.ts";
import { ExpiryHeap } from "./expiryHeap.ts";
import type { EncodingLimits } from "./limits.ts";
import { ByteString } from "./values/byteString.ts";
import { copyOf, sizeOf, typeOf, type Collection, type Value, type ValueType } from "./value.ts";

/** A key that has no deadline. */
export const NEVER: number = Infinity;

/** Approximate bytes of a key's entry beside key and value. */
const ENTRY_BYTES = 96;

/** One key. Only the keyspace changes it. */
export interface KeyEntry {
  readonly key: string;
  readonly hash: number;
  next: KeyEntry | undefined;
  value: Value;
  /** Unix milliseconds, or NEVER. */
  expireAtUnixMs: number;
  heapIndex: number;
}

/** A client's interest in one key (WATCH). */
export interface Watch {
  readonly key: string;
  readonly keyspace: Keyspace;
  /** The key's deadline had passed when it was watched: its deletion is no change then. */
  wasExpired: boolean;
  /** Told at each change of the key that counts; must not change the watches meanwhile. */
  readonly owner: { onWatchedKeyChanged(): void };
}

export class Keyspace {
  /** Its number among the databases. */
  readonly database: number;
  readonly limits: EncodingLimits;
  private readonly table: HashTable<KeyEntry> = new HashTable<KeyEntry>();
  private readonly expiring: ExpiryHeap<KeyEntry> = new ExpiryHeap<KeyEntry>();
  private readonly watches = new Map<string, Watch[]>();
  private dataBytes = 0;

  constructor(database: number, limits: EncodingLimits) {
    this.database = database;
    this.limits = limits;
  }

  get size(): number {
    return this.table.size;
  }

  /** Keys with a deadline. */
  get expiringCount(): number {
    return this.expiring.size;
  }

  /** Approximate bytes of all keys and values. */
  get usedBytes(): number {
    return this.dataBytes + this.table.size * ENTRY_BYTES;
  }

  /** The earliest deadline, NEVER if there is none. */
  get nextExpiryUnixMs(): number {
    return this.expiring.first?.expireAtUnixMs ?? NEVER;
  }

  /** The entry with the earliest deadline. */
  get nextExpiring(): KeyEntry | undefined {
    return this.expiring.first;
  }

  /** The entry of a key, also if its deadline has passed. */
  get(key: string): KeyEntry | undefined {
    return this.table.get(key);
  }

  /** Gives a key this value and deadline, whatever it held. */
  set(key: string, value: Value, expireAtUnixMs: number): void {
    const hash = hashOf(key);
    let entry = this.table.get(key, hash);
    if (entry === undefined) {
      entry = newEntry(key, hash, value);
      this.dataBytes += key.length + sizeOf(value);
      this.table.add(entry);
    } else {
      this.replaceValue(entry, value);
    }
    this.setDeadline(entry, expireAtUnixMs);
    this.changed(key);
  }

  /**
   * The collection of a key, made if absent. Callers have checked the type, and end each change with `modified`; one that
   * was made stays only if it is filled.
   */
  open<T extends Collection>(key: string, type: ValueType, make: (limits: EncodingLimits) => T): T {
    const present = this.table.get(key);
    if (present !== undefined) {
      assert(typeOf(present.value) === type, () => `${type} expected, the key holds another type`);
      return present.value as T;
    }
    const made = make(this.limits);
    const entry = newEntry(key, hashOf(key), made);
    this.dataBytes += key.length + made.sizeBytes;
    this.table.add(entry);
    return made;
  }

  /** A collection was changed that held `bytesBefore`: an empty one goes, and watchers are told. */
  modified(key: string, collection: Collection, bytesBefore: number): void {
    this.dataBytes += collection.sizeBytes - bytesBefore;
    if (!collection.isEmpty) this.changed(key);
    else this.delete(key);
  }

  /** The same for a change that Redis keeps from watchers, such as what the consumers of a stream have acknowledged. */
  resized(collection: Collection, bytesBefore: number): void {
    this.dataBytes += collection.sizeBytes - bytesBefore;
  }

  /** Appends to the string of a key, making it if absent; keeps the deadline. Returns the new length. */
  append(key: string, suffix: string): number {
    if (this.table.get(key) === undefined) {
      this.set(key, suffix, NEVER);
      return suffix.length;
    }
    return this.edit(key, (value) => value.append(suffix));
  }

  /** Overwrites the string of a key from `offset` on, padding with zero bytes; keeps the deadline. Returns the new length. */
  setRange(key: string, offset: number, bytes: string): number {
    return this.edit(key, (value) => value.setRange(offset, bytes));
  }

  /** Changes the string of a key in place, which is empty at first if absent; keeps the deadline. Returns the new length. */
  edit(key: string, change: (value: ByteString) => void): number {
    const value = this.changeable(key);
    const bytesBefore = value.sizeBytes;
    change(value);
    this.modified(key, value, bytesBefore);
    return value.length;
  }

  /** The string of a key, from now on in the form that can be changed in place; made if absent. */
  changeable(key: string): ByteString {
    const entry = this.table.get(key);
    if (entry === undefined || typeof entry.value !== "string") {
      return this.open(key, "string", () => new ByteString(""));
    }
    const value = new ByteString(entry.value);
    this.replaceValue(entry, value);
    return value;
  }

  /** Sets (or with NEVER takes away) the deadline of a key that is there. */
  expire(key: string, expireAtUnixMs: number): void {
    const entry = this.table.get(key);
    assert(entry !== undefined, "a deadline needs a key");
    this.setDeadline(entry, expireAtUnixMs);
    this.changed(key);
  }

  /** False if the key was absent. */
  delete(key: string): boolean {
    const entry = this.table.remove(key);
    if (entry === undefined) return false;
    this.dataBytes -= key.length + sizeOf(entry.value);
    if (entry.heapIndex >= 0) this.expiring.remove(entry);
    this.changed(key);
    return true;
  }

  /** Moves value and deadline of a key that is there to another name, replacing what is there. */
  rename(from: string, to: string): void {
    const entry = this.table.get(from);
    assert(entry !== undefined, "a key that is renamed must exist");
    const { value, expireAtUnixMs } = entry;
    this.delete(from);
    this.putMoved(to, value, expireAtUnixMs);
  }

  /** Copies value and deadline of a key that is there to another name, replacing what is there. */
  copy(from: string, to: string): void {
    const entry = this.table.get(from);
    assert(entry !== undefined, "a key that is copied must exist");
    this.putMoved(to, copyOf(entry.value), entry.expireAtUnixMs);
  }

  /** Removes every key; watchers of keys that were there learn of it. */
  flush(): void {
    for (const [key, watches] of this.watches) {
      if (this.table.get(key) === undefined) continue;
      for (const watch of watches) {
        if (watch.wasExpired) watch.wasExpired = false;
        else watch.owner.onWatchedKeyChanged();
      }
    }
    this.clear();
  }

  /** Forgets everything, as a primary must that was fenced: no watched key can be trusted to be unchanged. */
  discard(): void {
    for (const watches of this.watches.values()) {
      for (const watch of watches) watch.owner.onWatchedKeyChanged();
    }
    this.clear();
  }

  /** Visits every entry; the keyspace must not change meanwhile. */
  forEach(visit: (entry: KeyEntry) => void): void {
    this.table.forEach(visit);
  }

  /** One step of a scan with the guarantee of HashTable.scan. */
  scan(cursor: number, visit: (entry: KeyEntry) => void): number {
    return this.table.scan(cursor, visit);
  }

  randomEntry(random: () => number): KeyEntry | undefined {
    return this.table.randomNode(random);
  }

  watch(watch: Watch): void {
    const present = this.watches.get(watch.key);
    if (present === undefined) this.watches.set(watch.key, [watch]);
    else present.push(watch);
  }

  unwatch(watch: Watch): void {
    const present = this.watches.get(watch.key);
    if (present === undefined) return;
    const index = present.indexOf(watch);
    if (index >= 0) present.splice(index, 1);
    if (present.length === 0) this.watches.delete(watch.key);
  }

  private putMoved(key: string, value: Value, expireAtUnixMs: number): void {
    this.delete(key);
    const entry = newEntry(key, hashOf(key), value);
    this.dataBytes += key.length + sizeOf(value);
    this.table.add(entry);
    this.setDeadline(entry, expireAtUnixMs);
    this.changed(key);
  }

  private replaceValue(entry: KeyEntry, value: Value): void {
    this.dataBytes += sizeOf(value) - sizeOf(entry.value);
    entry.value = value;
  }

  private setDeadline(entry: KeyEntry, expireAtUnixMs: number): void {
    if (entry.expireAtUnixMs === expireAtUnixMs) return;
    entry.expireAtUnixMs = expireAtUnixMs;
    if (expireAtUnixMs === NEVER) this.expiring.remove(entry);
    else if (entry.heapIndex >= 0) this.expiring.moved(entry);
    else this.expiring.add(entry);
  }

  private changed(key: string): void {
    if (this.watches.size === 0) return;
    const watches = this.watches.get(key);
    if (watches === undefined) return;
    const isAbsent = this.table.get(key) === undefined;
    for (const watch of watches) {
      if (watch.wasExpired && isAbsent) watch.wasExpired = false;
      else watch.owner.onWatchedKeyChanged();
    }
  }

  private clear(): void {
    this.table.clear();
    this.expiring.clear();
    this.dataBytes = 0;
  }
}

function newEntry(key: string, hash: number, value: Value): KeyEntry {
  return {
    key,
    hash,
    next: undefined,
    value,
    expireAtUnixMs: NEVER,
    heapIndex: -1,
  };
}
