/**
 * The record: what one command, or one whole MULTI, changed. It holds deterministic operations only: deadlines are
 * absolute, an increment is its result, an expired key is a deletion. The payload of an entry of kind "effects" is one record, or
 * several with an `end` between each two; it ends with its last operation.
 *
 *     u8  operation, then its fields
 *
 *      0 end       no fields: another record begins
 *      1 set       key, u53 deadline in Unix ms (0 = none), u8 form of the string (0, 1 or 2), the bytes: replaces what was there
 *      2 append    key, bytes: appends to the string, which may be absent; the deadline stays
 *      3 setRange  key, u32 offset, bytes: overwrites from offset on, padding with zero bytes; may be absent; the deadline stays
 *      4 expire    key, u53 deadline in Unix ms: the key exists
 *      5 persist   key: takes the deadline away; the key exists
 *      6 delete    key: the key exists
 *      7 rename    from, to: the first exists, the second is replaced; value and deadline move
 *      8 copy      from, to: the first exists, the second is replaced; value and deadline are copied
 *      9 flush     no fields: removes every key of every database
 *     10 database  u8 number: the operations behind it concern this database; a record begins in number 0
 *     11 flushDatabase  no fields: removes every key of the database
 *     12 unshare   key: its string is held as one that is changed in place, which OBJECT ENCODING tells
 *     13 move      key, u8 number: the key exists and moves, with its deadline, to that database, where it does not
 *     14 copyTo    from, u8 number, to: the first exists and is copied, with its deadline, into that database, replacing what is there
 *     15 swap      u8 number, u8 number: exchanges all keys of the two databases
 *     16 restore   key, u53 deadline in Unix ms (0 = none), payload of DUMP (snapshot/dump.ts): replaces what was there
 *     17 user      a change of a user (access/userRecord.ts): of no database
 *     18 library   name, source text: adds a library of functions, or replaces it
 *     19 dropLibrary    name: the library exists
 *     20 dropLibraries  no fields: removes every library
 *
 * The operations of the collections are drawn in the files of replication/effects/.
 *
 * Keys, bytes and string values are a u32 length and the raw bytes. Numbers are little-endian; a u53 takes eight bytes.
 */
import { writeUserChange, type UserChange } from "../access/userRecord.ts";
import { Piece } from "../bytes/piece.ts";
import { ByteWriter } from "../bytes/writer.ts";
import type { CommandTable } from "../commands/spec.ts";
import { NEVER } from "../keyspace/keyspace.ts";
import type { StringValue } from "../keyspace/value.ts";

export const operations = {
  end: 0,
  set: 1,
  append: 2,
  setRange: 3,
  expire: 4,
  persist: 5,
  delete: 6,
  rename: 7,
  copy: 8,
  flush: 9,
  database: 10,
  flushDatabase: 11,
  unshare: 12,
  move: 13,
  copyTo: 14,
  swap: 15,
  restore: 16,
  user: 17,
  library: 18,
  dropLibrary: 19,
  dropLibraries: 20,
} as const;

/** The form of a string behind `set`: as a client gave it, or what OBJECT ENCODING says of a ByteString. */
export const stringForms = { plain: 0, raw: 1, embstr: 2 } as const;

/** Collects the operations of one record. */
export class RecordWriter {
  /** Fields of an operation go here, behind its `begin`. */
  readonly writer: ByteWriter = new ByteWriter(256);
  /** The database that the next operation concerns. */
  database = 0;
  /** Operations that were ever written, save the changes of database. */
  changes = 0;
  /** What the operations so far have said. */
  private writtenDatabase = 0;

  get isEmpty(): boolean {
    return this.writer.lengthBytes === 0;
  }

  set(key: string, value: StringValue, expireAtUnixMs: number): void {
    this.begin(operations.set, key);
    this.writer.u53(expireAtUnixMs === NEVER ? 0 : expireAtUnixMs);
    this.writer.u8(stringForms[typeof value === "string" ? "plain" : value.encoding]);
    if (typeof value === "string") this.writer.latin1(value);
    else this.writer.bytes(value.bytes(0, value.length));
  }

  append(key: string, suffix: string): void {
    this.begin(operations.append, key);
    this.writer.latin1(suffix);
  }

  setRange(key: string, offset: number, bytes: string): void {
    this.begin(operations.setRange, key);
    this.writer.u32(offset);
    this.writer.latin1(bytes);
  }

  unshare(key: string): void {
    this.begin(operations.unshare, key);
    // Goes with an operation that changes the string.
    this.changes--;
  }

  restore(key: string, payload: Uint8Array, expireAtUnixMs: number): void {
    this.begin(operations.restore, key);
    this.writer.u53(expireAtUnixMs === NEVER ? 0 : expireAtUnixMs);
    this.writer.bytes(payload);
  }

  /** NEVER takes the deadline away. */
  expire(key: string, expireAtUnixMs: number): void {
    if (expireAtUnixMs === NEVER) return this.begin(operations.persist, key);
    this.begin(operations.expire, key);
    this.writer.u53(expireAtUnixMs);
  }

  delete(key: string): void {
    this.begin(operations.delete, key);
  }

  rename(from: string, to: string): void {
    this.begin(operations.rename, from);
    this.writer.latin1(to);
  }

  copy(from: string, to: string): void {
    this.begin(operations.copy, from);
    this.writer.latin1(to);
  }

  move(key: string, database: number): void {
    this.begin(operations.move, key);
    this.writer.u8(database);
  }

  copyTo(from: string, database: number, to: string): void {
    this.begin(operations.copyTo, from);
    this.writer.u8(database);
    this.writer.latin1(to);
  }

  swap(first: number, second: number): void {
    this.open(operations.swap);
    this.writer.u8(first);
    this.writer.u8(second);
  }

  flush(): void {
    this.open(operations.flush);
  }

  flushDatabase(): void {
    this.open(operations.flushDatabase);
  }

  user(change: UserChange, commands: CommandTable): void {
    this.changes++;
    this.writer.u8(operations.user);
    writeUserChange(this.writer, change, commands);
  }

  library(name: string, code: string): void {
    this.begin(operations.library, name);
    this.writer.latin1(code);
  }

  dropLibrary(name: string): void {
    this.begin(operations.dropLibrary, name);
  }

  dropLibraries(): void {
    this.open(operations.dropLibraries);
  }

  /** Begins an operation on a key of the current database, or on a library. */
  begin(operation: number, key: string): void {
    this.open(operation);
    this.writer.latin1(key);
  }

  /** The finished record; undefined if nothing changed. The writer is empty afterwards. */
  take(): Uint8Array | undefined {
    const record = new Piece();
    this.takeInto(record);
    return record.length === 0 ? undefined : record.bytes;
  }

  /** The same as a piece of memory, of no bytes if nothing changed. */
  takeInto(record: Piece): void {
    this.writtenDatabase = 0;
    this.writer.takeInto(record);
  }

  private open(operation: number): void {
    if (this.database !== this.writtenDatabase) {
      this.writer.u8(operations.database);
      this.writer.u8(this.database);
      this.writtenDatabase = this.database;
    }
    this.changes++;
    this.writer.u8(operation);
  }
}
