/**
 * Sorted sets: commands on single members. Ranges are in zsetRange.ts, what takes members from the ends in zsetPop.ts, unions
 * and their kin in zsetCombine.ts.
 */
import type { ZsetValue } from "../keyspace/values/zsetValue.ts";
import type { Acceptance, ScoredMembers } from "../replication/effects/zset.ts";
import { errors } from "../resp/replies.ts";
import { doubleText } from "../structures/doubleText.ts";
import { type CommandContext, WRONG_TYPE } from "./context.ts";
import { notice } from "./notices.ts";
import { doubleArgument } from "./numbers.ts";
import { isPairCount, oneOf, sample, sampleCount, type Sampled } from "./sample.ts";
import { cursorArgument, replyScan, replyScanned } from "./scanOptions.ts";
import { beginEntries, replyEntry } from "./zsetReply.ts";

const CAPITAL_A = 65;
const MOST_PACKED_INTEGER: number = 2 ** 62;

/** A member's new score may have to be greater ("gt") or less than the one it has. */
interface ScoreOptions {
  nx: boolean;
  xx: boolean;
  gt: boolean;
  lt: boolean;
  ch: boolean;
}

interface AddOptions extends ScoreOptions {
  incr: boolean;
  /** argv[pairsAt] is the first score. */
  pairsAt: number;
}

/**
 * ZADD key [NX|XX] [GT|LT] [CH] [INCR] score member [score member …]
 * Replies: integer, members added, with CH also those moved; with INCR double, the new score, or null if the options forbade
 * it; -WRONGTYPE, -ERR syntax error, -ERR for options that exclude each other, -ERR value is not a valid float, -ERR resulting
 * score is not a number. Record: put, of the scores that changed. O(log n) a member.
 * @see https://redis.io/docs/latest/commands/zadd/
 */
export function zadd(context: CommandContext, argv: readonly string[]): void {
  addGeneric(context, argv, false);
}

/**
 * ZINCRBY key increment member
 * Replies: double, the new score; -WRONGTYPE, -ERR value is not a valid float, -ERR resulting score is not a number. Record:
 * put. It is ZADD with INCR, whose options it therefore takes in the place of the increment, to refuse them.
 * @see https://redis.io/docs/latest/commands/zincrby/
 */
export function zincrby(context: CommandContext, argv: readonly string[]): void {
  addGeneric(context, argv, true);
}

function addGeneric(context: CommandContext, argv: readonly string[], isIncrement: boolean): void {
  const key = argv[1] ?? "";
  const options = addOptions(context, argv, isIncrement);
  if (options === undefined) return;
  const members: string[] = [];
  const scores: number[] = [];
  for (let index = options.pairsAt; index < argv.length; index += 2) {
    const score = doubleArgument(context, argv[index] ?? "");
    if (score === undefined) return;
    scores.push(score);
    members.push(argv[index + 1] ?? "");
  }
  if (options.incr) increment(context, key, options, members[0] ?? "", scores[0] ?? 0);
  else addScores(context, key, { members, scores }, options);
}

/** What ZADD does when its arguments have been read. */
export function addScores(
  context: CommandContext,
  key: string,
  added: ScoredMembers,
  options: ScoreOptions,
): void {
  const zset = context.typed(key, "zset");
  if (zset === WRONG_TYPE) return;
  if (zset === undefined && options.xx) return context.reply.integer(0);
  const done = context.zsets.putAll(key, added, acceptance(options));
  context.reply.integer(options.ch ? done.added + done.moved : done.added);
  if (done.added + done.moved > 0) context.notify(notice.zset, "zadd", key);
}

function increment(
  context: CommandContext,
  key: string,
  options: ScoreOptions,
  member: string,
  amount: number,
): void {
  const zset = context.typed(key, "zset");
  if (zset === WRONG_TYPE) return;
  const before = zset?.scoreOf(member);
  if (options.nx ? before !== undefined : options.xx && before === undefined)
    return context.reply.null();
  const score = before === undefined ? amount : before + amount;
  if (Number.isNaN(score)) return context.fail("ERR resulting score is not a number (NaN)");
  if (acceptance(options)?.(score, before) === false) return context.reply.null();
  const outcome = context.zsets.put(key, member, score);
  context.reply.double(score);
  if (outcome !== "same") context.notify(notice.zset, "zincr", key);
}

