/** Hashes: the commands of Redis's "hash" group. */
import type { HashValue } from "../keyspace/values/hashValue.ts";
import { errors, wrongArity } from "../resp/replies.ts";
import { addDecimals } from "../structures/extendedFloat.ts";
import { isInt64, parseBigInteger } from "../structures/integerText.ts";
import { WRONG_TYPE, type CommandContext } from "./context.ts";
import { notice } from "./notices.ts";
import { isPairCount, oneOf, sample, sampleCount } from "./sample.ts";
import { cursorArgument, replyScan, replyScanned } from "./scanOptions.ts";

/**
 * HSET key field value [field value …]
 * Replies: integer, how many fields are new; -WRONGTYPE, -ERR wrong number of arguments. Record: set of the pairs.
 * @see https://redis.io/docs/latest/commands/hset/
 */
export function hset(context: CommandContext, argv: readonly string[]): void {
  const made = setPairs(context, argv, "hset");
  if (made === undefined) return;
  context.reply.integer(made);
  context.notify(notice.hash, "hset", argv[1] ?? "");
}

/**
 * HMSET key field value [field value …]
 * Replies: OK; -WRONGTYPE, -ERR wrong number of arguments. Record: set of the pairs.
 * @see https://redis.io/docs/latest/commands/hmset/
 */
export function hmset(context: CommandContext, argv: readonly string[]): void {
  if (setPairs(context, argv, "hmset") === undefined) return;
  context.ok();
  context.notify(notice.hash, "hset", argv[1] ?? "");
}

/** How many fields are new; undefined if refused, which was answered. */
function setPairs(
  context: CommandContext,
  argv: readonly string[],
  commandName: string,
): number | undefined {
  const key = argv[1] ?? "";
  if (argv.length % 2 === 1) {
    context.fail(wrongArity(commandName));
    return undefined;
  }
  if (context.typed(key, "hash") === WRONG_TYPE) return undefined;
  return context.hashes.setPairs(key, argv, 2);
}

/**
 * HSETNX key field value
 * Replies: integer, 1 if set, 0 if the field was there; -WRONGTYPE. Record: set.
 * @see https://redis.io/docs/latest/commands/hsetnx/
 */
export function hsetnx(context: CommandContext, argv: readonly string[]): void {
  const [, key = "", field = "", value = ""] = argv;
  const hash = context.typed(key, "hash");
  if (hash === WRONG_TYPE) return;
  if (hash?.has(field) === true) return context.reply.integer(0);
  context.hashes.set(key, field, value);
  context.reply.integer(1);
  context.notify(notice.hash, "hset", key);
}

/**
 * HGET key field
 * Replies: bulk string or null; -WRONGTYPE. Record: none.
 * @see https://redis.io/docs/latest/commands/hget/
 */
export function hget(context: CommandContext, argv: readonly string[]): void {
  const [, key = "", field = ""] = argv;
  const hash = context.typed(key, "hash");
  if (hash !== WRONG_TYPE) context.reply.bulkOrNull(hash?.get(field));
}

/**
 * HMGET key field [field …]
 * Replies: array of bulk strings, null for fields that are not there; -WRONGTYPE. Record: none.
 * @see https://redis.io/docs/latest/commands/hmget/
 */
export function hmget(context: CommandContext, argv: readonly string[]): void {
  const hash = context.typed(argv[1] ?? "", "hash");
  if (hash === WRONG_TYPE) return;
  context.reply.array(argv.length - 2);
  for (let index = 2; index < argv.length; index++) {
    context.reply.bulkOrNull(hash?.get(argv[index] ?? ""));
  }
}

/**
 * HDEL key field [field …]
 * Replies: integer, how many fields were there; -WRONGTYPE. Record: delete of those; a hash that becomes empty goes.
 * @see https://redis.io/docs/latest/commands/hdel/
 */
