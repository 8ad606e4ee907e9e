/** XREAD and XREADGROUP: what came behind some id, in several streams, now or as soon as there is something. */
import { must } from "../../assert.ts";
import { typeOf } from "../../keyspace/value.ts";
import type { Consumer } from "../../keyspace/values/consumerGroup.ts";
import {
  GREATEST_ID,
  LEAST_ID,
  idAfter,
  idText,
  type StreamId,
} from "../../keyspace/values/streamId.ts";
import type { StreamEntry } from "../../keyspace/values/entryCursor.ts";
import { readWith } from "../../keyspace/values/streamProgress.ts";
import type { StreamValue } from "../../keyspace/values/streamValue.ts";
import type { Delivery } from "../../replication/effects/stream.ts";
import { counterPlus } from "../../structures/counter.ts";
import { WRONG_TYPE, type CommandContext } from "../context.ts";
import { entriesOf } from "./entries.ts";
import { quoting, seeConsumer, type StreamGroup } from "./groups.ts";
import { idArgument } from "./ids.ts";
import { parseRead, type ReadRequest } from "./readArguments.ts";

/** A client that waited gets no more than this if it gave no COUNT. */
const COUNT_WHEN_WAITING = 1000;
/** Redis's own sign for ">", which an id that means the same is taken for. */
const NEW_ENTRIES = GREATEST_ID;

/** A stream that is there, and the id behind which to read. */
interface Source {
  readonly key: string;
  readonly stream: StreamValue;
  readonly group: StreamGroup["group"] | undefined;
  readonly behind: StreamId;
}

/** A pending entry, without items if it was deleted. */
interface PendingResult {
  readonly id: StreamId;
  readonly items: readonly string[] | undefined;
}

/** What one stream has for the client. */
interface Result {
  readonly key: string;
  readonly entries: readonly PendingResult[];
}

/**
 * XREAD [COUNT count] [BLOCK milliseconds] STREAMS key [key …] id [id …]
 * Replies: array (RESP3: map) of streams that have entries behind their ids, each with the entries; null array if none has
 * in time; -WRONGTYPE, -ERR syntax error, -ERR invalid id. "$" is the last id of now. Record: none.
 * @see https://redis.io/docs/latest/commands/xread/
 */
export function xread(context: CommandContext, argv: readonly string[]): void {
  read(context, argv, "XREAD");
}

/**
 * XREADGROUP GROUP group consumer [COUNT count] [BLOCK milliseconds] [NOACK] STREAMS key [key …] id [id …]
 * Replies: as XREAD; -NOGROUP; -UNBLOCKED if the stream goes while the client waits. ">" are entries that nobody in the group
 * was given yet, other ids read again what is pending with the consumer. Record: see, setGroup, deliver.
 * @see https://redis.io/docs/latest/commands/xreadgroup/
 */
export function xreadgroup(context: CommandContext, argv: readonly string[]): void {
  read(context, argv, "XREADGROUP");
}

function read(
  context: CommandContext,
  argv: readonly string[],
  command: "XREAD" | "XREADGROUP",
): void {
  const request = parseRead(context, argv, command);
  if (request === undefined) return;
  if (context.isRetry) return readAgain(context, argv, request);
  const ids: StreamId[] = [];
  for (const [index, key] of request.keys.entries()) {
    const stream = context.typed(key, "stream");
    if (stream === WRONG_TYPE) return;
    const group = request.group === undefined ? undefined : stream?.groups.get(request.group);
    if (request.group !== undefined && group === undefined) {
      const where = quoting("NOGROUP No such key ", key, " or consumer group ", request.group);
      return context.fail(`${where} in XREADGROUP with GROUP option`);
    }
    const behind = behindArgument(context, must(request.ids[index], "an id"), request, stream);
    if (behind === undefined) return;
    ids.push(behind);
  }
  const results = takeAll(context, request, ids);
  if (results.length > 0) return replyResults(context, results);
  if (request.timeoutMs === undefined) return context.reply.nullArray();
  const texts = request.group === undefined ? ids.map((id) => idText(id)) : request.ids;
  wait(context, request, [...argv.slice(0, argv.length - texts.length), ...texts]);
}

/** Looks each key up once more, as Redis does, which its statistics and "keymiss" tell. */
function takeAll(
  context: CommandContext,
  request: ReadRequest,
  ids: readonly StreamId[],
): Result[] {
  const results: Result[] = [];
  for (const [index, key] of request.keys.entries()) {
    const stream = streamOf(context, key);
    if (stream === undefined) continue;
    const group = request.group === undefined ? undefined : stream.groups.get(request.group);
    const source: Source = { key, stream, group, behind: must(ids[index], "an id") };
    if (hasSomething(source)) results.push(take(context, request, source, request.count));
  }
  return results;
}

function streamOf(context: CommandContext, key: string): StreamValue | undefined {
  const value = context.value(key);
  return value !== undefined && typeOf(value) === "stream" ? (value as StreamValue) : undefined;
}

/** The id of an argument, with the special ones of the command. */
function behindArgument(
  context: CommandContext,
  text: string,
  request: ReadRequest,
  stream: StreamValue | undefined,
): StreamId | undefined {
  const isGroup = request.group !== undefined;
  if (text === "$") {
    if (!isGroup) return stream?.lastId ?? LEAST_ID;
    context.fail(
      "ERR The $ ID is meaningless in the context of XREADGROUP: you want to read the history of this consumer by specifying a proper ID, or use the > ID to get new messages. The $ ID would just return an empty result set.",
    );
    return undefined;
  }
  if (text === ">") {
    if (isGroup) return NEW_ENTRIES;
    context.fail(
      "ERR The > ID can be specified only when calling XREADGROUP using the GROUP <group> <consumer> option.",
    );
    return undefined;
  }
  return idArgument(context, text);
}

