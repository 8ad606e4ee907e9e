/**
 * Changes of sets, as operations of a record (record.ts draws the rest). A set that becomes empty goes without a word.
 *
 *     0x30 add      key, u32 count, as many members, none of which is there: the set is made if absent
 *     0x31 remove   key, u32 count, as many members, all of which are there
 *     0x32 store    key, u8 form, u32 count, as many members: a new set in place of what was there, without deadline; form 1 says
 *                   that integers are held as any other members
 *     0x33 keep     key, u32 count, as many members, all of which are there: the others go, and these are held as in a new set;
 *                   the deadline stays
 */
import { assert } from "../../assert.ts";
import type { ByteReader } from "../../bytes/reader.ts";
import { NEVER, type Keyspace } from "../../keyspace/keyspace.ts";
import { SetValue } from "../../keyspace/values/setValue.ts";
import type { Changes } from "./changes.ts";

const operations = {
  add: 0x30,
  remove: 0x31,
  store: 0x32,
  keep: 0x33,
} as const;

/** Changes sets on a primary. Each call is one operation at most; its key holds a set, or is absent where one is made. */
export class SetEffects {
  private readonly changes: Changes;

  constructor(changes: Changes) {
    this.changes = changes;
  }

  /** Adds argv[from] and all behind it, of which there is one at least. Returns how many were not there. */
  add(key: string, argv: readonly string[], from: number): number {
    const { keyspace } = this.changes;
    const set = setOf(keyspace, key);
    const before = set.sizeBytes;
    const added: string[] = [];
    for (let index = from; index < argv.length; index++) {
      const member = argv[index] as string;
      if (set.add(member, keyspace.limits)) added.push(member);
    }
    if (added.length === 0) return 0;
    this.log(operations.add, key, added);
    keyspace.modified(key, set, before);
    return added.length;
  }

  /** Removes argv[from] and all behind it, as far as they are members of a set that is there. Returns how many were. */
  remove(key: string, argv: readonly string[], from: number): number {
    const { keyspace } = this.changes;
    const set = setOf(keyspace, key);
    const before = set.sizeBytes;
    const removed: string[] = [];
    for (let index = from; index < argv.length; index++) {
      const member = argv[index] as string;
      if (set.delete(member)) removed.push(member);
    }
    if (removed.length === 0) return 0;
    this.log(operations.remove, key, removed);
    keyspace.modified(key, set, before);
    return removed.length;
  }

  /** Puts a set that is not empty, and now the keyspace's, in the place of what is there. */
  store(key: string, set: SetValue): void {
    const { keyspace, record } = this.changes;
    record.begin(operations.store, key);
    record.writer.u8(set.encoding === "intset" ? 0 : 1);
    record.writer.u32(set.size);
    set.forEach((member) => record.writer.latin1(member));
    keyspace.set(key, set, NEVER);
    this.changes.noteChanged(key);
  }

  /** Removes all members but these, which are held as in a new set. */
  keep(key: string, members: readonly string[]): void {
    keep(this.changes.keyspace, key, members);
    this.log(operations.keep, key, members);
  }

  private log(operation: number, key: string, members: readonly string[]): void {
    const { record } = this.changes;
    record.begin(operation, key);
    record.writer.u32(members.length);
    for (const member of members) record.writer.latin1(member);
    this.changes.noteChanged(key);
  }
}

/** Carries out one operation of a record; false if it is none of a set. */
export function applySet(
  operation: number,
  key: string,
  reader: ByteReader,
  keyspace: Keyspace,
): boolean {
  switch (operation) {
    case operations.add:
    case operations.remove: {
      const set = setOf(keyspace, key);
      const before = set.sizeBytes;
      for (const member of membersOf(reader)) {
        const isChange =
          operation === operations.add ? set.add(member, keyspace.limits) : set.delete(member);
        assert(isChange, "a logged member changes its set");
      }
      keyspace.modified(key, set, before);
      return true;
    }
    case operations.store: {
      const isHashtable = reader.u8() === 1;
      const set = newSet(keyspace, membersOf(reader));
      if (isHashtable) set.forgetIntegers(keyspace.limits);
      keyspace.set(key, set, NEVER);
      return true;
    }
    case operations.keep:
      keep(keyspace, key, membersOf(reader));
      return true;
    default:
      return false;
  }
}

function membersOf(reader: ByteReader): string[] {
  const members: string[] = [];
  const count = reader.u32();
  for (let done = 0; done < count; done++) members.push(reader.latin1());
  return members;
}

function newSet(keyspace: Keyspace, members: readonly string[]): SetValue {
  const set = new SetValue();
  for (const member of members) set.add(member, keyspace.limits);
  return set;
}

function keep(keyspace: Keyspace, key: string, members: readonly string[]): void {
  keyspace.set(key, newSet(keyspace, members), keyspace.deadlineOf(key));
}

function setOf(keyspace: Keyspace, key: string): SetValue {
  return keyspace.open(key, "set", () => new SetValue());
}
