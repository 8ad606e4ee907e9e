/** Streams: commands that add, delete and trim entries. */
import {
  GREATEST_ID,
  LEAST_ID,
  idAfter,
  idOfTime,
  idText,
  isSameMs,
  type StreamId,
} from "../../keyspace/values/streamId.ts";
import { errors, wrongArity } from "../../resp/replies.ts";
import { counterOf, type Counter } from "../../structures/counter.ts";
import { parseBigInteger } from "../../structures/integerText.ts";
import { WRONG_TYPE, type CommandContext } from "../context.ts";
import { notice } from "../notices.ts";
import { idArgument, idArguments, type AskedId } from "./ids.ts";
import { parseAddOrTrim } from "./trimArguments.ts";

/** A node cannot hold more, in all its fields and values. */
const MOST_ENTRY_BYTES: number = 2 ** 30;

/**
 * XADD key [NOMKSTREAM] [MAXLEN|MINID [=|~] threshold [LIMIT count]] *|id field value [field value …]
 * Replies: bulk string, the id; null if there is no stream and NOMKSTREAM forbids to make one; -WRONGTYPE, -ERR syntax
 * error, -ERR invalid id, -ERR id not greater than the last, -ERR ids exhausted. Record: add with the id, trim.
 * @see https://redis.io/docs/latest/commands/xadd/
 */
export function xadd(context: CommandContext, argv: readonly string[]): void {
  const key = argv[1] ?? "";
  const options = parseAddOrTrim(context, argv, "xadd");
  if (options === undefined) return;
  const items = argv.slice(options.idIndex + 1);
  if (items.length < 2 || items.length % 2 === 1) return context.fail(wrongArity("xadd"));
  const { id: askedId, target } = options;
  if (askedId?.hasSequence === true && askedId.id === LEAST_ID) {
    return context.fail("ERR The ID specified in XADD must be greater than 0-0");
  }
  const stream = context.typed(key, "stream");
  if (stream === WRONG_TYPE) return;
  if (stream === undefined && options.noMakeStream) return context.reply.null();
  const lastId = stream?.lastId ?? LEAST_ID;
  if (lastId === GREATEST_ID) {
    return context.fail(
      "ERR The stream has exhausted the last possible ID, unable to add more items",
    );
  }
  const id = nextId(lastId, askedId, context.unixMs);
  if (id !== undefined && id <= lastId) {
    return context.fail(
      "ERR The ID specified in XADD is equal or smaller than the target stream top item",
    );
  }
  // Redis says the same where the sequence numbers of the milliseconds are used up.
  if (id === undefined || bytesOf(items) > MOST_ENTRY_BYTES) {
    return context.fail("ERR Elements are too large to be stored");
  }
  context.streams.add(key, id, items);
  context.reply.bulk(idText(id));
  context.notify(notice.stream, "xadd", key);
  if (target !== undefined && context.streams.trim(key, target) > 0) {
    context.notify(notice.stream, "xtrim", key);
  }
}

/** The id of the next entry; undefined if the milliseconds that were asked for have none left. */
function nextId(
  lastId: StreamId,
  asked: AskedId | undefined,
  unixMs: number,
): StreamId | undefined {
  if (asked === undefined) {
    const now = idOfTime(unixMs);
    return now > lastId ? now : idAfter(lastId);
  }
  if (asked.hasSequence || !isSameMs(asked.id, lastId)) return asked.id;
  const next = idAfter(lastId);
  return next !== undefined && isSameMs(next, lastId) ? next : undefined;
}

function bytesOf(items: readonly string[]): number {
  let bytes = 0;
  for (const item of items) bytes += item.length;
  return bytes;
}

/**
 * XLEN key
 * Replies: integer, 0 if absent; -WRONGTYPE. Record: none.
 * @see https://redis.io/docs/latest/commands/xlen/
 */
export function xlen(context: CommandContext, argv: readonly string[]): void {
  const stream = context.typed(argv[1] ?? "", "stream");
  if (stream !== WRONG_TYPE) context.reply.integer(stream?.length ?? 0);
}

/**
 * XDEL key id [id …]
 * Replies: integer, how many entries were there; -WRONGTYPE, -ERR invalid id. Record: remove of those.
 * @see https://redis.io/docs/latest/commands/xdel/
 */
