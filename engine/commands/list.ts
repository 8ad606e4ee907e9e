/** Lists: the commands that answer at once. Those that move elements between lists or wait for one are in listMove.ts. */
import type { End, ListValue } from "../keyspace/values/listValue.ts";
import { errors, wrongArity } from "../resp/replies.ts";
import { parseInteger } from "../structures/integerText.ts";
import { type CommandContext, WRONG_TYPE } from "./context.ts";
import { notice } from "./notices.ts";
import { integerArgument } from "./numbers.ts";

/**
 * LPUSH key element [element …], RPUSH key element [element …]
 * Replies: integer, the new length; -WRONGTYPE. Record: pushHead or pushTail. O(1) an element.
 * @see https://redis.io/docs/latest/commands/lpush/
 */
export function lpush(context: CommandContext, argv: readonly string[]): void {
  if (context.typed(argv[1] ?? "", "list") !== WRONG_TYPE) push(context, argv, "head");
}

export function rpush(context: CommandContext, argv: readonly string[]): void {
  if (context.typed(argv[1] ?? "", "list") !== WRONG_TYPE) push(context, argv, "tail");
}

/**
 * LPUSHX key element [element …], RPUSHX key element [element …]
 * Replies: integer, the new length, 0 if there is no list; -WRONGTYPE. Record: pushHead or pushTail.
 * @see https://redis.io/docs/latest/commands/lpushx/
 */
export function lpushx(context: CommandContext, argv: readonly string[]): void {
  if (listOrReply(context, argv[1] ?? "", 0) !== undefined) push(context, argv, "head");
}

export function rpushx(context: CommandContext, argv: readonly string[]): void {
  if (listOrReply(context, argv[1] ?? "", 0) !== undefined) push(context, argv, "tail");
}

function push(context: CommandContext, argv: readonly string[], end: End): void {
  const key = argv[1] ?? "";
  context.reply.integer(context.lists.push(key, end, argv, 2));
  context.notify(notice.list, end === "head" ? "lpush" : "rpush", key);
}

/**
 * LPOP key [count], RPOP key [count]
 * Replies: bulk string or null; with a count an array, null if there is no list; -WRONGTYPE, -ERR value is out of range.
 * Record: dropHead or dropTail. O(1) an element.
 * @see https://redis.io/docs/latest/commands/lpop/
 */
export function lpop(context: CommandContext, argv: readonly string[]): void {
  pop(context, argv, "head");
}

export function rpop(context: CommandContext, argv: readonly string[]): void {
  pop(context, argv, "tail");
}

function pop(context: CommandContext, argv: readonly string[], end: End): void {
  const [name = "", key = "", text] = argv;
  if (argv.length > 3) return context.fail(wrongArity(name.toLowerCase()));
  const count = text === undefined ? 1 : positiveArgument(context, text);
  if (count === undefined) return;
  const list = context.typed(key, "list");
  if (list === WRONG_TYPE) return;
  if (list === undefined) {
    if (text === undefined) context.reply.null();
    else context.reply.nullArray();
  } else if (text === undefined) {
    popOne(context, key, end, list);
  } else if (count === 0) {
    context.reply.array(0);
  } else {
    popSome(context, key, end, list, count);
  }
}

/** Replies with one element and takes it away. */
export function popOne(context: CommandContext, key: string, end: End, list: ListValue): void {
  context.reply.bulk(context.lists.pop(key, end));
  notifyRemoved(context, key, end, list);
}

/** Replies with an array of at most `count` elements, in the order in which they are taken. */
export function popSome(
  context: CommandContext,
  key: string,
  end: End,
  list: ListValue,
  count: number,
): void {
  const taken = Math.min(count, list.length);
  const reply = (element: string): void => context.reply.bulk(element);
  context.reply.array(taken);
  if (end === "head") list.forEach(0, taken, reply);
  else list.forEachBackwards(list.length - 1, taken, reply);
  context.lists.drop(key, end, taken);
  notifyRemoved(context, key, end, list);
}

function notifyRemoved(context: CommandContext, key: string, end: End, list: ListValue): void {
  context.notify(notice.list, end === "head" ? "lpop" : "rpop", key);
  if (list.isEmpty) context.notify(notice.generic, "del", key);
}

/**
 * LLEN key
 * Replies: integer, 0 if there is no list; -WRONGTYPE. Record: none.
 * @see https://redis.io/docs/latest/commands/llen/
 */
export function llen(context: CommandContext, argv: readonly string[]): void {
  const list = listOrReply(context, argv[1] ?? "", 0);
  if (list !== undefined) context.reply.integer(list.length);
}

