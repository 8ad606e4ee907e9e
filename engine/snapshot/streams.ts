/**
 * Streams in RDB values: nodes with their keys, counts and ids, then the groups, each with what is pending in it and with its
 * consumers, each with the ids that are pending with it. Ids are two lengths, those of nodes and pending entries 16 bytes.
 */
import { latin1Bytes, latin1Of } from "../bytes/latin1.ts";
import { must } from "../assert.ts";
import { ConsumerGroup } from "../keyspace/values/consumerGroup.ts";
import { idOfWords, LEAST_ID, wordOfId, type StreamId } from "../keyspace/values/streamId.ts";
import { StreamNode } from "../keyspace/values/streamNode.ts";
import { entriesUpTo } from "../keyspace/values/streamProgress.ts";
import { StreamValue } from "../keyspace/values/streamValue.ts";
import { counterOf, type Counter } from "../structures/counter.ts";
import { checkedNode } from "./packed/streamNodes.ts";
import type { RdbReader } from "./rdbReader.ts";
import type { RdbWriter } from "./rdbWriter.ts";

const ID_BYTES = 16;
/** What is written where the entries that a group has read are not known: minus one. */
const UNKNOWN = -1;

export function saveStream(writer: RdbWriter, stream: StreamValue): void {
  writer.length(stream.nodeCount);
  stream.visitNodes((node) => {
    writer.bytes(latin1Bytes(node.key));
    writer.bytes(node.image());
    return true;
  });
  writer.length(stream.length);
  saveId(writer, stream.lastId);
  saveId(writer, stream.firstId);
  saveId(writer, stream.maxDeletedId);
  saveCounter(writer, stream.entriesAdded);
  writer.length(stream.groups.size);
  stream.groups.visitFrom(undefined, (group) => {
    saveGroup(writer, group);
    return true;
  });
}

function saveGroup(writer: RdbWriter, group: ConsumerGroup): void {
  writer.string(group.key);
  saveId(writer, group.lastId);
  saveCounter(writer, group.entriesRead ?? UNKNOWN);
  writer.length(group.pending.size);
  group.pending.visitFrom(undefined, (entry) => {
    writer.raw(latin1Bytes(entry.key));
    writer.u64(entry.deliveredAtUnixMs);
    saveCounter(writer, entry.deliveryCount);
    return true;
  });
  writer.length(group.consumers.size);
  group.consumers.visitFrom(undefined, (consumer) => {
    writer.string(consumer.key);
    writer.u64(consumer.seenAtUnixMs);
    writer.length(consumer.pending.size);
    consumer.pending.visitFrom(undefined, (entry) => {
      writer.raw(latin1Bytes(entry.key));
      return true;
    });
    return true;
  });
}

function saveId(writer: RdbWriter, id: StreamId): void {
  writer.wideLength(wordOfId(id, 0), wordOfId(id, 1));
  writer.wideLength(wordOfId(id, 2), wordOfId(id, 3));
}

/** As a number of 64 bits without a sign. */
function saveCounter(writer: RdbWriter, counter: Counter): void {
  const unsigned = BigInt.asUintN(64, BigInt(counter));
  writer.wideLength(Number(unsigned >> 32n), Number(unsigned & 0xffffffffn));
}

