/** Sorted sets: commands on ranges of ranks, scores and members. */
import type { LexRange } from "../keyspace/values/lexRange.ts";
import type { RankWindow, ScoreRange, ZsetValue } from "../keyspace/values/zsetValue.ts";
import { errors } from "../resp/replies.ts";
import { type CommandContext, WRONG_TYPE } from "./context.ts";
import { integerArgument } from "./numbers.ts";
import { notifyRemoved } from "./zset.ts";
import { lexRange, scoreRange } from "./zsetBounds.ts";
import { replyEntries, storeZset } from "./zsetReply.ts";

/** Ranks from start to end, both in; negative ones count from the set's end. */
interface RankRange {
  readonly start: number;
  readonly end: number;
}

type Bounds =
  | { readonly by: "rank"; readonly range: RankRange }
  | { readonly by: "score"; readonly range: ScoreRange }
  | { readonly by: "lex"; readonly range: LexRange };

interface RangeOptions {
  by: Bounds["by"] | undefined;
  isReverse: boolean | undefined;
  withScores: boolean;
  offset: number;
  /** Negative: no limit. */
  limit: number;
}

/** What is fixed by the command's name rather than by options. */
interface RangeForm {
  /** argv[keyAt] is the sorted set, the range's bounds stand behind it. */
  readonly keyAt: number;
  readonly by?: Bounds["by"];
  readonly isReverse?: boolean;
}

/** What a request selects of a sorted set. */
interface Selection {
  readonly bounds: Bounds;
  readonly isReverse: boolean;
  readonly withScores: boolean;
  readonly offset: number;
  readonly limit: number;
}

/**
 * ZRANGE key start stop [BYSCORE|BYLEX] [REV] [LIMIT offset count] [WITHSCORES]
 * Replies: array of members, each followed by its score if asked for, in a pair of their own in RESP3; -WRONGTYPE, -ERR syntax
 * error, -ERR for a bad bound. Record: none. O(log n) and what is returned.
 * @see https://redis.io/docs/latest/commands/zrange/
 */
export function zrange(context: CommandContext, argv: readonly string[]): void {
  replyRange(context, argv, { keyAt: 1 });
}

/**
 * ZREVRANGE key start stop [WITHSCORES]
 * Replies: as ZRANGE with REV. Record: none.
 * @see https://redis.io/docs/latest/commands/zrevrange/
 */
export function zrevrange(context: CommandContext, argv: readonly string[]): void {
  replyRange(context, argv, { keyAt: 1, by: "rank", isReverse: true });
}

/**
 * ZRANGEBYSCORE key min max [WITHSCORES] [LIMIT offset count]
 * Replies: as ZRANGE with BYSCORE. Record: none.
 * @see https://redis.io/docs/latest/commands/zrangebyscore/
 */
export function zrangebyscore(context: CommandContext, argv: readonly string[]): void {
  replyRange(context, argv, { keyAt: 1, by: "score", isReverse: false });
}

/**
 * ZREVRANGEBYSCORE key max min [WITHSCORES] [LIMIT offset count]
 * Replies: as ZRANGE with BYSCORE and REV. Record: none.
 * @see https://redis.io/docs/latest/commands/zrevrangebyscore/
 */
export function zrevrangebyscore(context: CommandContext, argv: readonly string[]): void {
  replyRange(context, argv, { keyAt: 1, by: "score", isReverse: true });
}

/**
 * ZRANGEBYLEX key min max [LIMIT offset count]
 * Replies: as ZRANGE with BYLEX. Record: none.
 * @see https://redis.io/docs/latest/commands/zrangebylex/
 */
export function zrangebylex(context: CommandContext, argv: readonly string[]): void {
  replyRange(context, argv, { keyAt: 1, by: "lex", isReverse: false });
}

/**
 * ZREVRANGEBYLEX key max min [LIMIT offset count]
 * Replies: as ZRANGE with BYLEX and REV. Record: none.
 * @see https://redis.io/docs/latest/commands/zrevrangebylex/
 */
export function zrevrangebylex(context: CommandContext, argv: readonly string[]): void {
  replyRange(context, argv, { keyAt: 1, by: "lex", isReverse: true });
}

