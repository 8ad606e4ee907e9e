/**
 * What a shard's keyspace must hold after each position: the fold of its log by an interpreter of the checkers' own, which
 * borrows from the engine what a change of a collection makes of it. It keeps a digest of every position, so that a sample of any node at any position can be compared.
 */
import { EngineKeyspace } from "../models/engineKeyspace.ts";
import type { Change } from "./effectsRecord.ts";
import type { StoredEntry } from "./logDisks.ts";

export interface FoldedValue {
  /** The bytes of a string; the payload of DUMP of anything else, without its footer. */
  readonly value: string;
  /** Unix ms; 0: none. */
  readonly deadline: number;
}

/** Sums of two hashes over all keys, so that one key's change costs one key's hash and the order of keys is free. */
export class KeyspaceDigest {
  a = 0;
  b = 0;
  private hashA = 0;
  private hashB = 0;

  add(key: string, value: string, deadline: number): void {
    this.hash(key, value, deadline);
    this.a = (this.a + this.hashA) >>> 0;
    this.b = (this.b + this.hashB) >>> 0;
  }

  remove(key: string, value: string, deadline: number): void {
    this.hash(key, value, deadline);
    this.a = (this.a - this.hashA) >>> 0;
    this.b = (this.b - this.hashB) >>> 0;
  }

  /** Both hashes in one pass: the processor works on the two chains of multiplications at the same time. */
  private hash(key: string, value: string, deadline: number): void {
    let a = 0x811c9dc5;
    let b = 0x9e3779b9;
    for (let index = 0; index < key.length; index++) {
      const char = key.charCodeAt(index);
      a = Math.imul(a ^ char, PRIME);
      b = Math.imul(b ^ char, PRIME);
    }
    a = Math.imul(a ^ 0x100, PRIME);
    b = Math.imul(b ^ 0x100, PRIME);
    for (let index = 0; index < value.length; index++) {
      const char = value.charCodeAt(index);
      a = Math.imul(a ^ char, PRIME);
      b = Math.imul(b ^ char, PRIME);
    }
    this.hashA = finished(Math.imul(a ^ (deadline % 4294967296), PRIME));
    this.hashB = finished(Math.imul(b ^ (deadline % 4294967296), PRIME));
  }
}

const PRIME = 0x01000193;

function finished(state: number): number {
  return Math.imul(state ^ (state >>> 15), 0x85ebca6b) >>> 0;
}

/** In front of a library's name where keys stand: no key can begin so, since keys are bytes. */
export const LIBRARY_MARK = "\u0100";
/** The same in front of a user's name. */
export const USER_MARK = "\u0101";

const BORROWED: ReadonlySet<Change["operation"]> = new Set([
  "restore",
  "moveElement",
  "collection",
]);

export interface KeyCounts {
  readonly size: number;
  /** How many of them had a deadline, and so may not have been shown any more. */
  readonly mortal: number;
}

const NO_COUNTS: readonly KeyCounts[] = [];

export class Fold {
  /** The newest position folded in. */
  position = 0;
  private readonly values: Map<string, FoldedValue> = new Map();
  private readonly digest: KeyspaceDigest = new KeyspaceDigest();
  /** Index = position. */
  private readonly digestsA: number[] = [0];
  private readonly digestsB: number[] = [0];
  private readonly counts: (readonly KeyCounts[])[] = [[{ size: 0, mortal: 0 }]];
  private mortal = 0;
  /** Source texts of libraries of functions by name. */
  readonly libraries: Map<string, string> = new Map();
  /** The newest change of each user that the log tells, deletions too, as its bytes. */
  readonly users: Map<string, string> = new Map();
  private readonly lent: EngineKeyspace = new EngineKeyspace();

  /** The next entry in committed order, record by record. Throws Error on a record that cannot be applied. */
  apply(stored: StoredEntry, applied: (record: readonly Change[]) => void = () => {}): void {
    const { entry } = stored;
    if (entry === undefined) return;
    const counts: KeyCounts[] = [];
    for (const record of stored.records) {
      for (const change of record) {
        // Own interpretation first, where there is one: its words on what cannot be are better.
        const isBorrowed = BORROWED.has(change.operation);
        if (isBorrowed) this.lent.apply(change.bytes);
        this.applyChange(change);
        if (!isBorrowed) this.lent.apply(change.bytes);
      }
      applied(record);
      counts.push(this.counted());
    }
    if (counts.length === 0) counts.push(this.counted());
    this.position = entry.position;
    this.digestsA[this.position] = this.digest.a;
    this.digestsB[this.position] = this.digest.b;
    this.counts[this.position] = counts;
  }

