import type { EntryKind } from "../log/entry.ts";
import type { DatabaseNode } from "./databaseNode.ts";

/** Queues an entry, stamped with the shard's time; it leaves at the end of the step. Returns the position of its last chunk. */
export function appendEntry(
  node: DatabaseNode,
  kind: EntryKind,
  epoch: number,
  payload: Uint8Array,
): number {
  return node.appender.append(kind, epoch, Math.floor(node.shardUnixUs / 1000), payload);
}
