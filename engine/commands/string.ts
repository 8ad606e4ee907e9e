/** Strings: the commands of Redis's "string" group, save LCS. */
import { NEVER } from "../keyspace/keyspace.ts";
import { isString, textOf, type StringValue } from "../keyspace/value.ts";
import { ByteString } from "../keyspace/values/byteString.ts";
import { errors, wrongArity } from "../resp/replies.ts";
import { addDecimals } from "../structures/extendedFloat.ts";
import { isInt64, parseBigInteger, parseInteger } from "../structures/integerText.ts";
import { WRONG_TYPE, type CommandContext } from "./context.ts";
import { notice } from "./notices.ts";
import { integerArgument, isGreater, positiveDeadline, type DeadlineUnit } from "./numbers.ts";

const EX: DeadlineUnit = { unitMs: 1000, isRelative: true };
const PX: DeadlineUnit = { unitMs: 1, isRelative: true };
const EXAT: DeadlineUnit = { unitMs: 1000, isRelative: false };
const PXAT: DeadlineUnit = { unitMs: 1, isRelative: false };

/** What Redis reads of a decimal. */
const MOST_NUMBER_CHARS: number = 5 * 1024;

const wouldOverflow = "ERR increment or decrement would overflow";

/**
 * APPEND key value
 * Replies: integer, the new length; -WRONGTYPE. Record: append of the suffix.
 * @see https://redis.io/docs/latest/commands/append/
 */
export function append(context: CommandContext, argv: readonly string[]): void {
  const [, key = "", suffix = ""] = argv;
  const value = context.typed(key, "string");
  if (value === WRONG_TYPE) return;
  if (value !== undefined && !hasRoom(context, value.length + suffix.length)) return;
  const length = context.append(key, suffix);
  context.notify(notice.string, "append", key);
  context.reply.integer(length);
}

/**
 * INCR key, DECR key, INCRBY key increment, DECRBY key decrement
 * Replies: integer, the new value; -WRONGTYPE, -ERR not an integer, -ERR overflow. Record: set of the result, deadline kept.
 * @see https://redis.io/docs/latest/commands/incr/
 */
export function incr(context: CommandContext, argv: readonly string[]): void {
  addInteger(context, argv[1] ?? "", "1");
}

export function decr(context: CommandContext, argv: readonly string[]): void {
  addInteger(context, argv[1] ?? "", "-1");
}

export function incrby(context: CommandContext, argv: readonly string[]): void {
  const [, key = "", increment = ""] = argv;
  if (parseInteger(increment) === undefined) return context.fail(errors.notInteger);
  addInteger(context, key, increment);
}

export function decrby(context: CommandContext, argv: readonly string[]): void {
  const decrement = parseBigInteger(argv[2] ?? "");
  if (decrement === undefined) return context.fail(errors.notInteger);
  if (!isInt64(-decrement)) return context.fail("ERR decrement would overflow");
  addInteger(context, argv[1] ?? "", String(-decrement));
}

function addInteger(context: CommandContext, key: string, increment: string): void {
  const value = context.typed(key, "string");
  if (value === WRONG_TYPE) return;
  const text = value === undefined ? "0" : numberText(value);
  const before = parseInteger(text);
  if (before === undefined) return context.fail(errors.notInteger);
  const step = Number(increment);
  const sum = before + step;
  let result = String(sum);
  const isExact = Number.isSafeInteger(before) && Number.isSafeInteger(step);
  if (!isExact || !Number.isSafeInteger(sum)) {
    const exact = BigInt(text) + BigInt(increment);
    if (!isInt64(exact)) return context.fail(wouldOverflow);
    result = String(exact);
  }
  context.set(key, result, context.deadlineOf(key));
  context.notify(notice.string, "incrby", key);
  context.reply.integerText(result);
}

/** The text of a value that may be a number: none if it is too long for one, and perhaps for a JavaScript string. */
function numberText(value: StringValue): string {
  return value.length > MOST_NUMBER_CHARS ? "" : textOf(value);
}

/**
 * INCRBYFLOAT key increment
 * Replies: bulk string, the new value; -WRONGTYPE, -ERR not a valid float. Record: set of the result, deadline kept.
 * Redis computes in the 80-bit floats of x86 and prints 17 decimals; so does structures/extendedFloat.ts.
 * @see https://redis.io/docs/latest/commands/incrbyfloat/
 */