/** `isNewest`: with first id, deleted ids and entries read, which Redis 7.0 added. Undefined if it makes no sense. */
export function loadStream(reader: RdbReader, isNewest: boolean): StreamValue | undefined {
  const stream = new StreamValue();
  let newestId: StreamId | undefined;
  for (let left = reader.length(); left > 0; left--) {
    const key = reader.string();
    const node = reader.failed ? undefined : checkedNode(key, reader.bytes());
    if (node === undefined) return reader.refuse("Stream listpack integrity check failed.");
    if (newestId !== undefined && key <= newestId) {
      return reader.refuse("Stream nodes are not in the order of their ids.");
    }
    newestId = node.lastId;
    stream.addNode(new StreamNode(key, node.pack));
  }
  const length = reader.length();
  const lastId = loadId(reader);
  // The first id is what the nodes say; Redis writes others where there is no entry.
  if (isNewest) loadId(reader);
  const maxDeletedId = isNewest ? loadId(reader) : LEAST_ID;
  const entriesAdded = isNewest ? loadCounter(reader) : length;
  if (reader.failed || length !== stream.length || (newestId ?? lastId) > lastId) {
    return reader.refuse("Stream length or last id inconsistent with its entries.");
  }
  stream.setCounts({ lastId, entriesAdded, maxDeletedId });
  for (let left = reader.length(); left > 0; left--) {
    const group = loadGroup(reader, isNewest, stream);
    if (group === undefined) return reader.refuse("Stream consumer group makes no sense.");
    if (stream.groups.get(group.key) !== undefined) {
      return reader.refuse(`Duplicated consumer group name ${group.key}`);
    }
    stream.addGroup(group);
  }
  return stream;
}

/** What is pending in a group, until a consumer is found who has it. */
interface Unclaimed {
  readonly deliveredAtUnixMs: number;
  readonly deliveryCount: Counter;
}

function loadGroup(
  reader: RdbReader,
  isNewest: boolean,
  stream: StreamValue,
): ConsumerGroup | undefined {
  const name = reader.string();
  const lastId = loadId(reader);
  const counted = isNewest ? loadCounter(reader) : entriesUpTo(stream, lastId);
  const group = new ConsumerGroup(name, lastId, counted === UNKNOWN ? undefined : counted);
  const unclaimed = new Map<StreamId, Unclaimed>();
  for (let left = reader.length(); left > 0; left--) {
    const id = latin1Of(reader.raw(ID_BYTES));
    const deliveredAtUnixMs = loadTime(reader);
    const deliveryCount = loadCounter(reader);
    if (reader.failed || unclaimed.has(id)) return reader.refuse("Duplicated global PEL entry.");
    unclaimed.set(id, { deliveredAtUnixMs, deliveryCount });
  }
  for (let left = reader.length(); left > 0; left--) {
    const isWhole = loadConsumer(reader, group, unclaimed);
    if (!isWhole) return undefined;
  }
  if (unclaimed.size > 0) return reader.refuse("Stream CG PEL entry without consumer.");
  return reader.failed ? undefined : group;
}

/** False if it makes no sense. */
function loadConsumer(
  reader: RdbReader,
  group: ConsumerGroup,
  unclaimed: Map<StreamId, Unclaimed>,
): boolean {
  const name = reader.string();
  const seenAtUnixMs = loadTime(reader);
  if (group.consumers.get(name) !== undefined) {
    reader.refuse("Duplicate stream consumer detected.");
    return false;
  }
  if (reader.failed) return false;
  group.see(name, seenAtUnixMs);
  const consumer = must(group.consumers.get(name), "a consumer that was seen");
  for (let left = reader.length(); left > 0; left--) {
    const id = latin1Of(reader.raw(ID_BYTES));
    const pending = unclaimed.get(id);
    if (reader.failed || pending === undefined) {
      reader.refuse("Consumer entry not found in group global PEL.");
      return false;
    }
    unclaimed.delete(id);
    group.deliver(id, consumer, pending.deliveredAtUnixMs, pending.deliveryCount);
  }
  return !reader.failed;
}

function loadId(reader: RdbReader): StreamId {
  const ms = reader.wideLength();
  const sequence = reader.wideLength();
  return idOfWords(ms.high, ms.low, sequence.high, sequence.low);
}

function loadCounter(reader: RdbReader): Counter {
  const { high, low } = reader.wideLength();
  return counterOf(BigInt.asIntN(64, (BigInt(high) << 32n) + BigInt(low)));
}

/** Unix milliseconds, none of which are before 1970 or beyond what records hold. */
function loadTime(reader: RdbReader): number {
  return Math.min(Math.max(reader.i64(), 0), Number.MAX_SAFE_INTEGER);
}
