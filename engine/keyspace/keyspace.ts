/**
 * The keys of one shard with their values and deadlines. It knows no commands, no log and no clock: whether a deadline has
 * passed is decided by the primary's commands, and every deletion of an expired key is a change like any other.
 *
 * All changes, by a command or by a record of the log, go through the methods here, which tell the watchers.
 */
import { assert, must } from "../assert.ts";
import { KeyTable } from "../structures/keyTable.ts";
import { ExpiryHeap } from "./expiryHeap.ts";
import { KeyUsage } from "./keyUsage.ts";
import type { EncodingLimits } from "./limits.ts";
import { ReadyKeys } from "./readyKeys.ts";
import { ByteString } from "./values/byteString.ts";
import { copyOf, sizeOf, typeOf, type Collection, type Value, type ValueType } from "./value.ts";

/** A key that has no deadline. */
export const NEVER: number = Infinity;

/** Approximate bytes of a key's entry beside key and value. */
export const ENTRY_BYTES = 48;

/** Approximate bytes of a key's deadline. */
export const DEADLINE_BYTES = 48;

const SAMPLED_DEADLINES = 1000;

/** A key that goes at a time, which the heap knows. */
interface Deadline {
  readonly key: string;
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

/** Who is told of what happens to keys, beside their watchers; shared by all databases of a node. */
export interface KeyEvents {
  /** A key that was absent has come into being; its value is not filled yet. */
  made: ((database: number, key: string) => void) | undefined;
  /** A key that was deleted only because it gets another value: no new key. */
  replacedKey: string | undefined;
  /** A key is no longer what it was: told wherever watchers are. */
  changed: ((key: string) => void) | undefined;
  /** Every key of some database is gone, or another one. */
  changedAll: (() => void) | undefined;
  /** Keys that clients wait for. */
  readonly ready: ReadyKeys;
}

/** Nobody is told of anything. */
export function noEvents(ready: ReadyKeys = new ReadyKeys()): KeyEvents {
  return {
    made: undefined,
    replacedKey: undefined,
    changed: undefined,
    changedAll: undefined,
    ready,
  };
}

export class Keyspace {
  /** Its number among the databases. */
  readonly database: number;
  readonly limits: EncodingLimits;
  private readonly events: KeyEvents;
  private table: KeyTable<Value>;
  private deadlines: KeyTable<Deadline>;
  private expiring: ExpiryHeap<Deadline> = new ExpiryHeap<Deadline>();
  private readonly watches = new Map<string, Watch[]>();
  private dataBytes = 0;

  constructor(
    database: number,
    limits: EncodingLimits,
    events: KeyEvents = noEvents(),
    usage: KeyUsage = new KeyUsage(),
  ) {
    this.table = new KeyTable<Value>(limits.hash, usage);
    this.deadlines = new KeyTable<Deadline>(limits.hash);
    this.database = database;
    this.limits = limits;
    this.events = events;
  }

  get size(): number {
    return this.table.size;
  }

  /** Keys with a deadline. */
  get expiringCount(): number {
    return this.expiring.size;
  }

  /** Approximate bytes of all keys, values and deadlines. */
  get usedBytes(): number {
    return this.dataBytes + this.table.size * ENTRY_BYTES + this.expiring.size * DEADLINE_BYTES;
  }

  /** Mean time until the deadlines of about a thousand keys, which stand for all; 0 without any. */
  meanTimeToLiveMs(unixMs: number): number {
    return Math.max(0, this.expiring.meanDeadline(SAMPLED_DEADLINES) - unixMs);
  }

  /** The earliest deadline, NEVER if there is none. */
  get nextExpiryUnixMs(): number {
    const { first } = this.expiring;
    return first === undefined ? NEVER : this.expiring.deadlineOf(first);
  }

  /** The key with the earliest deadline. */
  get nextExpiring(): string | undefined {
    return this.expiring.first?.key;
  }

  /** The value of a key, also if its deadline has passed. */
  get(key: string): Value | undefined {
    return this.table.get(key);
  }

  /** The same for who uses the key, which is noted; see keyUsage.ts. */
  use(key: string): Value | undefined {
    return this.table.use(key);
  }

  /** What keyUsage.ts keeps of a key; undefined if it is absent. */
  usageOf(key: string): number | undefined {
    return this.table.stampOf(key);
  }

  /** Says when and how often a key that is there was used. */
  setUsage(key: string, stamp: number): void {
    this.table.setStamp(key, stamp);
  }

  /** Unix milliseconds, NEVER if the key has no deadline or is absent. */
  deadlineOf(key: string): number {
    if (this.expiring.size === 0) return NEVER;
    const deadline = this.deadlines.get(key);
    return deadline === undefined ? NEVER : this.expiring.deadlineOf(deadline);
  }