export function hdel(context: CommandContext, argv: readonly string[]): void {
  const key = argv[1] ?? "";
  const hash = context.typed(key, "hash");
  if (hash === WRONG_TYPE) return;
  const deleted = hash === undefined ? 0 : context.hashes.delete(key, argv, 2);
  if (deleted > 0) {
    context.notify(notice.hash, "hdel", key);
    if (hash?.isEmpty === true) context.notify(notice.generic, "del", key);
  }
  context.reply.integer(deleted);
}

/**
 * HLEN key
 * Replies: integer, 0 if absent; -WRONGTYPE. Record: none.
 * @see https://redis.io/docs/latest/commands/hlen/
 */
export function hlen(context: CommandContext, argv: readonly string[]): void {
  const hash = context.typed(argv[1] ?? "", "hash");
  if (hash !== WRONG_TYPE) context.reply.integer(hash?.size ?? 0);
}

/**
 * HSTRLEN key field
 * Replies: integer, the length of the value, 0 if there is none; -WRONGTYPE. Record: none.
 * @see https://redis.io/docs/latest/commands/hstrlen/
 */
export function hstrlen(context: CommandContext, argv: readonly string[]): void {
  const [, key = "", field = ""] = argv;
  const hash = context.typed(key, "hash");
  if (hash !== WRONG_TYPE) context.reply.integer(hash?.get(field)?.length ?? 0);
}

/**
 * HEXISTS key field
 * Replies: integer, 1 or 0; -WRONGTYPE. Record: none.
 * @see https://redis.io/docs/latest/commands/hexists/
 */
export function hexists(context: CommandContext, argv: readonly string[]): void {
  const [, key = "", field = ""] = argv;
  const hash = context.typed(key, "hash");
  if (hash !== WRONG_TYPE) context.reply.integer(hash?.has(field) === true ? 1 : 0);
}

/**
 * HGETALL key
 * Replies: map of fields to values, empty if absent; -WRONGTYPE. Record: none. O(fields).
 * @see https://redis.io/docs/latest/commands/hgetall/
 */
export function hgetall(context: CommandContext, argv: readonly string[]): void {
  const hash = context.typed(argv[1] ?? "", "hash");
  if (hash === WRONG_TYPE) return;
  context.reply.map(hash?.size ?? 0);
  hash?.forEach((field, value) => {
    context.reply.bulk(field);
    context.reply.bulk(value);
  });
}

/**
 * HKEYS key
 * Replies: array of the fields, empty if absent; -WRONGTYPE. Record: none. O(fields).
 * @see https://redis.io/docs/latest/commands/hkeys/
 */
export function hkeys(context: CommandContext, argv: readonly string[]): void {
  const hash = context.typed(argv[1] ?? "", "hash");
  if (hash === WRONG_TYPE) return;
  context.reply.array(hash?.size ?? 0);
  hash?.forEach((field) => context.reply.bulk(field));
}

/**
 * HVALS key
 * Replies: array of the values, empty if absent; -WRONGTYPE. Record: none. O(fields).
 * @see https://redis.io/docs/latest/commands/hvals/
 */
export function hvals(context: CommandContext, argv: readonly string[]): void {
  const hash = context.typed(argv[1] ?? "", "hash");
  if (hash === WRONG_TYPE) return;
  context.reply.array(hash?.size ?? 0);
  hash?.forEach((_field, value) => context.reply.bulk(value));
}

/**
 * HINCRBY key field increment
 * Replies: integer, the new value; -WRONGTYPE, -ERR not an integer, -ERR overflow. Record: set of the result.
 * @see https://redis.io/docs/latest/commands/hincrby/
 */
export function hincrby(context: CommandContext, argv: readonly string[]): void {
  const [, key = "", field = "", text = ""] = argv;
  const increment = parseBigInteger(text);
  if (increment === undefined) return context.fail(errors.notInteger);
  const hash = context.typed(key, "hash");
  if (hash === WRONG_TYPE) return;
  const before = parseBigInteger(hash?.get(field) ?? "0");
  if (before === undefined) return context.fail("ERR hash value is not an integer");
  const sum = before + increment;
  if (!isInt64(sum)) return context.fail("ERR increment or decrement would overflow");
  context.hashes.set(key, field, String(sum));
  context.reply.integerText(String(sum));
  context.notify(notice.hash, "hincrby", key);
}