/** undefined if every score is accepted. */
function acceptance({ nx, xx, gt, lt }: ScoreOptions): Acceptance | undefined {
  if (!nx && !xx && !gt && !lt) return undefined;
  return (score, before) => {
    if (before === undefined) return !xx;
    return !nx && (!gt || score > before) && (!lt || score < before);
  };
}

/** undefined if they were refused, which was answered. */
function addOptions(
  context: CommandContext,
  argv: readonly string[],
  isIncrement: boolean,
): AddOptions | undefined {
  const options: AddOptions = {
    nx: false,
    xx: false,
    gt: false,
    lt: false,
    ch: false,
    incr: isIncrement,
    pairsAt: 2,
  };
  while (takeOption(options, argv[options.pairsAt] ?? "")) options.pairsAt++;
  const { nx, xx, gt, lt, incr, pairsAt } = options;
  const words = argv.length - pairsAt;
  if (words <= 0 || words % 2 !== 0) context.fail(errors.syntax);
  else if (nx && xx) context.fail("ERR XX and NX options at the same time are not compatible");
  else if ((gt && nx) || (lt && nx) || (gt && lt))
    context.fail("ERR GT, LT, and/or NX options at the same time are not compatible");
  else if (incr && words > 2)
    context.fail("ERR INCR option supports a single increment-element pair");
  else return options;
  return undefined;
}

/** False if the word is no option. */
function takeOption(options: AddOptions, word: string): boolean {
  // Most words here are scores, which begin with a digit.
  if (word.charCodeAt(0) < CAPITAL_A || word.length > 4) return false;
  switch (word.toLowerCase()) {
    case "nx":
    case "xx":
    case "gt":
    case "lt":
    case "ch":
    case "incr":
      options[word.toLowerCase() as "nx" | "xx" | "gt" | "lt" | "ch" | "incr"] = true;
      return true;
    default:
      return false;
  }
}

/**
 * ZREM key member [member …]
 * Replies: integer, how many were there; -WRONGTYPE. Record: remove. O(log n) a member.
 * @see https://redis.io/docs/latest/commands/zrem/
 */
export function zrem(context: CommandContext, argv: readonly string[]): void {
  const key = argv[1] ?? "";
  const zset = context.typed(key, "zset");
  if (zset === WRONG_TYPE) return;
  if (zset === undefined) return context.reply.integer(0);
  const removed = context.zsets.remove(key, argv, 2);
  if (removed > 0) notifyRemoved(context, "zrem", key, zset);
  context.reply.integer(removed);
}

/** Tells of members that an event took away, and of a key that is gone with the last one. */
export function notifyRemoved(
  context: CommandContext,
  event: string,
  key: string,
  zset: ZsetValue,
): void {
  context.notify(notice.zset, event, key);
  if (zset.isEmpty) context.notify(notice.generic, "del", key);
}

/**
 * ZCARD key
 * Replies: integer, 0 if absent; -WRONGTYPE. Record: none. O(1).
 * @see https://redis.io/docs/latest/commands/zcard/
 */
export function zcard(context: CommandContext, argv: readonly string[]): void {
  const zset = context.typed(argv[1] ?? "", "zset");
  if (zset !== WRONG_TYPE) context.reply.integer(zset?.size ?? 0);
}

/**
 * ZSCORE key member
 * Replies: double, null if absent; -WRONGTYPE. Record: none. O(1).
 * @see https://redis.io/docs/latest/commands/zscore/
 */
export function zscore(context: CommandContext, argv: readonly string[]): void {
  const zset = context.typed(argv[1] ?? "", "zset");
  if (zset !== WRONG_TYPE) replyScore(context, zset?.scoreOf(argv[2] ?? ""));
}

/**
 * ZMSCORE key member [member …]
 * Replies: array of doubles, null for absent members; -WRONGTYPE. Record: none. O(1) a member.
 * @see https://redis.io/docs/latest/commands/zmscore/
 */
export function zmscore(context: CommandContext, argv: readonly string[]): void {
  const zset = context.typed(argv[1] ?? "", "zset");
  if (zset === WRONG_TYPE) return;
  context.reply.array(argv.length - 2);
  for (let index = 2; index < argv.length; index++)
    replyScore(context, zset?.scoreOf(argv[index] ?? ""));
}

