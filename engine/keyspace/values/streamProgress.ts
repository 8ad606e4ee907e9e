/**
 * How many of a stream's entries a group has read, and how many are left, as far as that can be known: entries that were
 * deleted leave gaps that nobody counts.
 * @see https://redis.io/docs/latest/commands/xinfo-groups/
 */
import { counterMinus, counterPlus, type Counter } from "../../structures/counter.ts";
import type { ConsumerGroup } from "./consumerGroup.ts";
import { LEAST_ID, type StreamId } from "./streamId.ts";
import type { StreamValue } from "./streamValue.ts";

/** Entries that a group has yet to read; undefined if that cannot be known. */
export function lagOf(stream: StreamValue, group: ConsumerGroup): Counter | undefined {
  if (stream.entriesAdded === 0) return 0;
  const { lastId, entriesRead } = group;
  const isCounted = entriesRead !== undefined && !hasGapFrom(stream, lastId);
  const read = isCounted ? entriesRead : entriesUpTo(stream, lastId);
  return read === undefined ? undefined : counterMinus(stream.entriesAdded, read);
}

/** The count of entries read once a group that has read `entriesRead` reads the entry of this id. */
export function readWith(
  stream: StreamValue,
  entriesRead: Counter | undefined,
  id: StreamId,
): Counter | undefined {
  if (entriesRead !== undefined && !hasGapFrom(stream, id)) return counterPlus(entriesRead, 1);
  return stream.entriesAdded === 0 ? entriesRead : entriesUpTo(stream, id);
}

/** An entry was deleted at this id or behind it, with live ones in front. */
function hasGapFrom(stream: StreamValue, id: StreamId): boolean {
  const { maxDeletedId } = stream;
  if (stream.length === 0 || maxDeletedId === LEAST_ID) return false;
  return stream.firstId <= maxDeletedId && id <= maxDeletedId;
}

/** How many entries were added up to an id; undefined if that cannot be known. */
export function entriesUpTo(stream: StreamValue, id: StreamId): Counter | undefined {
  const { entriesAdded, length, firstId, lastId, maxDeletedId } = stream;
  if (entriesAdded === 0) return 0;
  if (id === lastId || (length === 0 && id < lastId)) return entriesAdded;
  if (id > lastId) return undefined;
  if (maxDeletedId !== LEAST_ID && maxDeletedId >= firstId) return undefined;
  const beforeFirst = counterMinus(entriesAdded, length);
  if (id < firstId) return beforeFirst;
  return id === firstId ? counterPlus(beforeFirst, 1) : undefined;
}
