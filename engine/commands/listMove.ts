/** Lists: commands that move an element from one list to another, that look at several lists, or that wait for an element. */
import type { End } from "../keyspace/values/listValue.ts";
import { errors } from "../resp/replies.ts";
import { parseInteger } from "../structures/integerText.ts";
import { type CommandContext, WRONG_TYPE } from "./context.ts";
import { popOne, popSome } from "./list.ts";
import { notice } from "./notices.ts";
import { timeoutArgument } from "./numbers.ts";

/**
 * RPOPLPUSH source destination
 * Replies: bulk string, null if there is no source; -WRONGTYPE. Record: move.
 * @see https://redis.io/docs/latest/commands/rpoplpush/
 */
export function rpoplpush(context: CommandContext, argv: readonly string[]): void {
  const [, source = "", destination = ""] = argv;
  const list = context.typed(source, "list");
  if (list === WRONG_TYPE) return;
  if (list === undefined) return context.reply.null();
  move(context, { source, from: "tail", destination, to: "head" });
}

/**
 * LMOVE source destination LEFT|RIGHT LEFT|RIGHT
 * Replies: bulk string, null if there is no source; -WRONGTYPE, -ERR syntax error. Record: move.
 * @see https://redis.io/docs/latest/commands/lmove/
 */
export function lmove(context: CommandContext, argv: readonly string[]): void {
  const ends = endsOf(context, argv);
  if (ends === undefined) return;
  const list = context.typed(ends.source, "list");
  if (list === WRONG_TYPE) return;
  if (list === undefined) return context.reply.null();
  move(context, ends);
}

/**
 * BRPOPLPUSH source destination timeout
 * Replies: bulk string; null array if nothing came within so many seconds, null in a transaction; -WRONGTYPE, -ERR for a bad
 * timeout. Record: move.
 * @see https://redis.io/docs/latest/commands/brpoplpush/
 */
export function brpoplpush(context: CommandContext, argv: readonly string[]): void {
  const [, source = "", destination = "", timeout = ""] = argv;
  blockingMove(context, { source, from: "tail", destination, to: "head" }, timeout);
}

/**
 * BLMOVE source destination LEFT|RIGHT LEFT|RIGHT timeout
 * Replies: bulk string; null array if nothing came within so many seconds, null in a transaction; -WRONGTYPE, -ERR syntax
 * error, -ERR for a bad timeout. Record: move.
 * @see https://redis.io/docs/latest/commands/blmove/
 */
export function blmove(context: CommandContext, argv: readonly string[]): void {
  const ends = endsOf(context, argv);
  if (ends !== undefined) blockingMove(context, ends, argv[5] ?? "");
}

interface Ends {
  readonly source: string;
  readonly from: End;
  readonly destination: string;
  readonly to: End;
}

function blockingMove(context: CommandContext, ends: Ends, timeout: string): void {
  const timeoutMs = timeoutArgument(context, timeout);
  if (timeoutMs === undefined) return;
  const list = context.typed(ends.source, "list");
  if (list === WRONG_TYPE) return;
  if (list !== undefined) return move(context, ends);
  context.block({ keys: [ends.source], type: "list", timeoutMs, refusal: "null" });
}

/** The source holds a list. */
function move(context: CommandContext, { source, from, destination, to }: Ends): void {
  if (context.typed(destination, "list") === WRONG_TYPE) return;
  const element = context.lists.move(source, from, destination, to);
  context.notify(notice.list, to === "head" ? "lpush" : "rpush", destination);
  context.reply.bulk(element);
  context.notify(notice.list, from === "head" ? "lpop" : "rpop", source);
  if (context.keyspace.get(source) === undefined) context.notify(notice.generic, "del", source);
}

/** The arguments of LMOVE and BLMOVE; undefined if one was refused, which was answered. */
function endsOf(context: CommandContext, argv: readonly string[]): Ends | undefined {
  const [, source = "", destination = "", fromWord = "", toWord = ""] = argv;
  const from = endNamed(fromWord);
  const to = endNamed(toWord);
  if (from !== undefined && to !== undefined) return { source, from, destination, to };
  context.fail(errors.syntax);
  return undefined;
}

