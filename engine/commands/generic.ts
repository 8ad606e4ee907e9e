/** Commands on keys of any type, save deadlines (expire.ts). */
import { assert } from "../assert.ts";
import type { KeyEntry } from "../keyspace/keyspace.ts";
import { typeOf, type Value } from "../keyspace/value.ts";
import { ByteString } from "../keyspace/values/byteString.ts";
import { errors } from "../resp/replies.ts";
import { parseBigInteger, parseInteger } from "../structures/integerText.ts";
import type { CommandContext } from "./context.ts";
import { matchesGlob } from "./glob.ts";
import { int32Argument, integerArgument } from "./numbers.ts";

/**
 * DEL key [key …], UNLINK key [key …]
 * Replies: integer, how many were there. Record: one delete a key that was.
 * @see https://redis.io/docs/latest/commands/del/
 */
export function del(context: CommandContext, argv: readonly string[]): void {
  let deleted = 0;
  for (let index = 1; index < argv.length; index++) {
    const key = argv[index] ?? "";
    if (context.lookup(key) !== undefined && context.delete(key)) deleted++;
  }
  context.reply.integer(deleted);
}

/**
 * EXISTS key [key …], TOUCH key [key …]
 * Replies: integer, how many are there; a key named twice counts twice. Record: none.
 * @see https://redis.io/docs/latest/commands/exists/
 */
export function exists(context: CommandContext, argv: readonly string[]): void {
  let found = 0;
  for (let index = 1; index < argv.length; index++) {
    if (context.lookup(argv[index] ?? "") !== undefined) found++;
  }
  context.reply.integer(found);
}

/**
 * TYPE key
 * Replies: status, the type's name or "none". Record: none.
 * @see https://redis.io/docs/latest/commands/type/
 */
export function type(context: CommandContext, argv: readonly string[]): void {
  const entry = context.lookup(argv[1] ?? "");
  context.reply.simple(entry === undefined ? "none" : typeOf(entry.value));
}

/**
 * RENAME key newkey
 * Replies: OK; -ERR no such key. Record: rename, unless both names are the same.
 * @see https://redis.io/docs/latest/commands/rename/
 */
export function rename(context: CommandContext, argv: readonly string[]): void {
  const [, from = "", to = ""] = argv;
  if (context.lookup(from) === undefined) return context.fail(errors.noSuchKey);
  if (from !== to) {
    context.lookup(to);
    context.rename(from, to);
  }
  context.ok();
}

/**
 * RENAMENX key newkey
 * Replies: integer, 1 if renamed, 0 if the new name is taken; -ERR no such key. Record: rename.
 * @see https://redis.io/docs/latest/commands/renamenx/
 */
export function renamenx(context: CommandContext, argv: readonly string[]): void {
  const [, from = "", to = ""] = argv;
  if (context.lookup(from) === undefined) return context.fail(errors.noSuchKey);
  if (from === to || context.lookup(to) !== undefined) return context.reply.integer(0);
  context.rename(from, to);
  context.reply.integer(1);
}

/**
 * COPY source destination [DB destination-db] [REPLACE]
 * Replies: integer, 1 if copied, 0 if the source is absent or the destination taken; -ERR syntax error, -ERR for another
 * database than 0 (there is one, as in Redis Cluster). Record: copy, with the deadline.
 * @see https://redis.io/docs/latest/commands/copy/
 */
export function copy(context: CommandContext, argv: readonly string[]): void {
  const [, from = "", to = ""] = argv;
  let isReplacing = false;
  let database = 0;
  for (let index = 3; index < argv.length; index++) {
    const word = (argv[index] ?? "").toUpperCase();
    const value = argv[index + 1];
    if (word === "REPLACE") {
      isReplacing = true;
    } else if (word === "DB" && value !== undefined) {
      const parsed = databaseArgument(context, value);
      if (parsed === undefined) return;
      database = parsed;
      index++;
    } else {
      return context.fail(errors.syntax);
    }
  }
  if (database !== 0) {
    return context.fail("ERR Copying to another database is not allowed in cluster mode");
  }
  if (from === to) return context.fail(errors.sameObject);
  if (context.lookup(from) === undefined) return context.reply.integer(0);
  if (context.lookup(to) !== undefined && !isReplacing) return context.reply.integer(0);
  context.copy(from, to);
  context.reply.integer(1);
}

const DATABASES = 16;

/** The number of a database as SELECT and COPY read it; undefined if refused, which was answered. */
function databaseArgument(context: CommandContext, text: string): number | undefined {
  const value = int32Argument(context, text);
  if (value === undefined) return undefined;
  if (value < 0 || value >= DATABASES) {
    context.fail(errors.databaseRange);
    return undefined;
  }
  return value;
}

/**
 * RANDOMKEY
 * Replies: bulk string, or null if there is no key. Record: delete of the expired keys met.
 * @see https://redis.io/docs/latest/commands/randomkey/
 */
export function randomkey(context: CommandContext): void {
  for (;;) {
    const entry = context.keyspace.randomEntry(context.random);
    if (entry === undefined) return context.reply.null();
    if (!context.isExpired(entry)) return context.reply.bulk(entry.key);
    context.expireEntry(entry);
  }
}

/**
 * KEYS pattern
 * Replies: array of bulk strings in no special order. Record: none (expired keys are passed over). O(keys).
 * @see https://redis.io/docs/latest/commands/keys/
 */
