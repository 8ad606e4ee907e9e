/** Pending entries of a consumer group: telling them, and giving those of one consumer to another. */
import type { ConsumerGroup, PendingEntry } from "../../keyspace/values/consumerGroup.ts";
import { idText, type StreamId } from "../../keyspace/values/streamId.ts";
import { errors } from "../../resp/replies.ts";
import type { OrderedIndex } from "../../structures/orderedIndex.ts";
import { WRONG_TYPE, type CommandContext } from "../context.ts";
import { integerArgument } from "../numbers.ts";
import { quoting, type StreamGroup } from "./groups.ts";
import { intervalEnd, intervalStart } from "./ids.ts";

/** The stream and group that must be there; undefined if they are not, which was answered. */
export function pendingGroup(
  context: CommandContext,
  key: string,
  name: string,
): StreamGroup | undefined {
  const stream = context.typed(key, "stream");
  if (stream === WRONG_TYPE) return undefined;
  const group = stream?.groups.get(name);
  if (stream !== undefined && group !== undefined) return { stream, group };
  context.fail(quoting("NOGROUP No such key ", key, " or consumer group ", name));
  return undefined;
}

/**
 * XPENDING key group [[IDLE min-idle-time] start end count [consumer]]
 * Replies: array of the count, the first and the last id, and an array of consumers with counts; with a range an array of
 * entries, each its id, consumer, milliseconds since it was delivered, deliveries; -NOGROUP, -WRONGTYPE, -ERR syntax error,
 * -ERR invalid id. Record: none.
 * @see https://redis.io/docs/latest/commands/xpending/
 */
export function xpending(context: CommandContext, argv: readonly string[]): void {
  const [, key = "", name = ""] = argv;
  if (argv.length === 3) {
    const found = pendingGroup(context, key, name);
    if (found !== undefined) replySummary(context, found.group);
    return;
  }
  const range = parseRange(context, argv);
  if (range === undefined) return;
  const found = pendingGroup(context, key, name);
  if (found === undefined) return;
  let { pending } = found.group;
  if (range.consumer !== undefined) {
    const consumer = found.group.consumers.get(range.consumer);
    if (consumer === undefined) return context.reply.array(0);
    pending = consumer.pending;
  }
  replyPending(context, pending, range);
}

function replySummary(context: CommandContext, group: ConsumerGroup): void {
  const { reply } = context;
  const { first, last, size } = group.pending;
  reply.array(4);
  reply.integer(size);
  if (first === undefined || last === undefined) {
    reply.null();
    reply.null();
    reply.nullArray();
    return;
  }
  reply.bulk(idText(first.key));
  reply.bulk(idText(last.key));
  const counts: (readonly [string, number])[] = [];
  group.consumers.visitFrom(undefined, ({ key, pending }) => {
    if (pending.size > 0) counts.push([key, pending.size]);
    return true;
  });
  reply.array(counts.length);
  for (const [consumer, count] of counts) reply.bulks([consumer, String(count)]);
}

interface PendingRange {
  readonly minIdleMs: number;
  readonly from: StreamId;
  readonly to: StreamId;
  readonly count: number;
  readonly consumer: string | undefined;
}

function parseRange(context: CommandContext, argv: readonly string[]): PendingRange | undefined {
  if (argv.length < 6 || argv.length > 9) {
    context.fail(errors.syntax);
    return undefined;
  }
  let at = 3;
  let minIdleMs = 0;
  if ((argv[3] ?? "").toUpperCase() === "IDLE") {
    const given = integerArgument(context, argv[4] ?? "");
    if (given === undefined) return undefined;
    if (argv.length < 8) {
      context.fail(errors.syntax);
      return undefined;
    }
    minIdleMs = given;
    at += 2;
  }
  const count = integerArgument(context, argv[at + 2] ?? "");
  if (count === undefined) return undefined;
  const from = intervalStart(context, argv[at] ?? "");
  if (from === undefined) return undefined;
  const to = intervalEnd(context, argv[at + 1] ?? "");
  if (to === undefined) return undefined;
  return { minIdleMs, from, to, count: Math.max(count, 0), consumer: argv[at + 3] };
}

function replyPending(
  context: CommandContext,
  pending: OrderedIndex<PendingEntry>,
  range: PendingRange,
): void {
  const { reply, unixMs } = context;
  const found: PendingEntry[] = [];
  if (range.count > 0) {
    pending.visitFrom(range.from, (entry) => {
      if (entry.key > range.to) return false;
      const isIdle = range.minIdleMs === 0 || unixMs - entry.deliveredAtUnixMs >= range.minIdleMs;
      if (isIdle) found.push(entry);
      return found.length < range.count;
    });
  }
  reply.array(found.length);
  for (const { key, consumer, deliveredAtUnixMs, deliveryCount } of found) {
    reply.array(4);
    reply.bulk(idText(key));
    reply.bulk(consumer.key);
    reply.integer(Math.max(unixMs - deliveredAtUnixMs, 0));
    reply.integerText(String(deliveryCount));
  }
}