  /** Whether a keyspace with this digest is the right one at a position that was folded in. */
  matches(position: number, digest: KeyspaceDigest): boolean {
    return this.digestsA[position] === digest.a && this.digestsB[position] === digest.b;
  }

  /** How many keys there were behind each record of a position that was folded in; one count for an entry of another kind. */
  countsAt(position: number): readonly KeyCounts[] {
    return this.counts[position] ?? NO_COUNTS;
  }

  get(key: string): FoldedValue | undefined {
    return this.values.get(key);
  }

  keys(): IterableIterator<string> {
    return this.values.keys();
  }

  private counted(): KeyCounts {
    return { size: this.values.size, mortal: this.mortal };
  }

  private applyChange(change: Change): void {
    const { key, text } = change;
    const held = this.values.get(key);
    switch (change.operation) {
      case "set":
        return this.put(key, text, change.number);
      case "append":
        return this.put(key, (held?.value ?? "") + text, held?.deadline ?? 0);
      case "setRange": {
        const before = (held?.value ?? "").padEnd(change.number, "\0");
        const value =
          before.slice(0, change.number) + text + before.slice(change.number + text.length);
        return this.put(key, value, held?.deadline ?? 0);
      }
      case "expire":
        return this.put(key, mustHold(held, change).value, change.number);
      case "persist":
        return this.put(key, mustHold(held, change).value, 0);
      case "delete":
        mustHold(held, change);
        return this.drop(key);
      case "rename": {
        const { value, deadline } = mustHold(held, change);
        this.drop(key);
        return this.put(text, value, deadline);
      }
      case "copy": {
        const { value, deadline } = mustHold(held, change);
        return this.put(text, value, deadline);
      }
      case "unshare":
        mustHold(held, change);
        return;
      case "restore":
      case "collection":
        return this.borrow(key);
      case "moveElement":
        mustHold(held, change);
        this.borrow(key);
        if (text !== key) this.borrow(text);
        return;
      case "flush":
        for (const name of this.values.keys()) this.drop(name);
        return;
      case "library":
        this.dropLibrary(key);
        this.libraries.set(key, text);
        return this.digest.add(LIBRARY_MARK + key, text, 0);
      case "dropLibrary":
        if (!this.libraries.has(key)) throw new Error(`a logged deletion finds no library ${key}`);
        return this.dropLibrary(key);
      case "dropLibraries":
        for (const name of this.libraries.keys()) this.dropLibrary(name);
        return;
      case "user":
        this.changeUser(key, text);
    }
  }

  /** What is there is what the engine makes of it. */
  private borrow(key: string): void {
    const found = this.lent.get(key);
    if (found === undefined) this.drop(key);
    else this.put(key, found.value, found.deadline);
  }

  private put(key: string, value: string, deadline: number): void {
    this.drop(key);
    this.values.set(key, { value, deadline });
    if (deadline !== 0) this.mortal++;
    this.digest.add(key, value, deadline);
  }

  private dropLibrary(name: string): void {
    const code = this.libraries.get(name);
    if (code === undefined) return;
    this.digest.remove(LIBRARY_MARK + name, code, 0);
    this.libraries.delete(name);
  }

  /** The higher version holds, of equal ones that of the higher shard (PROTOCOL rule 25). */
  private changeUser(name: string, change: string): void {
    const known = this.users.get(name);
    if (known !== undefined && rankOf(change) <= rankOf(known)) return;
    if (known !== undefined) this.digest.remove(USER_MARK + name, known, 0);
    this.digest.add(USER_MARK + name, change, 0);
    this.users.set(name, change);
  }

  private drop(key: string): void {
    const held = this.values.get(key);
    if (held === undefined) return;
    this.digest.remove(key, held.value, held.deadline);
    if (held.deadline !== 0) this.mortal--;
    this.values.delete(key);
  }
}

/** A number for version and shard, in which a change begins: eight bytes and four, the low ones first. Versions of a run are small. */
function rankOf(change: string): number {
  const at = (index: number): number => change.charCodeAt(index);
  const version = at(0) + at(1) * 256 + at(2) * 65_536;
  return version * 65_536 + at(8) + at(9) * 256;
}

function mustHold(held: FoldedValue | undefined, change: Change): FoldedValue {
  if (held === undefined) {
    throw new Error(
      `a logged ${change.operation} of ${JSON.stringify(change.key)} finds no such key`,
    );
  }
  return held;
}