/**
 * LINDEX key index
 * Replies: bulk string, null outside the list or without one; -WRONGTYPE, -ERR value is not an integer. Record: none.
 * O(N / 2 KiB of elements) from the nearer end.
 * @see https://redis.io/docs/latest/commands/lindex/
 */
export function lindex(context: CommandContext, argv: readonly string[]): void {
  const list = context.typed(argv[1] ?? "", "list");
  if (list === WRONG_TYPE) return;
  if (list === undefined) return context.reply.null();
  const index = integerArgument(context, argv[2] ?? "");
  if (index === undefined) return;
  const at = index < 0 ? list.length + index : index;
  if (at < 0 || at >= list.length) context.reply.null();
  else context.reply.bulk(list.at(at));
}

/**
 * LSET key index element
 * Replies: OK; -ERR no such key, -WRONGTYPE, -ERR value is not an integer, -ERR index out of range. Record: set.
 * @see https://redis.io/docs/latest/commands/lset/
 */
export function lset(context: CommandContext, argv: readonly string[]): void {
  const [, key = "", text = "", element = ""] = argv;
  const list = context.typed(key, "list");
  if (list === WRONG_TYPE) return;
  if (list === undefined) return context.fail(errors.noSuchKey);
  const index = integerArgument(context, text);
  if (index === undefined) return;
  const at = index < 0 ? list.length + index : index;
  if (at < 0 || at >= list.length) return context.fail(errors.outOfRangeIndex);
  context.lists.set(key, at, element);
  context.ok();
  context.notify(notice.list, "lset", key);
}

/**
 * LRANGE key start stop
 * Replies: array, empty without a list; -WRONGTYPE, -ERR value is not an integer. Record: none.
 * @see https://redis.io/docs/latest/commands/lrange/
 */
export function lrange(context: CommandContext, argv: readonly string[]): void {
  const [, key = "", startText = "", stopText = ""] = argv;
  const start = integerArgument(context, startText);
  if (start === undefined) return;
  const stop = integerArgument(context, stopText);
  if (stop === undefined) return;
  const list = context.typed(key, "list");
  if (list === WRONG_TYPE) return;
  if (list === undefined) return context.reply.array(0);
  const { first, count } = rangeOf(list, start, stop);
  context.reply.array(count);
  list.forEach(first, count, (element) => context.reply.bulk(element));
}

/**
 * LTRIM key start stop
 * Replies: OK; -WRONGTYPE, -ERR value is not an integer. Record: trim, none if everything stays.
 * @see https://redis.io/docs/latest/commands/ltrim/
 */
export function ltrim(context: CommandContext, argv: readonly string[]): void {
  const [, key = "", startText = "", stopText = ""] = argv;
  const start = integerArgument(context, startText);
  if (start === undefined) return;
  const stop = integerArgument(context, stopText);
  if (stop === undefined) return;
  const list = context.typed(key, "list");
  if (list === WRONG_TYPE) return;
  if (list === undefined) return context.ok();
  const { first, count } = rangeOf(list, start, stop);
  // Redis breaks the transactions of those who watch the key even if nothing goes.
  if (count === list.length) context.keyspace.modified(key, list, list.sizeBytes);
  else context.lists.trim(key, first, count);
  context.notify(notice.list, "ltrim", key);
  if (list.isEmpty) context.notify(notice.generic, "del", key);
  context.ok();
}

/** The elements from `start` to `stop`, both inside, negative ones counted from the end. */
function rangeOf(
  list: ListValue,
  start: number,
  stop: number,
): { readonly first: number; readonly count: number } {
  const { length } = list;
  const first = Math.max(start < 0 ? length + start : start, 0);
  const last = Math.min(stop < 0 ? length + stop : stop, length - 1);
  return first > last ? { first: 0, count: 0 } : { first, count: last - first + 1 };
}

/**
 * LINSERT key BEFORE|AFTER pivot element
 * Replies: integer, the new length, 0 without a list, -1 without the pivot; -WRONGTYPE, -ERR syntax error. Record: insert.
 * @see https://redis.io/docs/latest/commands/linsert/
 */
export function linsert(context: CommandContext, argv: readonly string[]): void {
  const [, key = "", where = "", pivot = "", element = ""] = argv;
  const side = where.toUpperCase();
  if (side !== "BEFORE" && side !== "AFTER") return context.fail(errors.syntax);
  const list = listOrReply(context, key, 0);
  if (list === undefined) return;
  let at = -1;
  list.find(pivot, "head", list.length, (index) => {
    at = index;
    return false;
  });
  if (at < 0) return context.reply.integer(-1);
  context.lists.insert(key, side === "BEFORE" ? at : at + 1, element);
  context.notify(notice.list, "linsert", key);
  context.reply.integer(list.length);
}