export function incrbyfloat(context: CommandContext, argv: readonly string[]): void {
  const [, key = "", increment = ""] = argv;
  const value = context.typed(key, "string");
  if (value === WRONG_TYPE) return;
  const sum = addDecimals(value === undefined ? "0" : numberText(value), increment);
  if (sum === "invalid") return context.fail(errors.notFloat);
  if (sum === "infinite") return context.fail("ERR increment would produce NaN or Infinity");
  const isInteger = parseBigInteger(sum) !== undefined;
  context.set(key, isInteger ? ByteString.embedded(sum) : sum, context.deadlineOf(key));
  context.notify(notice.string, "incrbyfloat", key);
  context.reply.bulk(sum);
}

/**
 * GET key
 * Replies: bulk string or null; -WRONGTYPE. Record: none.
 * @see https://redis.io/docs/latest/commands/get/
 */
export function get(context: CommandContext, argv: readonly string[]): void {
  replyValue(context, argv[1] ?? "");
}

/**
 * GETDEL key
 * Replies: bulk string or null; -WRONGTYPE. Record: delete.
 * @see https://redis.io/docs/latest/commands/getdel/
 */
export function getdel(context: CommandContext, argv: readonly string[]): void {
  const key = argv[1] ?? "";
  if (!replyValue(context, key)) return;
  if (context.delete(key)) context.notify(notice.generic, "del", key);
}

/**
 * GETSET key value
 * Replies: bulk string or null, the value before; -WRONGTYPE. Record: set without deadline.
 * @see https://redis.io/docs/latest/commands/getset/
 */
export function getset(context: CommandContext, argv: readonly string[]): void {
  const [, key = "", value = ""] = argv;
  if (!replyValue(context, key)) return;
  context.set(key, value, NEVER);
  context.notify(notice.string, "set", key);
}

/**
 * GETEX key [EX seconds|PX milliseconds|EXAT unix-time-seconds|PXAT unix-time-milliseconds|PERSIST]
 * Replies: bulk string or null; -WRONGTYPE, -ERR syntax error, -ERR invalid expire time. Record: expire, persist, or delete
 * if the deadline has passed already.
 * @see https://redis.io/docs/latest/commands/getex/
 */
export function getex(context: CommandContext, argv: readonly string[]): void {
  const key = argv[1] ?? "";
  const options = parseOptions(argv, 2, "getex");
  if (options === undefined) return context.fail(errors.syntax);
  const value = context.typed(key, "string");
  if (value === undefined) return context.reply.null();
  if (value === WRONG_TYPE) return;
  const deadline = deadlineOf(context, options, "getex");
  if (deadline === undefined) return;
  replyString(context, value);
  if (options.unit !== undefined) {
    const isPast = !options.unit.isRelative && deadline <= context.unixMs;
    const isDeleted = isPast && context.isPrimary;
    if (isDeleted) context.delete(key);
    else context.expire(key, deadline);
    context.notify(notice.generic, isDeleted ? "del" : "expire", key);
  } else if (options.persist && context.deadlineOf(key) !== NEVER) {
    context.expire(key, NEVER);
    context.notify(notice.generic, "persist", key);
  }
}

/**
 * GETRANGE key start end, SUBSTR key start end
 * Replies: bulk string, bytes start to end inclusive, negative ones counted from the end; -WRONGTYPE. Record: none.
 * @see https://redis.io/docs/latest/commands/getrange/
 */
export function getrange(context: CommandContext, argv: readonly string[]): void {
  const [, , firstText = "", lastText = ""] = argv;
  const first = integerArgument(context, firstText);
  if (first === undefined) return;
  const last = integerArgument(context, lastText);
  if (last === undefined) return;
  const value = context.typed(argv[1] ?? "", "string") ?? "";
  if (value === WRONG_TYPE) return;
  if (first < 0 && last < 0 && isGreater(firstText, lastText)) return context.reply.bulk("");
  const start = Math.max(first < 0 ? value.length + first : first, 0);
  const end = Math.max(last < 0 ? value.length + last : last, 0);
  replyBytes(context, value, start, Math.max(start, end + 1));
}

/**
 * SETRANGE key offset value
 * Replies: integer, the new length; -WRONGTYPE, -ERR offset is out of range. Record: setRange.
 * @see https://redis.io/docs/latest/commands/setrange/
 */