function replyScore(context: CommandContext, score: number | undefined): void {
  if (score === undefined) context.reply.null();
  else context.reply.double(score);
}

/**
 * ZRANK key member, ZREVRANK key member
 * Replies: integer, how many members stand in front of it, or behind it; null if absent; -WRONGTYPE. Record: none. O(log n).
 * @see https://redis.io/docs/latest/commands/zrank/
 */
export function zrank(context: CommandContext, argv: readonly string[]): void {
  replyRank(context, argv, (rank) => rank);
}

export function zrevrank(context: CommandContext, argv: readonly string[]): void {
  replyRank(context, argv, (rank, size) => size - 1 - rank);
}

function replyRank(
  context: CommandContext,
  argv: readonly string[],
  shown: (rank: number, size: number) => number,
): void {
  const zset = context.typed(argv[1] ?? "", "zset");
  if (zset === WRONG_TYPE) return;
  const rank = zset?.rankOf(argv[2] ?? "") ?? -1;
  if (zset === undefined || rank < 0) context.reply.null();
  else context.reply.integer(shown(rank, zset.size));
}

/**
 * ZRANDMEMBER key [count [WITHSCORES]]
 * Replies: bulk string, null if absent; with a count array of different members, or of repeated ones if it is negative, with
 * their scores if asked for, in a pair of their own in RESP3; -WRONGTYPE, -ERR value is out of range, -ERR syntax error.
 * Record: none. O(log n) a member.
 * @see https://redis.io/docs/latest/commands/zrandmember/
 */
export function zrandmember(context: CommandContext, argv: readonly string[]): void {
  const [, key = "", countText, option] = argv;
  if (countText === undefined) {
    const zset = context.typed(key, "zset");
    if (zset === WRONG_TYPE) return;
    if (zset === undefined) return context.reply.null();
    return context.reply.bulk(oneOf(sampled(zset), context.random));
  }
  const count = sampleCount(context, countText);
  if (count === undefined) return;
  const withScores = option !== undefined;
  if (argv.length > 4 || (withScores && option.toUpperCase() !== "WITHSCORES"))
    return context.fail(errors.syntax);
  if (withScores && !isPairCount(context, countText)) return;
  const zset = context.typed(key, "zset");
  if (zset === WRONG_TYPE) return;
  if (zset === undefined) return context.reply.array(0);
  const members = sample(context, sampled(zset), count);
  if (members === undefined) return;
  beginEntries(context, members.length, withScores);
  for (const member of members)
    replyEntry(context, member, withScores ? (zset.scoreOf(member) ?? 0) : 0, withScores);
}

function sampled(zset: ZsetValue): Sampled {
  return {
    size: zset.size,
    forEach: (visit) => zset.visit(0, zset.size, visit),
    at: (index) => {
      let found = "";
      zset.visit(index, 1, (member) => {
        found = member;
      });
      return found;
    },
  };
}

/**
 * ZSCAN key cursor [MATCH pattern] [COUNT count]
 * Replies: array of the next cursor and an array of members, each followed by its score; a member that is there from the
 * first call to the last is returned at least once; -WRONGTYPE, -ERR invalid cursor, -ERR syntax error. Record: none.
 * @see https://redis.io/docs/latest/commands/zscan/
 */
export function zscan(context: CommandContext, argv: readonly string[]): void {
  const cursor = cursorArgument(context, argv[2] ?? "");
  if (cursor === undefined) return;
  const zset = context.typed(argv[1] ?? "", "zset");
  if (zset === WRONG_TYPE) return;
  if (zset === undefined) return replyScanned(context, 0, []);
  replyScan(context, argv, cursor, {
    scan: (at, visit) =>
      zset.scan(at, (member, score) => visit(member, scannedText(score, zset.encoding))),
  });
}

/** Redis packs integers as such and shows all their digits, where other scores are shown as doubles. */
function scannedText(score: number, encoding: ZsetValue["encoding"]): string {
  const isInteger = Number.isInteger(score) && Math.abs(score) <= MOST_PACKED_INTEGER;
  return isInteger && encoding === "listpack" ? String(BigInt(score)) : doubleText(score);
}