/**
 * HINCRBYFLOAT key field increment
 * Replies: bulk string, the new value; -WRONGTYPE, -ERR not a valid float, -ERR hash value is not a float. Record: set of the
 * result.
 * @see https://redis.io/docs/latest/commands/hincrbyfloat/
 */
export function hincrbyfloat(context: CommandContext, argv: readonly string[]): void {
  const [, key = "", field = "", increment = ""] = argv;
  const alone = addDecimals("0", increment);
  if (alone === "invalid") return context.fail(errors.notFloat);
  if (alone === "infinite") return context.fail("ERR value is NaN or Infinity");
  const hash = context.typed(key, "hash");
  if (hash === WRONG_TYPE) return;
  const sum = addDecimals(hash?.get(field) ?? "0", increment);
  if (sum === "invalid") return context.fail("ERR hash value is not a float");
  if (sum === "infinite") return context.fail("ERR increment would produce NaN or Infinity");
  context.hashes.set(key, field, sum);
  context.reply.bulk(sum);
  context.notify(notice.hash, "hincrbyfloat", key);
}

/**
 * HRANDFIELD key [count [WITHVALUES]]
 * Replies: bulk string or null; with a count an array of fields, with values pairs of arrays (RESP2: one flat array). A
 * negative count may give a field more than once. -WRONGTYPE, -ERR syntax error, -ERR value is out of range. Record: none.
 * @see https://redis.io/docs/latest/commands/hrandfield/
 */
export function hrandfield(context: CommandContext, argv: readonly string[]): void {
  const [, key = "", countText] = argv;
  if (countText === undefined) {
    const hash = context.typed(key, "hash");
    if (hash === WRONG_TYPE) return;
    return context.reply.bulkOrNull(hash === undefined ? hash : oneOf(hash, context.random));
  }
  const count = sampleCount(context, countText);
  if (count === undefined) return;
  const withValues = argv[3]?.toUpperCase() === "WITHVALUES";
  if (argv.length > 4 || (argv.length === 4 && !withValues)) return context.fail(errors.syntax);
  if (withValues && !isPairCount(context, countText)) return;
  const hash = context.typed(key, "hash");
  if (hash === WRONG_TYPE) return;
  const fields = hash === undefined ? [] : sample(context, hash, count);
  if (fields === undefined) return;
  if (withValues && hash !== undefined) replyPairs(context, hash, fields);
  else context.reply.bulks(fields);
}

function replyPairs(context: CommandContext, hash: HashValue, fields: readonly string[]): void {
  const { reply } = context;
  const isNested = reply.version === 3;
  reply.array(isNested ? fields.length : fields.length * 2);
  for (const field of fields) {
    if (isNested) reply.array(2);
    reply.bulk(field);
    reply.bulk(hash.get(field) ?? "");
  }
}

/**
 * HSCAN key cursor [MATCH pattern] [COUNT count]
 * Replies: array of the next cursor and an array of fields, each followed by its value; a field that is there from the first
 * call to the last is returned at least once; -WRONGTYPE, -ERR invalid cursor, -ERR syntax error. Record: none. O(count) a
 * call.
 * @see https://redis.io/docs/latest/commands/hscan/
 */
export function hscan(context: CommandContext, argv: readonly string[]): void {
  const cursor = cursorArgument(context, argv[2] ?? "");
  if (cursor === undefined) return;
  const hash = context.typed(argv[1] ?? "", "hash");
  if (hash === WRONG_TYPE) return;
  if (hash === undefined) replyScanned(context, 0, []);
  else replyScan(context, argv, cursor, hash);
}
