/** Commands that ask for snapshots and files. The log holds every acknowledged change already: they are told as done. */
import { errors } from "../resp/replies.ts";
import type { CommandContext } from "./context.ts";

/**
 * SAVE
 * Replies: OK. Record: none.
 * @see https://redis.io/docs/latest/commands/save/
 */
export function save(context: CommandContext): void {
  context.saves.saved(context.unixUs, context.record.changes);
  context.ok();
}

/**
 * BGSAVE [SCHEDULE]
 * Replies: status, that it was started, or scheduled inside a transaction; -ERR syntax error. Record: none.
 * @see https://redis.io/docs/latest/commands/bgsave/
 */
export function bgsave(context: CommandContext, argv: readonly string[]): void {
  const isScheduled = argv.length === 2 && argv[1]?.toUpperCase() === "SCHEDULE";
  if (argv.length > 1 && !isScheduled) return context.fail(errors.syntax);
  context.saves.saved(context.unixUs, context.record.changes);
  context.reply.simple(
    context.isExecuting ? "Background saving scheduled" : "Background saving started",
  );
}

/**
 * BGREWRITEAOF
 * Replies: status, that it was started, or scheduled inside a transaction. Record: none.
 * @see https://redis.io/docs/latest/commands/bgrewriteaof/
 */
export function bgrewriteaof(context: CommandContext): void {
  context.saves.rewrites++;
  const what = "Background append only file rewriting";
  context.reply.simple(`${what} ${context.isExecuting ? "scheduled" : "started"}`);
}

/**
 * LASTSAVE
 * Replies: integer, Unix seconds of the last save that was asked for, or of the start. Record: none.
 * @see https://redis.io/docs/latest/commands/lastsave/
 */
export function lastsave(context: CommandContext): void {
  context.reply.integer(context.saves.lastUnixSeconds(context.server.startedUnixUs));
}
