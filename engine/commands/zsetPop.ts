/** Sorted sets: commands that take members from one end. */
import type { ZsetValue } from "../keyspace/values/zsetValue.ts";
import { errors } from "../resp/replies.ts";
import { parseInteger } from "../structures/integerText.ts";
import { type CommandContext, WRONG_TYPE } from "./context.ts";
import { integerArgument, timeoutArgument } from "./numbers.ts";
import { notifyRemoved } from "./zset.ts";

type ZsetEnd = "min" | "max";

/**
 * ZPOPMIN key [count], ZPOPMAX key [count]
 * Replies: array of members, each followed by its score, in a pair of their own in RESP3 if a count is given; -WRONGTYPE, -ERR
 * value is out of range, must be positive. Record: removeRanks. O(log n) and what is taken.
 * @see https://redis.io/docs/latest/commands/zpopmin/
 */
export function zpopmin(context: CommandContext, argv: readonly string[]): void {
  popOne(context, argv, "min");
}

export function zpopmax(context: CommandContext, argv: readonly string[]): void {
  popOne(context, argv, "max");
}

function popOne(context: CommandContext, argv: readonly string[], end: ZsetEnd): void {
  const [, key = "", countText] = argv;
  if (argv.length > 3) return context.fail(errors.syntax);
  const count = countText === undefined ? 1 : countArgument(context, countText);
  if (count === undefined) return;
  const zset = context.typed(key, "zset");
  if (zset === WRONG_TYPE) return;
  if (zset === undefined || count === 0) return context.reply.array(0);
  const taken = Math.min(count, zset.size);
  const isNested = countText !== undefined && context.reply.version === 3;
  context.reply.array(isNested ? taken : taken * 2);
  take(context, key, zset, end, taken, isNested);
}

/** A count that may be 0. */
function countArgument(context: CommandContext, text: string): number | undefined {
  const count = integerArgument(context, text, errors.notPositive);
  if (count === undefined || count >= 0) return count;
  context.fail(errors.notPositive);
  return undefined;
}

/** Replies with so many members and their scores, which are there, and takes them away. */
function take(
  context: CommandContext,
  key: string,
  zset: ZsetValue,
  end: ZsetEnd,
  count: number,
  isNested: boolean,
): void {
  const visitor = (member: string, score: number): void => {
    if (isNested) context.reply.array(2);
    context.reply.bulk(member);
    context.reply.double(score);
  };
  const { size } = zset;
  if (end === "min") zset.visit(0, count, visitor);
  else zset.visitDown(size - 1, count, visitor);
  context.zsets.removeRanks(key, end === "min" ? 0 : size - count, count);
  notifyRemoved(context, end === "min" ? "zpopmin" : "zpopmax", key, zset);
}

/**
 * BZPOPMIN key [key …] timeout, BZPOPMAX key [key …] timeout
 * Replies: array of the key, the member and its score; null array if nothing came within so many seconds; -WRONGTYPE, -ERR for
 * a bad timeout. Record: removeRanks.
 * @see https://redis.io/docs/latest/commands/bzpopmin/
 */
export function bzpopmin(context: CommandContext, argv: readonly string[]): void {
  const keys = argv.slice(1, -1);
  popFirst(context, { keys, end: "min", count: undefined, timeout: argv.at(-1) });
}

export function bzpopmax(context: CommandContext, argv: readonly string[]): void {
  const keys = argv.slice(1, -1);
  popFirst(context, { keys, end: "max", count: undefined, timeout: argv.at(-1) });
}

/**
 * ZMPOP numkeys key [key …] MIN|MAX [COUNT count]
 * Replies: array of the key and an array of pairs of member and score; null array if there is no sorted set; -WRONGTYPE, -ERR
 * numkeys should be greater than 0, -ERR count should be greater than 0, -ERR syntax error. Record: removeRanks.
 * @see https://redis.io/docs/latest/commands/zmpop/
 */
export function zmpop(context: CommandContext, argv: readonly string[]): void {
  const pop = popOf(context, argv, 1);
  if (pop !== undefined) popFirst(context, pop);
}

/**
 * BZMPOP timeout numkeys key [key …] MIN|MAX [COUNT count]
 * Replies: as ZMPOP; null array also if nothing came within so many seconds; -ERR for a bad timeout. Record: as ZMPOP.
 * @see https://redis.io/docs/latest/commands/bzmpop/
 */
export function bzmpop(context: CommandContext, argv: readonly string[]): void {
  const pop = popOf(context, argv, 2);
  if (pop !== undefined) popFirst(context, { ...pop, timeout: argv[1] });
}

interface Pop {
  readonly keys: readonly string[];
  readonly end: ZsetEnd;
  /** Members to take; undefined: one, not in an array of its own. */
  readonly count: number | undefined;
  /** Undefined: it does not wait. */
  readonly timeout: string | undefined;
}

/** Takes from the first sorted set that is there; on a retry from that which woke the client, as Redis does. */
function popFirst(context: CommandContext, { keys, end, count, timeout }: Pop): void {
  const timeoutMs = timeout === undefined ? -1 : timeoutArgument(context, timeout);
  if (timeoutMs === undefined) return;
  for (const key of context.isRetry ? [context.readyKey] : keys) {
    const zset = context.typed(key, "zset");
    if (zset === WRONG_TYPE) return;
    if (zset === undefined) continue;
    const taken = Math.min(count ?? 1, zset.size);
    context.reply.array(count === undefined ? 3 : 2);
    context.reply.bulk(key);
    if (count !== undefined) context.reply.array(taken);
    return take(context, key, zset, end, taken, count !== undefined);
  }
  if (timeout === undefined) context.reply.nullArray();
  else context.block({ keys, type: "zset", timeoutMs, refusal: "nullArray" });
}

/** The arguments of ZMPOP and BZMPOP from `numkeys` on; undefined if one was refused, which was answered. */
function popOf(context: CommandContext, argv: readonly string[], from: number): Pop | undefined {
  const numkeys = parseInteger(argv[from] ?? "") ?? 0;
  if (numkeys <= 0) return refused(context, "ERR numkeys should be greater than 0");
  const endAt = from + numkeys + 1;
  const end = endNamed(argv[endAt] ?? "");
  if (end === undefined) return refused(context, errors.syntax);
  const keys = argv.slice(from + 1, endAt);
  if (argv.length === endAt + 1) return { keys, end, count: 1, timeout: undefined };
  const text = argv[endAt + 2];
  if (text === undefined || argv[endAt + 1]?.toUpperCase() !== "COUNT")
    return refused(context, errors.syntax);
  const count = parseInteger(text) ?? 0;
  if (count <= 0) return refused(context, "ERR count should be greater than 0");
  if (argv.length > endAt + 3) return refused(context, errors.syntax);
  return { keys, end, count, timeout: undefined };
}

function endNamed(word: string): ZsetEnd | undefined {
  switch (word.toUpperCase()) {
    case "MIN":
      return "min";
    case "MAX":
      return "max";
    default:
      return undefined;
  }
}

function refused(context: CommandContext, error: string): undefined {
  context.fail(error);
  return undefined;
}
