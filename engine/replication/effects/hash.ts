/**
 * Changes of hashes, as operations of a record (record.ts draws the rest). A hash that becomes empty goes without a word.
 *
 *     0x20 set      key, u32 count, as many pairs of a field and its value: the hash is made if absent
 *     0x21 delete   key, u32 count, as many fields, all of which are there
 */
import { assert } from "../../assert.ts";
import type { ByteReader } from "../../bytes/reader.ts";
import type { Keyspace } from "../../keyspace/keyspace.ts";
import { HashValue } from "../../keyspace/values/hashValue.ts";
import type { Changes } from "./changes.ts";

const operations = {
  set: 0x20,
  delete: 0x21,
} as const;

/** Changes hashes on a primary. Each call is one operation; its key holds a hash, or is absent where one is made. */
export class HashEffects {
  private readonly changes: Changes;

  constructor(changes: Changes) {
    this.changes = changes;
  }

  /** Sets one field. */
  set(key: string, field: string, value: string): void {
    this.setPairs(key, [field, value], 0);
  }

  /** Sets argv[from] to argv[from + 1], and so on. Returns how many fields are new. */
  setPairs(key: string, argv: readonly string[], from: number): number {
    const { keyspace, record } = this.changes;
    record.begin(operations.set, key);
    record.writer.u32((argv.length - from) / 2);
    const hash = hashOf(keyspace, key);
    const before = hash.sizeBytes;
    let made = 0;
    for (let index = from; index < argv.length; index += 2) {
      const field = argv[index] as string;
      const value = argv[index + 1] as string;
      record.writer.latin1(field);
      record.writer.latin1(value);
      if (hash.set(field, value, keyspace.limits)) made++;
    }
    keyspace.modified(key, hash, before);
    this.changes.noteChanged(key);
    return made;
  }

  /** Deletes argv[from] and all behind it, as far as they are fields of a hash that is there. Returns how many were. */
  delete(key: string, argv: readonly string[], from: number): number {
    const { keyspace, record } = this.changes;
    const hash = hashOf(keyspace, key);
    const before = hash.sizeBytes;
    const deleted: string[] = [];
    for (let index = from; index < argv.length; index++) {
      const field = argv[index] as string;
      if (hash.delete(field)) deleted.push(field);
    }
    if (deleted.length === 0) return 0;
    record.begin(operations.delete, key);
    record.writer.u32(deleted.length);
    for (const field of deleted) record.writer.latin1(field);
    keyspace.modified(key, hash, before);
    this.changes.noteChanged(key);
    return deleted.length;
  }
}

/** Carries out one operation of a record; false if it is none of a hash. */
export function applyHash(
  operation: number,
  key: string,
  reader: ByteReader,
  keyspace: Keyspace,
): boolean {
  if (operation !== operations.set && operation !== operations.delete) return false;
  const hash = hashOf(keyspace, key);
  const before = hash.sizeBytes;
  const count = reader.u32();
  for (let done = 0; done < count; done++) {
    const field = reader.latin1();
    if (operation === operations.set) hash.set(field, reader.latin1(), keyspace.limits);
    else assert(hash.delete(field), "a deleted field was there");
  }
  keyspace.modified(key, hash, before);
  return true;
}

function hashOf(keyspace: Keyspace, key: string): HashValue {
  return keyspace.open(key, "hash", () => new HashValue());
}