  /** Gives a key this value and deadline, whatever it held. */
  set(key: string, value: Value, expireAtUnixMs: number): void {
    this.put(key, value);
    this.setDeadline(key, expireAtUnixMs);
    this.tellWatchers(key);
  }

  /** The same as if the key had been absent: whoever waits for one to come into being learns of this one. */
  replace(key: string, value: Value, expireAtUnixMs: number): void {
    this.delete(key);
    this.set(key, value, expireAtUnixMs);
  }

  /**
   * The collection of a key, made if absent. Callers have checked the type, and end each change with `modified`; one that
   * was made stays only if it is filled.
   */
  open<T extends Collection>(key: string, type: ValueType, make: (limits: EncodingLimits) => T): T {
    const present = this.table.get(key);
    if (present !== undefined) {
      assert(typeOf(present) === type, () => `${type} expected, the key holds another type`);
      return present as T;
    }
    const made = make(this.limits);
    this.put(key, made);
    return made;
  }

  /**
   * A collection was changed that held `bytesBefore`: an empty one goes, and watchers are told. Who waits for a key waits for
   * one to come into being, save for streams, which may grow.
   */
  modified(key: string, collection: Collection, bytesBefore: number): void {
    this.dataBytes += collection.sizeBytes - bytesBefore;
    if (collection.isEmpty) {
      this.delete(key);
      return;
    }
    if (collection.type === "stream") this.wake(key, "stream");
    this.tellWatchers(key);
  }

  /** The same where entries were taken from a stream, which goes on: for that nobody waits. */
  diminished(key: string, collection: Collection, bytesBefore: number): void {
    this.dataBytes += collection.sizeBytes - bytesBefore;
    this.tellWatchers(key);
  }

  /** The same for what Redis keeps from watchers too, such as what the consumers of a stream have acknowledged. */
  resized(collection: Collection, bytesBefore: number): void {
    this.dataBytes += collection.sizeBytes - bytesBefore;
  }

  /** Clients that wait for a key look at it once more, although its value is as it was for watchers. */
  wake(key: string, type: ValueType): void {
    this.events.ready.signal(this, key, type);
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
    const present = this.table.get(key);
    if (typeof present !== "string") {
      const value = this.open(key, "string", () => new ByteString(""));
      value.encoding = "raw";
      return value;
    }
    const value = new ByteString(present);
    this.put(key, value);
    return value;
  }

  /** Sets (or with NEVER takes away) the deadline of a key that is there. */
  expire(key: string, expireAtUnixMs: number): void {
    assert(this.table.has(key), "a deadline needs a key");
    this.setDeadline(key, expireAtUnixMs);
    this.tellWatchers(key);
  }

  /** False if the key was absent. */
  delete(key: string): boolean {
    const value = this.table.delete(key);
    if (value === undefined) return false;
    this.dataBytes -= key.length + sizeOf(value);
    this.setDeadline(key, NEVER);
    if (typeOf(value) === "stream") this.wake(key, "stream");
    this.tellWatchers(key);
    return true;
  }

  /** Moves value, deadline and usage of a key that is there to another name, replacing what is there. */
  rename(from: string, to: string): void {
    const value = must(this.table.get(from), "a key that is renamed");
    const usage = must(this.table.stampOf(from), "a key that is renamed");
    const expireAtUnixMs = this.deadlineOf(from);
    this.delete(from);
    this.replace(to, value, expireAtUnixMs);
    this.table.setStamp(to, usage);
  }

  /** Copies value and deadline of a key that is there to another name, replacing what is there. */
  copy(from: string, to: string): void {
    const value = must(this.table.get(from), "a key that is copied");
    this.replace(to, copyOf(value), this.deadlineOf(from));
  }

  /** Moves a key that is there to another database, where it is not. */
  moveTo(target: Keyspace, key: string): void {
    const value = must(this.table.get(key), "a key that is moved");
    const usage = must(this.table.stampOf(key), "a key that is moved");
    const expireAtUnixMs = this.deadlineOf(key);
    this.delete(key);
    target.set(key, value, expireAtUnixMs);
    target.table.setStamp(key, usage);
  }

  /** Copies value and deadline of a key that is there to a name of another database, replacing what is there. */
  copyTo(target: Keyspace, from: string, to: string): void {
    const value = must(this.table.get(from), "a key that is copied");
    target.replace(to, copyOf(value), this.deadlineOf(from));
  }

  /**
   * Exchanges all keys with another database. Who watches or waits for a key stays where it is and learns of the change, unless the key is
   * absent or expired before and after; `unixMs` is the time of whoever decides that, -Infinity if nobody may.
   */
  swapWith(other: Keyspace, unixMs: number): void {
    this.tellOfSwap(other, unixMs);
    other.tellOfSwap(this, unixMs);
    const { table, deadlines, expiring, dataBytes } = this;
    this.table = other.table;
    this.deadlines = other.deadlines;
    this.expiring = other.expiring;
    this.dataBytes = other.dataBytes;
    other.table = table;
    other.deadlines = deadlines;
    other.expiring = expiring;
    other.dataBytes = dataBytes;
  }

