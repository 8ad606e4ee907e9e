import type { Piece } from "../bytes/piece.ts";
import { appendWindowBytes } from "../log/client/appender.ts";
import { entryHeaderBytes, type EntryKind } from "../log/entry.ts";
import { operations } from "../replication/record.ts";
import type { DatabaseNode } from "./databaseNode.ts";

/**
 * Queues an entry, stamped with the shard's time; it leaves at the end of the step. Returns the position of its last chunk. Among
 * the chunks of a long record stand renewals: its writer's lease would end before the next one behind it could commit.
 */
export function appendEntry(
  node: DatabaseNode,
  kind: EntryKind,
  epoch: number,
  payload: Uint8Array,
): number {
  sealRecords(node);
  const unixMs = Math.floor(node.shardUnixUs / 1000);
  if (payload.length <= mostRecordBytes(node)) {
    return node.appender.append(kind, epoch, unixMs, payload);
  }
  return node.appender.append(kind, epoch, unixMs, payload, {
    everyBytes: appendWindowBytes(node.config.timing) / 2,
    run: () => node.lease.planned(node.appender.append("renewal", epoch, unixMs, noBytes)),
  });
}

export const noBytes: Uint8Array = new Uint8Array(0);

/**
 * Queues a record. Records of a step for several inputs (`stepAll`) share entries, as far as one has room: what many clients write
 * at once costs the log little more than one command. Returns the position of the entry that holds its end.
 */
export function appendRecord(node: DatabaseNode, record: Piece): number {
  if (!node.sharesEntries) return appendEntry(node, "effects", node.epoch, record.bytes);
  const mostBytes = mostRecordBytes(node);
  if (node.records.lengthBytes + 1 + record.length > mostBytes) sealRecords(node);
  if (record.length > mostBytes) return appendEntry(node, "effects", node.epoch, record.bytes);
  if (node.records.lengthBytes > 0) node.records.u8(operations.end);
  node.records.piece(record);
  return node.appender.lastPosition + 1;
}

/** Above this no further command that writes may execute (rule 5). */
export function isLogFull(node: DatabaseNode): boolean {
  const { lengthBytes } = node.records;
  const gathered = lengthBytes === 0 ? 0 : entryHeaderBytes + lengthBytes;
  const bytes = node.appender.inFlightBytes + gathered;
  return bytes >= node.config.timing.inFlightBytes;
}

/** Longer records are cut into chunks. */
export function mostRecordBytes(node: DatabaseNode): number {
  return node.config.timing.entryBytes - entryHeaderBytes;
}

/** Makes an entry of the records that gathered. Due before anything looks at the end of the log. */
export function sealRecords(node: DatabaseNode): void {
  if (node.records.lengthBytes === 0) return;
  // The entry is a copy.
  const payload = node.records.peek();
  node.appender.append("effects", node.epoch, Math.floor(node.shardUnixUs / 1000), payload);
  node.records.clear();
}