export function setrange(context: CommandContext, argv: readonly string[]): void {
  const [, key = "", offsetText = "", bytes = ""] = argv;
  const offset = integerArgument(context, offsetText);
  if (offset === undefined) return;
  if (offset < 0) return context.fail("ERR offset is out of range");
  const value = context.typed(key, "string") ?? "";
  if (value === WRONG_TYPE) return;
  if (bytes.length === 0) return context.reply.integer(value.length);
  if (!hasRoom(context, offset + bytes.length)) return;
  const length = context.setRange(key, offset, bytes);
  context.notify(notice.string, "setrange", key);
  context.reply.integer(length);
}

/**
 * STRLEN key
 * Replies: integer, 0 if absent; -WRONGTYPE. Record: none.
 * @see https://redis.io/docs/latest/commands/strlen/
 */
export function strlen(context: CommandContext, argv: readonly string[]): void {
  const value = context.typed(argv[1] ?? "", "string") ?? "";
  if (value !== WRONG_TYPE) context.reply.integer(value.length);
}

/**
 * MGET key [key …]
 * Replies: array of bulk strings, null for absent keys and those of other types. Record: none.
 * @see https://redis.io/docs/latest/commands/mget/
 */
export function mget(context: CommandContext, argv: readonly string[]): void {
  context.reply.array(argv.length - 1);
  for (let index = 1; index < argv.length; index++) {
    const value = context.value(argv[index] ?? "");
    if (value !== undefined && isString(value)) replyString(context, value);
    else context.reply.null();
  }
}

/**
 * MSET key value [key value …]
 * Replies: OK; -ERR wrong number of arguments. Record: one set a key.
 * @see https://redis.io/docs/latest/commands/mset/
 */
export function mset(context: CommandContext, argv: readonly string[]): void {
  if (argv.length % 2 === 0) return context.fail(wrongArity("mset"));
  setPairs(context, argv);
  context.ok();
}

/**
 * MSETNX key value [key value …]
 * Replies: integer, 1 if all keys were set, 0 if one existed and none was. Record: one set a key.
 * @see https://redis.io/docs/latest/commands/msetnx/
 */
export function msetnx(context: CommandContext, argv: readonly string[]): void {
  if (argv.length % 2 === 0) return context.fail(wrongArity("msetnx"));
  for (let index = 1; index < argv.length; index += 2) {
    if (context.value(argv[index] ?? "") !== undefined) return context.reply.integer(0);
  }
  setPairs(context, argv);
  context.reply.integer(1);
}

function setPairs(context: CommandContext, argv: readonly string[]): void {
  for (let index = 1; index < argv.length; index += 2) {
    const key = argv[index] ?? "";
    context.expireDue(key);
    context.set(key, argv[index + 1] ?? "", NEVER);
    context.notify(notice.string, "set", key);
  }
}

/**
 * SET key value [NX|XX] [GET] [EX seconds|PX milliseconds|EXAT unix-time-seconds|PXAT unix-time-milliseconds|KEEPTTL]
 * Replies: OK; null if NX or XX forbade it; with GET the value before, or null; -WRONGTYPE (GET), -ERR syntax error,
 * -ERR invalid expire time. Record: set with an absolute deadline.
 * @see https://redis.io/docs/latest/commands/set/
 */
export function set(context: CommandContext, argv: readonly string[]): void {
  const [, key = "", value = ""] = argv;
  const options = parseOptions(argv, 3, "set");
  if (options === undefined) return context.fail(errors.syntax);
  const deadline = deadlineOf(context, options, "set");
  if (deadline === undefined) return;
  context.looksToRead = options.get;
  if (options.get && !replyValue(context, key)) return;
  const isThere = options.get
    ? context.keyspace.get(key) !== undefined
    : context.value(key) !== undefined;
  const isForbidden = options.nx ? isThere : options.xx && !isThere;
  if (isForbidden) {
    if (!options.get) context.reply.null();
    return;
  }
  context.set(key, value, options.keepTtl ? context.deadlineOf(key) : deadline);
  context.notify(notice.string, "set", key);
  if (options.unit !== undefined) context.notify(notice.generic, "expire", key);
  if (!options.get) context.ok();
}

/**
 * SETNX key value
 * Replies: integer, 1 if set, 0 if the key existed. Record: set.
 * @see https://redis.io/docs/latest/commands/setnx/
 */
export function setnx(context: CommandContext, argv: readonly string[]): void {
  const [, key = "", value = ""] = argv;
  if (context.value(key) !== undefined) return context.reply.integer(0);
  context.set(key, value, NEVER);
  context.notify(notice.string, "set", key);
  context.reply.integer(1);
}