export function keys(context: CommandContext, argv: readonly string[]): void {
  const pattern = argv[1] ?? "";
  const found: string[] = [];
  context.keyspace.forEach((entry) => {
    const isShown = pattern === "*" || matchesGlob(pattern, entry.key);
    if (isShown && !context.isExpired(entry)) found.push(entry.key);
  });
  context.reply.bulks(found);
}

interface ScanOptions {
  cursor: number;
  count: number;
  pattern: string;
  type: string | undefined;
}

/**
 * SCAN cursor [MATCH pattern] [COUNT count] [TYPE type]
 * Replies: array of the next cursor and an array of keys; a key that is there from the first call to the last is returned at
 * least once; -ERR invalid cursor, -ERR syntax error. Record: delete of the expired keys met. O(count) a call.
 * @see https://redis.io/docs/latest/commands/scan/
 */
export function scan(context: CommandContext, argv: readonly string[]): void {
  const options = parseScan(context, argv);
  if (options === undefined) return;
  const met: KeyEntry[] = [];
  let { cursor } = options;
  let steps = options.count * 10;
  do {
    cursor = context.keyspace.scan(cursor, (entry) => met.push(entry));
  } while (cursor !== 0 && steps-- > 0 && met.length < options.count);
  const found: string[] = [];
  for (const entry of met) {
    if (options.pattern !== "*" && !matchesGlob(options.pattern, entry.key)) continue;
    if (context.isExpired(entry)) context.expireEntry(entry);
    else if (options.type === undefined || options.type === typeOf(entry.value))
      found.push(entry.key);
  }
  context.reply.array(2);
  context.reply.bulk(String(cursor));
  context.reply.bulks(found);
}

function parseScan(context: CommandContext, argv: readonly string[]): ScanOptions | undefined {
  const cursor = parseCursor(argv[1] ?? "");
  if (cursor === undefined) {
    context.fail("ERR invalid cursor");
    return undefined;
  }
  const options: ScanOptions = { cursor, count: 10, pattern: "*", type: undefined };
  for (let index = 2; index < argv.length; index += 2) {
    const word = (argv[index] ?? "").toUpperCase();
    const value = argv[index + 1];
    if (value !== undefined && word === "COUNT") {
      const count = integerArgument(context, value);
      if (count === undefined) return undefined;
      options.count = count;
      if (count >= 1) continue;
    } else if (value !== undefined && word === "MATCH") {
      options.pattern = value;
      continue;
    } else if (value !== undefined && word === "TYPE") {
      options.type = value.toLowerCase();
      continue;
    }
    context.fail(errors.syntax);
    return undefined;
  }
  return options;
}

/** As C's strtoul reads it, of which our cursors use 32 bits. */
function parseCursor(text: string): number | undefined {
  if (text === "") return 0;
  if (!/^[+-]?\d+$/.test(text)) return undefined;
  const value = BigInt(text.replace(/^\+/, ""));
  const magnitude = value < 0n ? -value : value;
  if (magnitude >= 2n ** 64n) return undefined;
  return Number(BigInt.asUintN(32, value));
}

const EMBEDDED_LIMIT_BYTES = 44;
const SHARED_INTEGERS = 10_000;
const SHARED_REFERENCES = 2147483647;

/**
 * OBJECT ENCODING key
 * Replies: bulk string, what Redis would call the representation; null if absent. Record: none.
 * @see https://redis.io/docs/latest/commands/object-encoding/
 */
export function objectEncoding(context: CommandContext, argv: readonly string[]): void {
  const value = context.value(argv[2] ?? "");
  context.reply.bulkOrNull(value === undefined ? undefined : encodingOf(value));
}

function encodingOf(value: Value): string {
  if (value instanceof ByteString) return value.encoding;
  assert(typeof value === "string", "the only values so far are strings");
  if (parseBigInteger(value) !== undefined) return "int";
  return value.length <= EMBEDDED_LIMIT_BYTES ? "embstr" : "raw";
}

/**
 * OBJECT REFCOUNT key
 * Replies: integer, 1; 2147483647 for the small integers that Redis shares; null if absent. Record: none.
 * @see https://redis.io/docs/latest/commands/object-refcount/
 */
export function objectRefcount(context: CommandContext, argv: readonly string[]): void {
  const value = context.value(argv[2] ?? "");
  if (value === undefined) return context.reply.null();
  const integer = typeof value === "string" ? parseInteger(value) : undefined;
  const isShared = integer !== undefined && integer >= 0 && integer < SHARED_INTEGERS;
  context.reply.integer(isShared ? SHARED_REFERENCES : 1);
}

/**
 * OBJECT HELP
 * Replies: array of lines. Record: none.
 * @see https://redis.io/docs/latest/commands/object-help/
 */
export function objectHelp(context: CommandContext): void {
  replyHelp(context, "OBJECT", [
    "ENCODING <key>",
    "    Return the kind of internal representation used in order to store the value",
    "    associated with a <key>.",
    "REFCOUNT <key>",
    "    Return the number of references of the value associated with the specified",
    "    <key>.",
  ]);
}

/** The frame that Redis puts around every HELP text. */
export function replyHelp(
  context: CommandContext,
  container: string,
  lines: readonly string[],
): void {
  const { reply } = context;
  reply.array(lines.length + 3);
  reply.simple(`${container} <subcommand> [<arg> [value] [opt] ...]. Subcommands are:`);
  for (const line of lines) reply.simple(line);
  reply.simple("HELP");
  reply.simple("    Prints this help.");
}