/** What is pending with a consumer is told at once, also if it is nothing. */
function hasSomething({ stream, group, behind }: Source): boolean {
  if (group !== undefined && behind !== NEW_ENTRIES) return true;
  return stream.length > 0 && stream.lastLiveId > (group?.lastId ?? behind);
}

/** Reads a stream, as the consumer if it is of a group. */
function take(
  context: CommandContext,
  request: ReadRequest,
  source: Source,
  count: number,
): Result {
  const { key, stream, group, behind } = source;
  if (group === undefined) return { key, entries: newEntries(stream, behind, count) };
  if (behind === NEW_ENTRIES) {
    return { key, entries: takeNew(context, request, key, { stream, group }, count) };
  }
  return { key, entries: takeAgain(context, request, key, { stream, group }, behind) };
}

function replyResults(context: CommandContext, results: readonly Result[]): void {
  const { reply } = context;
  if (reply.version === 3) reply.map(results.length);
  else reply.array(results.length);
  for (const { key, entries } of results) {
    if (reply.version === 2) reply.array(2);
    reply.bulk(key);
    reply.array(entries.length);
    for (const { id, items } of entries) {
      reply.array(2);
      reply.bulk(idText(id));
      if (items === undefined) reply.nullArray();
      else reply.bulks(items);
    }
  }
}

function newEntries(stream: StreamValue, behind: StreamId, count: number): StreamEntry[] {
  const from = idAfter(behind);
  return from === undefined ? [] : entriesOf(stream, from, GREATEST_ID, count);
}

/** Gives the consumer entries that nobody in the group was given. */
function takeNew(
  context: CommandContext,
  request: ReadRequest,
  key: string,
  { stream, group }: StreamGroup,
  count: number,
): readonly StreamEntry[] {
  seeConsumer(context, key, group, request.consumer);
  const entries = newEntries(stream, group.lastId, count);
  const last = entries.at(-1);
  if (last === undefined) return entries;
  let { entriesRead } = group;
  for (const { id } of entries) entriesRead = readWith(stream, entriesRead, id);
  context.streams.setGroup(key, group.key, { lastId: last.id, entriesRead });
  if (request.noAck) return entries;
  const deliveries = entries.map(({ id }): Delivery => ({ id, count: 1 }));
  context.streams.deliver(key, group.key, request.consumer, context.unixMs, deliveries);
  return entries;
}

/** Tells the consumer what is pending with it behind an id, and counts that as one more delivery. */
function takeAgain(
  context: CommandContext,
  request: ReadRequest,
  key: string,
  { stream, group }: StreamGroup,
  behind: StreamId,
): PendingResult[] {
  seeConsumer(context, key, group, request.consumer);
  const consumer = must(group.consumers.get(request.consumer), "a consumer that was seen");
  const entries: PendingResult[] = [];
  const deliveries: Delivery[] = [];
  for (const { id, count } of pendingBehind(consumer, behind, request.count)) {
    const entry = stream.entry(id);
    entries.push({ id, items: entry?.items });
    if (entry !== undefined) deliveries.push({ id, count: counterPlus(count, 1) });
  }
  if (deliveries.length > 0) {
    context.streams.deliver(key, group.key, request.consumer, context.unixMs, deliveries);
  }
  return entries;
}

function pendingBehind(consumer: Consumer, behind: StreamId, count: number): Delivery[] {
  const found: Delivery[] = [];
  consumer.pending.visitFrom(idAfter(behind), ({ key, deliveryCount }) => {
    found.push({ id: key, count: deliveryCount });
    return found.length !== count;
  });
  return found;
}

function wait(context: CommandContext, request: ReadRequest, argv: readonly string[]): void {
  context.block({
    keys: request.keys,
    type: "stream",
    wakesOnLoss: request.group !== undefined,
    timeoutMs: request.timeoutMs ?? 0,
    refusal: "nullArray",
    argv,
  });
}

/** A stream that the client waits for has changed: only this one is looked at, and only for new entries. */
function readAgain(context: CommandContext, argv: readonly string[], request: ReadRequest): void {
  const key = context.readyKey;
  const stream = streamOf(context, key);
  if (request.group !== undefined && stream === undefined) {
    return context.fail("UNBLOCKED the stream key no longer exists");
  }
  if (stream === undefined) return wait(context, request, argv);
  const group = request.group === undefined ? undefined : stream.groups.get(request.group);
  if (request.group !== undefined && group === undefined) {
    return context.fail("NOGROUP the consumer group this client was blocked on no longer exists");
  }
  const text = must(request.ids[request.keys.indexOf(key)], "the id of a key that is waited for");
  const behind = group === undefined ? idArgument(context, text) : NEW_ENTRIES;
  if (behind === undefined) return;
  if (stream.lastId <= (group?.lastId ?? behind)) return wait(context, request, argv);
  const count = request.count === 0 ? COUNT_WHEN_WAITING : request.count;
  replyResults(context, [take(context, request, { key, stream, group, behind }, count)]);
}
