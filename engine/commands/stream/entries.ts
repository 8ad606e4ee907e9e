/** Replies that hold entries of a stream, and the commands that read a range of them. */
import { idText, type StreamId } from "../../keyspace/values/streamId.ts";
import type { StreamEntry } from "../../keyspace/values/entryCursor.ts";
import type { StreamValue } from "../../keyspace/values/streamValue.ts";
import { errors } from "../../resp/replies.ts";
import { WRONG_TYPE, type CommandContext } from "../context.ts";
import { integerArgument } from "../numbers.ts";
import { intervalEnd, intervalStart } from "./ids.ts";

/** The entries of ids `from` to `to`; at most `count`, 0 for all. */
export function entriesOf(
  stream: StreamValue,
  from: StreamId,
  to: StreamId,
  count: number,
  isReverse: boolean = false,
): StreamEntry[] {
  const found: StreamEntry[] = [];
  const take = (entry: StreamEntry): boolean => found.push(entry) !== count;
  if (isReverse) stream.visitBack(from, to, take);
  else stream.visit(from, to, take);
  return found;
}

export function replyEntries(context: CommandContext, entries: readonly StreamEntry[]): void {
  context.reply.array(entries.length);
  for (const entry of entries) replyEntry(context, entry);
}

export function replyEntry(context: CommandContext, entry: StreamEntry): void {
  context.reply.array(2);
  context.reply.bulk(idText(entry.id));
  context.reply.bulks(entry.items);
}

/**
 * XRANGE key start end [COUNT count]
 * Replies: array of entries, each an id and an array of fields and values; null array for COUNT 0; -WRONGTYPE, -ERR invalid
 * id, -ERR syntax error. "-" and "+" are the ends, "(" excludes. Record: none.
 * @see https://redis.io/docs/latest/commands/xrange/
 */
export function xrange(context: CommandContext, argv: readonly string[]): void {
  const [, key = "", start = "", end = ""] = argv;
  replyRange(context, argv, key, start, end, false);
}

/**
 * XREVRANGE key end start [COUNT count]
 * Replies: as XRANGE, the last entry first. Record: none.
 * @see https://redis.io/docs/latest/commands/xrevrange/
 */
export function xrevrange(context: CommandContext, argv: readonly string[]): void {
  const [, key = "", end = "", start = ""] = argv;
  replyRange(context, argv, key, start, end, true);
}

function replyRange(
  context: CommandContext,
  argv: readonly string[],
  key: string,
  start: string,
  end: string,
  isReverse: boolean,
): void {
  const from = intervalStart(context, start);
  if (from === undefined) return;
  const to = intervalEnd(context, end);
  if (to === undefined) return;
  let count = -1;
  for (let index = 4; index < argv.length; index += 2) {
    const value = argv[index + 1];
    if (value === undefined || (argv[index] ?? "").toUpperCase() !== "COUNT") {
      return context.fail(errors.syntax);
    }
    const given = integerArgument(context, value);
    if (given === undefined) return;
    count = Math.max(given, 0);
  }
  const stream = context.typed(key, "stream");
  if (stream === WRONG_TYPE) return;
  if (stream === undefined) return context.reply.array(0);
  if (count === 0) return context.reply.nullArray();
  replyEntries(context, entriesOf(stream, from, to, Math.max(count, 0), isReverse));
}