export function xdel(context: CommandContext, argv: readonly string[]): void {
  const key = argv[1] ?? "";
  const stream = context.typed(key, "stream");
  if (stream === WRONG_TYPE) return;
  if (stream === undefined) return context.reply.integer(0);
  const ids = idArguments(context, argv.slice(2));
  if (ids === undefined) return;
  const removed = context.streams.remove(key, ids);
  if (removed > 0) context.notify(notice.stream, "xdel", key);
  context.reply.integer(removed);
}

/**
 * XTRIM key MAXLEN|MINID [=|~] threshold [LIMIT count]
 * Replies: integer, how many entries went; -WRONGTYPE, -ERR syntax error, -ERR invalid id. Record: trim, as nodes and entries.
 * With "~" whole nodes go and nothing else, as in Redis, and at most LIMIT entries.
 * @see https://redis.io/docs/latest/commands/xtrim/
 */
export function xtrim(context: CommandContext, argv: readonly string[]): void {
  const key = argv[1] ?? "";
  const options = parseAddOrTrim(context, argv, "xtrim");
  if (options?.target === undefined) return;
  const stream = context.typed(key, "stream");
  if (stream === WRONG_TYPE) return;
  if (stream === undefined) return context.reply.integer(0);
  const removed = context.streams.trim(key, options.target);
  if (removed > 0) context.notify(notice.stream, "xtrim", key);
  context.reply.integer(removed);
}

/**
 * XSETID key last-id [ENTRIESADDED entries-added] [MAXDELETEDID max-deleted-id]
 * Replies: OK; -WRONGTYPE, -ERR no such key, -ERR syntax error, -ERR for numbers that the entries contradict. Record: setCounts.
 * @see https://redis.io/docs/latest/commands/xsetid/
 */
export function xsetid(context: CommandContext, argv: readonly string[]): void {
  const key = argv[1] ?? "";
  const lastId = idArgument(context, argv[2] ?? "");
  if (lastId === undefined) return;
  const options = parseSetId(context, argv, lastId);
  if (options === undefined) return;
  const { entriesAdded, maxDeletedId } = options;
  const stream = context.typed(key, "stream");
  if (stream === WRONG_TYPE) return;
  if (stream === undefined) return context.fail(errors.noSuchKey);
  if (stream.length > 0) {
    if (lastId < stream.lastLiveId) {
      return context.fail(
        "ERR The ID specified in XSETID is smaller than the target stream top item",
      );
    }
    if (entriesAdded !== undefined && stream.length > entriesAdded) {
      return context.fail(
        "ERR The entries_added specified in XSETID is smaller than the target stream length",
      );
    }
  }
  context.streams.setCounts(key, {
    lastId,
    entriesAdded: entriesAdded ?? stream.entriesAdded,
    maxDeletedId: maxDeletedId === LEAST_ID ? stream.maxDeletedId : maxDeletedId,
  });
  context.ok();
  context.notify(notice.stream, "xsetid", key);
}

interface SetIdOptions {
  entriesAdded: Counter | undefined;
  /** 0-0: as it is. */
  maxDeletedId: StreamId;
}

function parseSetId(
  context: CommandContext,
  argv: readonly string[],
  lastId: StreamId,
): SetIdOptions | undefined {
  const options: SetIdOptions = { entriesAdded: undefined, maxDeletedId: LEAST_ID };
  for (let index = 3; index < argv.length; index += 2) {
    const word = (argv[index] ?? "").toUpperCase();
    const value = argv[index + 1];
    if (value !== undefined && word === "ENTRIESADDED") {
      const added = parseBigInteger(value);
      if (added === undefined || added < 0n) {
        context.fail(
          added === undefined ? errors.notInteger : "ERR entries_added must be positive",
        );
        return undefined;
      }
      options.entriesAdded = counterOf(added);
    } else if (value !== undefined && word === "MAXDELETEDID") {
      const id = idArgument(context, value);
      if (id === undefined) return undefined;
      if (lastId < id) {
        context.fail(
          "ERR The ID specified in XSETID is smaller than the provided max_deleted_entry_id",
        );
        return undefined;
      }
      options.maxDeletedId = id;
    } else {
      context.fail(errors.syntax);
      return undefined;
    }
  }
  return options;
}
