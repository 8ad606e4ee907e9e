/** Commands on keys of any type, save deadlines (expire.ts). */
import { sizeOf, typeOf, type Value } from "../keyspace/value.ts";
import { errors } from "../resp/replies.ts";
import type { CommandContext } from "./context.ts";
import { matchesGlob } from "./glob.ts";
import { notice } from "./notices.ts";
import { cursorArgument, replyScanned, scanOptions, scanSteps } from "./scanOptions.ts";

/**
 * DEL key [key …], UNLINK key [key …]
 * Replies: integer, how many were there. Record: one delete a key that was.
 * @see https://redis.io/docs/latest/commands/del/
 */
export function del(context: CommandContext, argv: readonly string[]): void {
  deleteKeys(context, argv, context.settings.isOn("lazyfree-lazy-user-del"));
}

export function unlink(context: CommandContext, argv: readonly string[]): void {
  deleteKeys(context, argv, true);
}

function deleteKeys(context: CommandContext, argv: readonly string[], isLazy: boolean): void {
  let deleted = 0;
  for (let index = 1; index < argv.length; index++) {
    const key = argv[index] ?? "";
    const value = context.value(key);
    if (value === undefined) continue;
    if (isLazy) context.statistics.countLazyFree(sizeOf(value));
    context.delete(key);
    context.notify(notice.generic, "del", key);
    deleted++;
  }
  context.reply.integer(deleted);
}

/**
 * EXISTS key [key …]
 * Replies: integer, how many are there; a key named twice counts twice. Record: none.
 * @see https://redis.io/docs/latest/commands/exists/
 */
export function exists(context: CommandContext, argv: readonly string[]): void {
  let found = 0;
  for (let index = 1; index < argv.length; index++) {
    if (context.glance(argv[index] ?? "") !== undefined) found++;
  }
  context.reply.integer(found);
}

/**
 * TOUCH key [key …]
 * Replies: integer, how many are there, which count as used now; a key named twice counts twice. Record: none.
 * @see https://redis.io/docs/latest/commands/touch/
 */
export function touch(context: CommandContext, argv: readonly string[]): void {
  let found = 0;
  for (let index = 1; index < argv.length; index++) {
    if (context.value(argv[index] ?? "") !== undefined) found++;
  }
  context.reply.integer(found);
}

/**
 * TYPE key
 * Replies: status, the type's name or "none". Record: none.
 * @see https://redis.io/docs/latest/commands/type/
 */
export function type(context: CommandContext, argv: readonly string[]): void {
  const value = context.glance(argv[1] ?? "");
  context.reply.simple(value === undefined ? "none" : typeOf(value));
}

/**
 * RENAME key newkey
 * Replies: OK; -ERR no such key. Record: rename, unless both names are the same.
 * @see https://redis.io/docs/latest/commands/rename/
 */
export function rename(context: CommandContext, argv: readonly string[]): void {
  const [, from = "", to = ""] = argv;
  if (context.value(from) === undefined) return context.fail(errors.noSuchKey);
  if (from !== to) {
    context.value(to);
    move(context, from, to);
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
  if (context.value(from) === undefined) return context.fail(errors.noSuchKey);
  if (from === to || context.value(to) !== undefined) return context.reply.integer(0);
  move(context, from, to);
  context.reply.integer(1);
}

function move(context: CommandContext, from: string, to: string): void {
  context.rename(from, to);
  context.notify(notice.generic, "rename_from", from);
  context.notify(notice.generic, "rename_to", to);
}

/** Random keys that are looked at while none may be deleted, before one that has expired is named. */
const MOST_TRIES = 100;

/**
 * RANDOMKEY
 * Replies: bulk string, or null if there is no key. Record: delete of the expired keys met.
 * @see https://redis.io/docs/latest/commands/randomkey/
 */
export function randomkey(context: CommandContext): void {
  for (let tries = 1; ; tries++) {
    const key = context.keyspace.randomKey(context.random);
    if (key === undefined) return context.reply.null();
    const isLast = context.server.isPaused && tries === MOST_TRIES;
    if (isLast || !context.isExpired(key)) return context.reply.bulk(key);
    context.expireKey(key);
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
  context.keyspace.forEach((key) => {
    const isShown = pattern === "*" || matchesGlob(pattern, key);
    if (isShown && !context.isExpired(key)) found.push(key);
  });
  context.reply.bulks(found);
}

/**
 * SCAN cursor [MATCH pattern] [COUNT count] [TYPE type]
 * Replies: array of the next cursor and an array of keys; a key that is there from the first call to the last is returned at
 * least once; -ERR invalid cursor, -ERR syntax error. Record: delete of the expired keys met. O(count) a call.
 * @see https://redis.io/docs/latest/commands/scan/
 */
export function scan(context: CommandContext, argv: readonly string[]): void {
  const cursor = cursorArgument(context, argv[1] ?? "");
  if (cursor === undefined) return;
  const options = scanOptions(context, argv, 2, "keys");
  if (options === undefined) return;
  const { count, pattern, type: wanted } = options;
  const met: { key: string; value: Value }[] = [];
  const next = scanSteps(
    cursor,
    count,
    (at) => context.keyspace.scan(at, count, (key, value) => met.push({ key, value })),
    () => met.length,
  );
  const found: string[] = [];
  for (const { key, value } of met) {
    if (pattern !== undefined && !matchesGlob(pattern, key)) continue;
    if (context.isExpired(key)) context.expireKey(key);
    else if (wanted === undefined || wanted === typeOf(value)) found.push(key);
  }
  replyScanned(context, next, found);
}

/** The frame that Redis puts around every HELP text. */
export function replyHelp(
  context: CommandContext,
  container: string,
  lines: readonly string[],
): void {
  const { reply } = context;
  const shown = withoutRefused(context, container, lines);
  reply.array(shown.length + 3);
  reply.simple(`${container} <subcommand> [<arg> [value] [opt] ...]. Subcommands are:`);
  for (const line of shown) reply.simple(line);
  reply.simple("HELP");
  reply.simple("    Prints this help.");
}

/** Not those of subcommands that clients do not have: each is a line that begins with its name, and indented ones below. */
function withoutRefused(
  { commands }: CommandContext,
  container: string,
  lines: readonly string[],
): readonly string[] {
  const spec = commands.all.find(({ name }) => name === container.toLowerCase());
  const subcommands = spec?.subcommands;
  if (subcommands === undefined) return lines;
  let isThere = true;
  return lines.filter((line) => {
    const word = /^[A-Z][A-Z-]*/.exec(line)?.[0];
    if (word !== undefined) isThere = subcommands.has(word.toLowerCase());
    return isThere;
  });
}