/**
 * ZRANGESTORE dst src min max [BYSCORE|BYLEX] [REV] [LIMIT offset count]
 * Replies: integer, members stored; -WRONGTYPE, -ERR syntax error, -ERR for a bad bound. Record: delete of what was there, put.
 * @see https://redis.io/docs/latest/commands/zrangestore/
 */
export function zrangestore(context: CommandContext, argv: readonly string[]): void {
  const selection = selectionOf(context, argv, { keyAt: 2 });
  if (selection === undefined) return;
  const zset = context.typed(argv[2] ?? "", "zset");
  if (zset === WRONG_TYPE) return;
  const members: string[] = [];
  const scores: number[] = [];
  if (zset !== undefined) {
    const { first, count } = windowOf(zset, selection);
    zset.visit(first, count, (member, score) => {
      members.push(member);
      scores.push(score);
    });
  }
  storeZset(context, argv[1] ?? "", { members, scores }, "zrangestore");
}

function replyRange(context: CommandContext, argv: readonly string[], form: RangeForm): void {
  const selection = selectionOf(context, argv, form);
  if (selection === undefined) return;
  const zset = context.typed(argv[form.keyAt] ?? "", "zset");
  if (zset === WRONG_TYPE) return;
  if (zset === undefined) return context.reply.array(0);
  replyEntries(context, zset, windowOf(zset, selection), selection);
}

/** undefined if refused, which was answered. */
function selectionOf(
  context: CommandContext,
  argv: readonly string[],
  form: RangeForm,
): Selection | undefined {
  const options = rangeOptions(context, argv, form);
  if (options === undefined) return undefined;
  const { by = "rank", isReverse = false, withScores, offset, limit } = options;
  if (limit !== -1 && by === "rank")
    return refused(
      context,
      "ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX",
    );
  if (withScores && by === "lex")
    return refused(context, "ERR syntax error, WITHSCORES not supported in combination with BYLEX");
  const low = argv[form.keyAt + 1] ?? "";
  const high = argv[form.keyAt + 2] ?? "";
  const isSwapped = isReverse && by !== "rank";
  const bounds = boundsOf(context, by, isSwapped ? high : low, isSwapped ? low : high);
  return bounds && { bounds, isReverse, withScores, offset, limit };
}

function rangeOptions(
  context: CommandContext,
  argv: readonly string[],
  form: RangeForm,
): RangeOptions | undefined {
  const options: RangeOptions = {
    by: form.by,
    isReverse: form.isReverse,
    withScores: false,
    offset: 0,
    limit: -1,
  };
  for (let index = form.keyAt + 3; index < argv.length; index++) {
    const word = (argv[index] ?? "").toUpperCase();
    if (word === "WITHSCORES" && form.keyAt === 1) options.withScores = true;
    else if (word === "REV" && options.isReverse === undefined) options.isReverse = true;
    else if (word === "BYLEX" && options.by === undefined) options.by = "lex";
    else if (word === "BYSCORE" && options.by === undefined) options.by = "score";
    else if (word === "LIMIT" && index + 2 < argv.length) {
      const offset = integerArgument(context, argv[index + 1] ?? "");
      if (offset === undefined) return undefined;
      const limit = integerArgument(context, argv[index + 2] ?? "");
      if (limit === undefined) return undefined;
      options.offset = offset;
      options.limit = limit;
      index += 2;
    } else return refused(context, errors.syntax);
  }
  return options;
}

function boundsOf(
  context: CommandContext,
  by: Bounds["by"],
  low: string,
  high: string,
): Bounds | undefined {
  switch (by) {
    case "rank": {
      const range = rankRange(context, low, high);
      return range && { by, range };
    }
    case "score": {
      const range = scoreRange(context, low, high);
      return range && { by, range };
    }
    case "lex": {
      const range = lexRange(context, low, high);
      return range && { by, range };
    }
  }
}

function rankRange(context: CommandContext, low: string, high: string): RankRange | undefined {
  const start = integerArgument(context, low);
  if (start === undefined) return undefined;
  const end = integerArgument(context, high);
  return end === undefined ? undefined : { start, end };
}

function refused(context: CommandContext, error: string): undefined {
  context.fail(error);
  return undefined;
}