/**
 * LREM key count element
 * Replies: integer, how many were removed, 0 without a list; -WRONGTYPE, -ERR value is not an integer. A negative count begins
 * at the tail, 0 removes all. Record: removeFromHead or removeFromTail, none if nothing was removed.
 * @see https://redis.io/docs/latest/commands/lrem/
 */
export function lrem(context: CommandContext, argv: readonly string[]): void {
  const [, key = "", text = "", element = ""] = argv;
  const count = integerArgument(context, text);
  if (count === undefined) return;
  const list = listOrReply(context, key, 0);
  if (list === undefined) return;
  const most = count === 0 ? Infinity : Math.abs(count);
  const removed = context.lists.remove(key, element, count < 0 ? "tail" : "head", most);
  if (removed > 0) context.notify(notice.list, "lrem", key);
  if (list.isEmpty) context.notify(notice.generic, "del", key);
  context.reply.integer(removed);
}

interface Search {
  /** The first match that counts, from 1. */
  rank: number;
  from: End;
  /** Matches to answer, 0 for all; undefined: one, as an integer of its own. */
  count: number | undefined;
  /** Elements to look at, 0 for all. */
  most: number;
}

/**
 * LPOS key element [RANK rank] [COUNT num-matches] [MAXLEN len]
 * Replies: integer or null; with COUNT an array of integers; -WRONGTYPE, -ERR for a bad option. Record: none.
 * @see https://redis.io/docs/latest/commands/lpos/
 */
export function lpos(context: CommandContext, argv: readonly string[]): void {
  const [, key = "", element = ""] = argv;
  const search: Search = { rank: 1, from: "head", count: undefined, most: 0 };
  for (let index = 3; index < argv.length; index += 2) {
    if (!takeSearchOption(context, argv[index] ?? "", argv[index + 1], search)) return;
  }
  const list = context.typed(key, "list");
  if (list === WRONG_TYPE) return;
  const found = list === undefined ? [] : placesOf(list, element, search);
  if (search.count === undefined) {
    const [first] = found;
    if (first === undefined) context.reply.null();
    else context.reply.integer(first);
    return;
  }
  context.reply.array(found.length);
  for (const index of found) context.reply.integer(index);
}

/** False if the option was refused, which was answered. */
function takeSearchOption(
  context: CommandContext,
  word: string,
  text: string | undefined,
  search: Search,
): boolean {
  const option = text === undefined ? "" : word.toUpperCase();
  switch (option) {
    case "RANK": {
      const rank = integerArgument(context, text ?? "");
      if (rank === undefined) return false;
      if (rank === 0) {
        context.fail(
          "ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ... or use negative to start from the end of the list",
        );
        return false;
      }
      // Redis negates the least of its integers, which leaves it as it is: every match counts then, whatever COUNT says.
      search.rank = text === LEAST_INTEGER ? -Infinity : Math.abs(rank);
      search.from = rank < 0 ? "tail" : "head";
      return true;
    }
    case "COUNT":
    case "MAXLEN": {
      const value = parseInteger(text ?? "") ?? -1;
      if (value < 0) {
        context.fail(`ERR ${option} can't be negative`);
        return false;
      }
      if (option === "COUNT") search.count = value;
      else search.most = value;
      return true;
    }
    default:
      context.fail(errors.syntax);
      return false;
  }
}

const LEAST_INTEGER = "-9223372036854775808";

function placesOf(list: ListValue, element: string, search: Search): number[] {
  const found: number[] = [];
  const { count, rank } = search;
  let wanted = 1;
  if (count !== undefined) wanted = count === 0 || rank === -Infinity ? Infinity : count;
  let matches = 0;
  list.find(element, search.from, search.most === 0 ? list.length : search.most, (index) => {
    matches += 1;
    if (matches >= rank) found.push(index);
    return found.length < wanted;
  });
  return found;
}

/** The list of a key; undefined if it holds another type or is absent, which was answered, the latter with `absent`. */
function listOrReply(context: CommandContext, key: string, absent: number): ListValue | undefined {
  const list = context.typed(key, "list");
  if (list === WRONG_TYPE) return undefined;
  if (list === undefined) context.reply.integer(absent);
  return list;
}

/** A count that is not negative. */
function positiveArgument(context: CommandContext, text: string): number | undefined {
  const value = parseInteger(text);
  if (value !== undefined && value >= 0) return value;
  context.fail(errors.notPositive);
  return undefined;
}