function endNamed(word: string): End | undefined {
  switch (word.toUpperCase()) {
    case "LEFT":
      return "head";
    case "RIGHT":
      return "tail";
    default:
      return undefined;
  }
}

/**
 * BLPOP key [key …] timeout, BRPOP key [key …] timeout
 * Replies: array of the key and the element; null array if nothing came within so many seconds; -WRONGTYPE, -ERR for a bad
 * timeout. Record: dropHead or dropTail.
 * @see https://redis.io/docs/latest/commands/blpop/
 */
export function blpop(context: CommandContext, argv: readonly string[]): void {
  const keys = argv.slice(1, -1);
  popFirst(context, { keys, end: "head", count: undefined, timeout: argv.at(-1) });
}

export function brpop(context: CommandContext, argv: readonly string[]): void {
  const keys = argv.slice(1, -1);
  popFirst(context, { keys, end: "tail", count: undefined, timeout: argv.at(-1) });
}

/**
 * LMPOP numkeys key [key …] LEFT|RIGHT [COUNT count]
 * Replies: array of the key and an array of elements; null array if there is no list; -WRONGTYPE, -ERR numkeys should be
 * greater than 0, -ERR count should be greater than 0, -ERR syntax error. Record: dropHead or dropTail.
 * @see https://redis.io/docs/latest/commands/lmpop/
 */
export function lmpop(context: CommandContext, argv: readonly string[]): void {
  const pop = popOf(context, argv, 1);
  if (pop !== undefined) popFirst(context, pop);
}

/**
 * BLMPOP timeout numkeys key [key …] LEFT|RIGHT [COUNT count]
 * Replies: as LMPOP; null array also if nothing came within so many seconds; -ERR for a bad timeout. Record: as LMPOP.
 * @see https://redis.io/docs/latest/commands/blmpop/
 */
export function blmpop(context: CommandContext, argv: readonly string[]): void {
  const pop = popOf(context, argv, 2);
  if (pop !== undefined) popFirst(context, { ...pop, timeout: argv[1] });
}

interface Pop {
  readonly keys: readonly string[];
  readonly end: End;
  /** Elements to take; undefined: one, not in an array of its own. */
  readonly count: number | undefined;
  /** Undefined: it does not wait. */
  readonly timeout: string | undefined;
}

/** Takes from the first list that is there; on a retry from that which woke the client, as Redis does. */
function popFirst(context: CommandContext, { keys, end, count, timeout }: Pop): void {
  const timeoutMs = timeout === undefined ? -1 : timeoutArgument(context, timeout);
  if (timeoutMs === undefined) return;
  const candidates = context.isRetry ? [context.readyKey] : keys;
  for (const key of candidates) {
    const list = context.typed(key, "list");
    if (list === WRONG_TYPE) return;
    if (list === undefined) continue;
    context.reply.array(2);
    context.reply.bulk(key);
    if (count === undefined) popOne(context, key, end, list);
    else popSome(context, key, end, list, count);
    return;
  }
  if (timeout === undefined) context.reply.nullArray();
  else context.block({ keys, type: "list", timeoutMs, refusal: "nullArray" });
}

/** The arguments of LMPOP and BLMPOP from `numkeys` on; undefined if one was refused, which was answered. */
function popOf(context: CommandContext, argv: readonly string[], from: number): Pop | undefined {
  const numkeys = parseInteger(argv[from] ?? "") ?? 0;
  if (numkeys <= 0) return refused(context, "ERR numkeys should be greater than 0");
  const endAt = from + numkeys + 1;
  const end = endNamed(argv[endAt] ?? "");
  if (end === undefined) return refused(context, errors.syntax);
  const keys = argv.slice(from + 1, endAt);
  if (argv.length === endAt + 1) return { keys, end, count: 1, timeout: undefined };
  const text = argv[endAt + 2];
  if (text === undefined || argv[endAt + 1]?.toUpperCase() !== "COUNT") {
    return refused(context, errors.syntax);
  }
  const count = parseInteger(text) ?? 0;
  if (count <= 0) return refused(context, "ERR count should be greater than 0");
  if (argv.length > endAt + 3) return refused(context, errors.syntax);
  return { keys, end, count, timeout: undefined };
}

function refused(context: CommandContext, error: string): undefined {
  context.fail(error);
  return undefined;
}