/** The entries that are selected, as ranks in ascending order. */
function windowOf(zset: ZsetValue, selection: Selection): RankWindow {
  const { bounds, isReverse, offset, limit } = selection;
  if (bounds.by === "rank") {
    const { first, count } = ranksOf(zset.size, bounds.range);
    return isReverse ? { first: zset.size - first - count, count } : { first, count };
  }
  if (offset < 0) return { first: 0, count: 0 };
  if (bounds.by === "lex")
    return limited(zset.lexWindow(bounds.range, isReverse, offset), isReverse, limit);
  const { first, count } = zset.scoreWindow(bounds.range);
  const left = Math.max(count - offset, 0);
  return limited({ first: isReverse ? first : first + offset, count: left }, isReverse, limit);
}

function limited(window: RankWindow, isReverse: boolean, limit: number): RankWindow {
  const { first, count } = window;
  if (limit < 0 || count <= limit) return window;
  return { first: isReverse ? first + count - limit : first, count: limit };
}

function ranksOf(size: number, { start, end }: RankRange): RankWindow {
  const first = Math.max(start < 0 ? start + size : start, 0);
  const last = Math.min(end < 0 ? end + size : end, size - 1);
  return { first, count: Math.max(last - first + 1, 0) };
}

/**
 * ZCOUNT key min max
 * Replies: integer, members with such a score; -WRONGTYPE, -ERR min or max is not a float. Record: none. O(log n).
 * @see https://redis.io/docs/latest/commands/zcount/
 */
export function zcount(context: CommandContext, argv: readonly string[]): void {
  replyCount(context, argv, "score");
}

/**
 * ZLEXCOUNT key min max
 * Replies: integer, members in the range; -WRONGTYPE, -ERR min or max not valid string range item. Record: none. O(log n).
 * @see https://redis.io/docs/latest/commands/zlexcount/
 */
export function zlexcount(context: CommandContext, argv: readonly string[]): void {
  replyCount(context, argv, "lex");
}

function replyCount(context: CommandContext, argv: readonly string[], by: "score" | "lex"): void {
  const [, key = "", low = "", high = ""] = argv;
  const bounds = boundsOf(context, by, low, high);
  if (bounds === undefined) return;
  const zset = context.typed(key, "zset");
  if (zset !== WRONG_TYPE)
    context.reply.integer(zset === undefined ? 0 : ascending(zset, bounds).count);
}

/**
 * ZREMRANGEBYRANK key start stop
 * Replies: integer, members removed; -WRONGTYPE, -ERR value is not an integer. Record: removeRanks. O(log n) and what is removed.
 * @see https://redis.io/docs/latest/commands/zremrangebyrank/
 */
export function zremrangebyrank(context: CommandContext, argv: readonly string[]): void {
  removeRange(context, argv, "rank", "zremrangebyrank");
}

/**
 * ZREMRANGEBYSCORE key min max
 * Replies: integer, members removed; -WRONGTYPE, -ERR min or max is not a float. Record: removeRanks.
 * @see https://redis.io/docs/latest/commands/zremrangebyscore/
 */
export function zremrangebyscore(context: CommandContext, argv: readonly string[]): void {
  removeRange(context, argv, "score", "zremrangebyscore");
}

/**
 * ZREMRANGEBYLEX key min max
 * Replies: integer, members removed; -WRONGTYPE, -ERR min or max not valid string range item. Record: removeRanks.
 * @see https://redis.io/docs/latest/commands/zremrangebylex/
 */
export function zremrangebylex(context: CommandContext, argv: readonly string[]): void {
  removeRange(context, argv, "lex", "zremrangebylex");
}

function removeRange(
  context: CommandContext,
  argv: readonly string[],
  by: Bounds["by"],
  event: string,
): void {
  const [, key = "", low = "", high = ""] = argv;
  const bounds = boundsOf(context, by, low, high);
  if (bounds === undefined) return;
  const zset = context.typed(key, "zset");
  if (zset === WRONG_TYPE) return;
  if (zset === undefined) return context.reply.integer(0);
  const { first, count } = ascending(zset, bounds);
  if (count > 0) {
    context.zsets.removeRanks(key, first, count);
    notifyRemoved(context, event, key, zset);
  }
  context.reply.integer(count);
}

function ascending(zset: ZsetValue, bounds: Bounds): RankWindow {
  return windowOf(zset, { bounds, isReverse: false, withScores: false, offset: 0, limit: -1 });
}
