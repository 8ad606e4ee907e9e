/** Commands that concern two databases: MOVE, COPY, SWAPDB. In cluster mode there is only one. */
import { errors } from "../resp/replies.ts";
import type { CommandContext } from "./context.ts";
import { notice } from "./notices.ts";
import { int32Argument } from "./numbers.ts";

/**
 * MOVE key db
 * Replies: integer, 1 if moved, 0 if the key is absent here or present there; -ERR for a database that is none, for the same one, and in
 * cluster mode. Record: move, with the deadline.
 * @see https://redis.io/docs/latest/commands/move/
 */
export function move(context: CommandContext, argv: readonly string[]): void {
  if (context.server.isClusterMode) {
    return context.fail("ERR MOVE is not allowed in cluster mode");
  }
  const [, key = "", number = ""] = argv;
  const source = context.keyspace.database;
  const target = databaseArgument(context, number);
  if (target === undefined) return;
  if (target === source) return context.fail(errors.sameObject);
  // Whether the key is there depends on a change that may not be durable yet.
  context.waitsForNewest = true;
  if (context.value(key) === undefined) return context.reply.integer(0);
  if (isThere(context, target, key)) return context.reply.integer(0);
  context.record.move(key, target);
  context.keyspace.moveTo(context.databases.get(target), key);
  context.noteChanged(key);
  context.notify(notice.generic, "move_from", key);
  context.select(target);
  context.noteChanged(key);
  context.notify(notice.generic, "move_to", key);
  context.select(source);
  context.reply.integer(1);
}

/**
 * COPY source destination [DB destination-db] [REPLACE]
 * Replies: integer, 1 if copied, 0 if the source is absent or the destination taken; -ERR syntax error, -ERR for a database that is none, for
 * the same key, and for another database in cluster mode. Record: copy or copyTo, with the deadline.
 * @see https://redis.io/docs/latest/commands/copy/
 */
export function copy(context: CommandContext, argv: readonly string[]): void {
  const [, from = "", to = ""] = argv;
  const source = context.keyspace.database;
  const options = parseCopy(context, argv);
  if (options === undefined) return;
  const { target, isReplacing } = options;
  if (target !== 0 && context.server.isClusterMode) {
    return context.fail("ERR Copying to another database is not allowed in cluster mode");
  }
  if (target === source && from === to) return context.fail(errors.sameObject);
  if (target !== source) context.waitsForNewest = true;
  context.looksToRead = true;
  if (context.value(from) === undefined) return context.reply.integer(0);
  context.looksToRead = false;
  if (isThere(context, target, to) && !isReplacing) return context.reply.integer(0);
  if (target === source) {
    context.copy(from, to);
  } else {
    context.record.copyTo(from, target, to);
    context.keyspace.copyTo(context.databases.get(target), from, to);
    context.select(target);
    context.noteChanged(to);
  }
  context.notify(notice.generic, "copy_to", to);
  context.select(source);
  context.reply.integer(1);
}

interface CopyOptions {
  readonly target: number;
  readonly isReplacing: boolean;
}

function parseCopy(context: CommandContext, argv: readonly string[]): CopyOptions | undefined {
  let target = context.keyspace.database;
  let isReplacing = false;
  for (let index = 3; index < argv.length; index++) {
    const word = (argv[index] ?? "").toUpperCase();
    const value = argv[index + 1];
    if (word === "REPLACE") {
      isReplacing = true;
    } else if (word === "DB" && value !== undefined) {
      const parsed = databaseArgument(context, value);
      if (parsed === undefined) return undefined;
      target = parsed;
      index++;
    } else {
      context.fail(errors.syntax);
      return undefined;
    }
  }
  return { target, isReplacing };
}

/** A key of another database, which goes if it has expired. */
function isThere(context: CommandContext, database: number, key: string): boolean {
  const { keyspace } = context;
  context.select(database);
  const found = context.value(key) !== undefined;
  context.select(keyspace.database);
  return found;
}

/**
 * SWAPDB index1 index2
 * Replies: OK; -ERR for a database that is none, and in cluster mode. Record: swap.
 * @see https://redis.io/docs/latest/commands/swapdb/
 */
export function swapdb(context: CommandContext, argv: readonly string[]): void {
  if (context.server.isClusterMode) {
    return context.fail("ERR SWAPDB is not allowed in cluster mode");
  }
  const first = int32Argument(context, argv[1] ?? "", "ERR invalid first DB index");
  if (first === undefined) return;
  const second = int32Argument(context, argv[2] ?? "", "ERR invalid second DB index");
  if (second === undefined) return;
  if (!isDatabase(context, first) || !isDatabase(context, second)) {
    return context.fail(errors.databaseRange);
  }
  if (first !== second) context.swapDatabases(first, second);
  context.ok();
}

/** The number of a database; undefined if there is none, which was answered. */
function databaseArgument(context: CommandContext, text: string): number | undefined {
  const value = int32Argument(context, text);
  if (value === undefined) return undefined;
  if (isDatabase(context, value)) return value;
  context.fail(errors.databaseRange);
  return undefined;
}

/** What the configuration says there is, in cluster mode too: the error there is another. */
function isDatabase(context: CommandContext, number: number): boolean {
  return number >= 0 && number < context.settings.number("databases");
}