/**
 * SETEX key seconds value
 * Replies: OK; -ERR invalid expire time. Record: set with an absolute deadline.
 * @see https://redis.io/docs/latest/commands/setex/
 */
export function setex(context: CommandContext, argv: readonly string[]): void {
  setWithDeadline(context, argv, EX, "setex");
}

/**
 * PSETEX key milliseconds value
 * Replies: OK; -ERR invalid expire time. Record: set with an absolute deadline.
 * @see https://redis.io/docs/latest/commands/psetex/
 */
export function psetex(context: CommandContext, argv: readonly string[]): void {
  setWithDeadline(context, argv, PX, "psetex");
}

function setWithDeadline(
  context: CommandContext,
  argv: readonly string[],
  unit: DeadlineUnit,
  commandName: string,
): void {
  const [, key = "", time = "", value = ""] = argv;
  const deadline = positiveDeadline(context, time, unit, commandName);
  if (deadline === undefined) return;
  context.expireDue(key);
  context.set(key, value, deadline);
  context.notify(notice.string, "set", key);
  context.notify(notice.generic, "expire", key);
  context.ok();
}

interface Options {
  nx: boolean;
  xx: boolean;
  get: boolean;
  keepTtl: boolean;
  persist: boolean;
  unit: DeadlineUnit | undefined;
  time: string;
}

const NO_OPTIONS: Readonly<Options> = {
  nx: false,
  xx: false,
  get: false,
  keepTtl: false,
  persist: false,
  unit: undefined,
  time: "",
};

/** The options of SET and GETEX; undefined is a syntax error. An option may be repeated, two that exclude each other not. */
function parseOptions(
  argv: readonly string[],
  from: number,
  command: "set" | "getex",
): Readonly<Options> | undefined {
  if (argv.length === from) return NO_OPTIONS;
  const options: Options = { ...NO_OPTIONS };
  for (let index = from; index < argv.length; index++) {
    const word = (argv[index] ?? "").toUpperCase();
    const unit = unitNamed(word);
    if (unit !== undefined) {
      const time = argv[index + 1];
      const isOther = options.unit !== undefined && options.unit !== unit;
      if (time === undefined || isOther || options.keepTtl || options.persist) return undefined;
      options.unit = unit;
      options.time = time;
      index++;
    } else if (!takeFlag(options, word, command)) {
      return undefined;
    }
  }
  return options;
}

function takeFlag(options: Options, word: string, command: "set" | "getex"): boolean {
  const isSet = command === "set";
  switch (word) {
    case "NX":
      options.nx = true;
      return isSet && !options.xx;
    case "XX":
      options.xx = true;
      return isSet && !options.nx;
    case "GET":
      options.get = true;
      return isSet;
    case "KEEPTTL":
      options.keepTtl = true;
      return isSet && options.unit === undefined;
    case "PERSIST":
      options.persist = true;
      return !isSet && options.unit === undefined;
    default:
      return false;
  }
}

function unitNamed(word: string): DeadlineUnit | undefined {
  switch (word) {
    case "EX":
      return EX;
    case "PX":
      return PX;
    case "EXAT":
      return EXAT;
    case "PXAT":
      return PXAT;
    default:
      return undefined;
  }
}

/** NEVER if no time was given; undefined if it was refused, which was answered. */
function deadlineOf(
  context: CommandContext,
  options: Readonly<Options>,
  commandName: string,
): number | undefined {
  if (options.unit === undefined) return NEVER;
  return positiveDeadline(context, options.time, options.unit, commandName);
}

/** Answers a key's string or null; false if it holds another type, which was answered. */
function replyValue(context: CommandContext, key: string): boolean {
  const value = context.typed(key, "string");
  if (value === WRONG_TYPE) return false;
  if (value === undefined) context.reply.null();
  else replyString(context, value);
  return true;
}

function replyString(context: CommandContext, value: StringValue): void {
  replyBytes(context, value, 0, value.length);
}

/** Answers the bytes [start, end) of a string; those of a long one are not made a string of their own. */
function replyBytes(context: CommandContext, value: StringValue, start: number, end: number): void {
  if (typeof value === "string") context.reply.bulk(value.slice(start, end));
  else context.reply.bulkBytes(value.bytes(start, end));
}

function hasRoom(context: CommandContext, lengthBytes: number): boolean {
  if (lengthBytes <= context.settings.longestStringBytes) return true;
  context.fail(errors.stringTooLong);
  return false;
}