  private tellOfSwap(other: Keyspace, unixMs: number): void {
    for (const key of this.events.ready.awaitedIn(this)) {
      const before = this.table.get(key);
      const after = other.table.get(key);
      if (after !== undefined) this.wake(key, typeOf(after));
      if (before !== undefined && typeOf(before) === "stream") this.wake(key, "stream");
    }
    for (const [key, watches] of this.watches) {
      const isThereBefore = this.table.has(key);
      const isThereAfter = other.table.has(key);
      if (!isThereBefore && !isThereAfter) continue;
      const isExpiredAfter = isThereAfter && other.deadlineOf(key) < unixMs;
      for (const watch of watches) {
        const wasNothing = watch.wasExpired || !isThereBefore;
        if (wasNothing && (isExpiredAfter || !isThereAfter)) watch.wasExpired = isExpiredAfter;
        else watch.owner.onWatchedKeyChanged();
      }
    }
  }

  /** Gives every key the same value in another form, of which nobody is told. */
  holdAnew(anew: (value: Value) => Value): void {
    const values: [string, Value][] = [];
    this.table.forEach((key, value) => values.push([key, value]));
    for (const [key, value] of values) {
      const held = anew(value);
      this.dataBytes += sizeOf(held) - sizeOf(value);
      this.table.exchange(key, held);
    }
  }

  /** Removes every key; watchers of keys that were there learn of it. */
  flush(): void {
    for (const key of this.events.ready.awaitedIn(this)) {
      const value = this.table.get(key);
      if (value !== undefined && typeOf(value) === "stream") this.wake(key, "stream");
    }
    for (const [key, watches] of this.watches) {
      if (!this.table.has(key)) continue;
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

  /** Visits every key; the keyspace must not change meanwhile. */
  forEach(visit: (key: string, value: Value, expireAtUnixMs: number) => void): void {
    this.table.forEach((key, value) => visit(key, value, this.deadlineOf(key)));
  }

  /** One step of a scan over about `count` keys, with the guarantee of KeyTable.scan. */
  scan(cursor: number, count: number, visit: (key: string, value: Value) => void): number {
    return this.table.scan(cursor, count, visit);
  }

  randomKey(random: () => number): string | undefined {
    return this.table.randomKey(random);
  }

  /** The same among the keys that have a deadline. */
  randomExpiringKey(random: () => number): string | undefined {
    return this.deadlines.randomKey(random);
  }

  /** Visits `draws` keys drawn by `random`, with what keyUsage.ts keeps of them; the same one may come twice. */
  sample(random: () => number, draws: number, visit: (key: string, usage: number) => void): void {
    this.table.sample(random, draws, visit);
  }

  /** The same among the keys that have a deadline. */
  sampleExpiring(
    random: () => number,
    draws: number,
    visit: (key: string, usage: number) => void,
  ): void {
    this.deadlines.sample(random, draws, (key) =>
      visit(key, must(this.table.stampOf(key), "a key that has a deadline")),
    );
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

  private put(key: string, value: Value): void {
    const before = this.table.exchange(key, value);
    if (before === undefined) {
      this.dataBytes += key.length + sizeOf(value);
      this.events.made?.(this.database, key);
      if (key !== this.events.replacedKey) this.wake(key, typeOf(value));
    } else {
      this.dataBytes += sizeOf(value) - sizeOf(before);
      if (typeOf(before) === "stream") this.wake(key, "stream");
    }
  }

  private setDeadline(key: string, expireAtUnixMs: number): void {
    if (expireAtUnixMs === NEVER && this.expiring.size === 0) return;
    const present = this.deadlines.get(key);
    if (expireAtUnixMs === NEVER) {
      if (present === undefined) return;
      this.deadlines.delete(key);
      this.expiring.remove(present);
    } else if (present === undefined) {
      const made = { key, heapIndex: -1 };
      this.deadlines.exchange(key, made);
      this.expiring.add(made, expireAtUnixMs);
    } else {
      this.expiring.move(present, expireAtUnixMs);
    }
  }

  private tellWatchers(key: string): void {
    this.events.changed?.(key);
    if (this.watches.size === 0) return;
    const watches = this.watches.get(key);
    if (watches === undefined) return;
    const isAbsent = !this.table.has(key);
    for (const watch of watches) {
      if (watch.wasExpired && isAbsent) watch.wasExpired = false;
      else watch.owner.onWatchedKeyChanged();
    }
  }

  private clear(): void {
    this.table.clear();
    this.deadlines.clear();
    this.expiring.clear();
    this.dataBytes = 0;
  }
}
