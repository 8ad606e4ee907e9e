/** What the effects of a family act on: the keyspace of the request, and the record that tells replicas what was done to it. */
import type { Keyspace } from "../../keyspace/keyspace.ts";
import type { RecordWriter } from "../record.ts";

export interface Changes {
  /** The database of the request; SELECT and MOVE turn to another. */
  readonly keyspace: Keyspace;
  readonly record: RecordWriter;
  /** The reply of whoever sees the key must wait for this record. */
  noteChanged(key: string): void;
}
