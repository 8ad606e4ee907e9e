/** Carries out a committed record on a keyspace: what replicas and recovery do. The layout is drawn in record.ts. */
import { assert } from "../assert.ts";
import { ByteReader } from "../bytes/reader.ts";
import { NEVER, type Keyspace } from "../keyspace/keyspace.ts";
import { operations, stringTag } from "./record.ts";

/** Applies a whole record; clients that watch one of its keys learn of it. The payload is not kept. */
export function applyRecord(keyspace: Keyspace, payload: Uint8Array): void {
  const reader = new ByteReader(payload);
  const count = reader.u32();
  for (let done = 0; done < count; done++) applyOperation(keyspace, reader);
  assert(reader.isComplete, "a record ends with its last operation");
}

function applyOperation(keyspace: Keyspace, reader: ByteReader): void {
  const operation = reader.u8();
  switch (operation) {
    case operations.set:
      return applySet(keyspace, reader);
    case operations.append:
      keyspace.append(reader.latin1(), reader.latin1());
      return;
    case operations.setRange:
      keyspace.setRange(reader.latin1(), reader.u32(), reader.latin1());
      return;
    case operations.expire:
      return keyspace.expire(reader.latin1(), reader.u53());
    case operations.persist:
      return keyspace.expire(reader.latin1(), NEVER);
    case operations.delete: {
      const isGone = keyspace.delete(reader.latin1());
      return assert(isGone, "a deleted key was there");
    }
    case operations.rename:
      return keyspace.rename(reader.latin1(), reader.latin1());
    case operations.copy:
      return keyspace.copy(reader.latin1(), reader.latin1());
    case operations.flush:
      return keyspace.flush();
    default:
      return assert(false, `unknown operation ${operation} in a record`);
  }
}

function applySet(keyspace: Keyspace, reader: ByteReader): void {
  const key = reader.latin1();
  const expireAtUnixMs = reader.u53();
  const tag = reader.u8();
  assert(tag === stringTag, "the only values so far are strings");
  keyspace.set(key, reader.latin1(), expireAtUnixMs === 0 ? NEVER : expireAtUnixMs);
}
