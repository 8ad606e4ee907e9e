/** Carries out a committed record: what replicas and recovery do. The layout is drawn in record.ts. */
import { assert, AssertionError, must } from "../assert.ts";
import { readUserChange } from "../access/userRecord.ts";
import type { UserDirectory } from "../access/userDirectory.ts";
import { ByteReader } from "../bytes/reader.ts";
import { commandTable } from "../commands/table.ts";
import type { Databases } from "../keyspace/databases.ts";
import { NEVER, type Keyspace } from "../keyspace/keyspace.ts";
import type { StringValue } from "../keyspace/value.ts";
import { ByteString } from "../keyspace/values/byteString.ts";
import { applyHash } from "./effects/hash.ts";
import { applyList } from "./effects/list.ts";
import { applyHyperLogLog } from "./effects/hyperLogLog.ts";
import { applySet } from "./effects/set.ts";
import { applyStream } from "./effects/stream.ts";
import { applyZset } from "./effects/zset.ts";
import { restored } from "../snapshot/dump.ts";
import { operations, stringForms } from "./record.ts";

/**
 * Applies the records of an entry; clients that watch one of its keys learn of it. The payload is not kept. Users are of
 * no interest where `users` is undefined.
 */
export function applyRecord(
  databases: Databases,
  payload: Uint8Array,
  users?: UserDirectory,
): void {
  const reader = new ByteReader(payload);
  let keyspace = databases.get(0);
  while (!reader.isAtEnd) {
    const operation = reader.u8();
    if (operation === operations.end) keyspace = databases.get(0);
    else if (operation === operations.database) keyspace = databases.get(reader.u8());
    else if (operation === operations.flush) databases.flush();
    else if (operation === operations.user) applyUser(reader, users);
    else if (operation === operations.flushDatabase) databases.flushOne(keyspace);
    else if (!applyAcross(operation, reader, keyspace, databases)) {
      applyToKey(operation, reader.latin1(), reader, keyspace);
    }
  }
  assert(reader.isComplete, "a record ends with its last operation");
}

function applyUser(reader: ByteReader, users: UserDirectory | undefined): void {
  const change = must(readUserChange(reader, commandTable), "a change of a user");
  users?.learn(change);
}

/** Operations that concern two databases, or none; false for any other, of which nothing was read. */
function applyAcross(
  operation: number,
  reader: ByteReader,
  keyspace: Keyspace,
  databases: Databases,
): boolean {
  switch (operation) {
    case operations.move: {
      const key = reader.latin1();
      keyspace.moveTo(databases.get(reader.u8()), key);
      return true;
    }
    case operations.copyTo: {
      const from = reader.latin1();
      const target = databases.get(reader.u8());
      keyspace.copyTo(target, from, reader.latin1());
      return true;
    }
    case operations.swap:
      databases.swap(reader.u8(), reader.u8(), -Infinity);
      return true;
    case operations.library: {
      const name = reader.latin1();
      databases.libraries.put(name, reader.latin1());
      return true;
    }
    case operations.dropLibrary: {
      const isGone = databases.libraries.drop(reader.latin1());
      assert(isGone, "a deleted library was there");
      return true;
    }
    case operations.dropLibraries:
      databases.libraries.clear();
      return true;
    default:
      return false;
  }
}

function applyToKey(operation: number, key: string, reader: ByteReader, keyspace: Keyspace): void {
  switch (operation) {
    case operations.set:
      return applyString(keyspace, key, reader);
    case operations.append:
      keyspace.append(key, reader.latin1());
      return;
    case operations.setRange:
      keyspace.setRange(key, reader.u32(), reader.latin1());
      return;
    case operations.unshare:
      keyspace.changeable(key);
      return;
    case operations.restore:
      return applyRestore(keyspace, key, reader);
    case operations.expire:
      return keyspace.expire(key, reader.u53());
    case operations.persist:
      return keyspace.expire(key, NEVER);
    case operations.delete: {
      const isGone = keyspace.delete(key);
      return assert(isGone, "a deleted key was there");
    }
    case operations.rename:
      return keyspace.rename(key, reader.latin1());
    case operations.copy:
      return keyspace.copy(key, reader.latin1());
    default:
      return applyToFamily(operation, key, reader, keyspace);
  }
}

type ApplyFamily = (
  operation: number,
  key: string,
  reader: ByteReader,
  keyspace: Keyspace,
) => boolean;

/** Each knows its own operations and answers false to all others. */
const families: readonly ApplyFamily[] = [
  applyHash,
  applySet,
  applyList,
  applyStream,
  applyHyperLogLog,
  applyZset,
];

function applyToFamily(
  operation: number,
  key: string,
  reader: ByteReader,
  keyspace: Keyspace,
): void {
  for (const apply of families) {
    if (apply(operation, key, reader, keyspace)) return;
  }
  assert(false, `unknown operation ${operation} in a record`);
}

function applyString(keyspace: Keyspace, key: string, reader: ByteReader): void {
  const expireAtUnixMs = reader.u53();
  const value = readString(reader);
  keyspace.set(key, value, expireAtUnixMs === 0 ? NEVER : expireAtUnixMs);
}

function applyRestore(keyspace: Keyspace, key: string, reader: ByteReader): void {
  const expireAtUnixMs = reader.u53();
  const value = must(restored(reader.bytes(), keyspace.limits), "a value that was restored");
  keyspace.replace(key, value, expireAtUnixMs === 0 ? NEVER : expireAtUnixMs);
}

function readString(reader: ByteReader): StringValue {
  const form = reader.u8();
  switch (form) {
    case stringForms.plain:
      return reader.latin1();
    case stringForms.raw:
      return ByteString.of(reader.bytes());
    case stringForms.embstr:
      return ByteString.embedded(reader.latin1());
    default:
      throw new AssertionError(`unknown form ${form} of a string in a record`);
  }
}
