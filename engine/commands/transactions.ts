/**
 * MULTI and WATCH. A transaction's commands run one after the other within one request, so their changes travel as one
 * record; WATCH makes it conditional on keys that nobody changed meanwhile.
 */
import { denialOf, type Denial } from "../access/permission.ts";
import type { Watch } from "../keyspace/keyspace.ts";
import { errors } from "../resp/replies.ts";
import type { CommandContext } from "./context.ts";
import { noteDenial } from "./refusals.ts";
import type { QueuedCommand } from "./session.ts";
import type { CommandSpec } from "./spec.ts";

/**
 * MULTI
 * Replies: OK; -ERR MULTI calls can not be nested. Record: none.
 * @see https://redis.io/docs/latest/commands/multi/
 */
export function multi(context: CommandContext): void {
  if (context.session.isInTransaction) return context.fail("ERR MULTI calls can not be nested");
  context.session.isInTransaction = true;
  context.ok();
}

/**
 * EXEC
 * Replies: array of the replies; null if a watched key changed; -EXECABORT if a command was refused while queueing,
 * -ERR EXEC without MULTI. An error inside is an element of the array and stops nothing. Record: all changes as one.
 * @see https://redis.io/docs/latest/commands/exec/
 */
export function exec(context: CommandContext): void {
  const { session } = context;
  if (!session.isInTransaction) return context.fail("ERR EXEC without MULTI");
  const isWatchBroken = session.isWatchBroken || hasExpiredWatch(context);
  if (session.isTransactionBroken || isWatchBroken) {
    if (session.isTransactionBroken) context.fail(errors.execAbort);
    else context.reply.nullArray();
    session.discardTransaction();
    return;
  }
  const queue: readonly QueuedCommand[] = [...session.queue];
  session.discardTransaction();
  context.reply.array(queue.length);
  runFrom(context, queue, 0);
}

/** Runs what is queued, from one place on. */
function runFrom(context: CommandContext, queue: readonly QueuedCommand[], first: number): void {
  context.isExecuting = true;
  for (let place = first; place < queue.length; place++) {
    const { spec, argv } = queue[place] as QueuedCommand;
    // What a user may do can have changed since, also by a command of this queue.
    const denial = denialOf(context.session.user, spec, argv);
    if (denial === undefined) context.call(spec, argv);
    else failDenied(context, spec, argv, denial);
    if (context.isSuspended) return context.afterScript(() => runFrom(context, queue, place + 1));
  }
  context.isExecuting = false;
}

function failDenied(
  context: CommandContext,
  spec: CommandSpec,
  argv: readonly string[],
  denial: Denial,
): void {
  noteDenial(context, spec, argv, denial);
  context.fail(`${RULES_CHANGED}${WHY_DENIED[denial.kind]}`);
}

const RULES_CHANGED =
  "NOPERM ACLs rules changed between the moment the transaction was accumulated and the EXEC call. This command is no longer allowed for the following reason: ";
const WHY_DENIED: Readonly<Record<Denial["kind"], string>> = {
  command: "no permission to execute the command or subcommand",
  key: "no permission to touch the specified keys",
  channel: "no permission to access one of the channels used as arguments",
};

/** A key that expired since it was watched has changed, also if nobody has deleted it yet. */
function hasExpiredWatch(context: CommandContext): boolean {
  for (const watched of context.session.watches) {
    if (!watched.wasExpired && watched.keyspace.deadlineOf(watched.key) < context.expiryUnixMs)
      return true;
  }
  return false;
}

/**
 * DISCARD
 * Replies: OK; -ERR DISCARD without MULTI. Record: none.
 * @see https://redis.io/docs/latest/commands/discard/
 */
export function discard(context: CommandContext): void {
  if (!context.session.isInTransaction) return context.fail("ERR DISCARD without MULTI");
  context.session.discardTransaction();
  context.ok();
}

/**
 * WATCH key [key …]
 * Replies: OK; -ERR WATCH inside MULTI is not allowed. Record: none.
 * @see https://redis.io/docs/latest/commands/watch/
 */
export function watch(context: CommandContext, argv: readonly string[]): void {
  const { session } = context;
  if (session.isInTransaction) return context.fail("ERR WATCH inside MULTI is not allowed");
  for (let index = 1; index < argv.length && !session.isWatchBroken; index++) {
    watchKey(context, argv[index] ?? "");
  }
  context.ok();
}

function watchKey(context: CommandContext, key: string): void {
  const { session, keyspace } = context;
  for (const present of session.watches) {
    if (present.key === key && present.keyspace === keyspace) return;
  }
  const wasExpired = context.isExpired(key);
  const made: Watch = { key, keyspace, wasExpired, owner: session };
  session.watches.push(made);
  keyspace.watch(made);
}

/**
 * UNWATCH
 * Replies: OK. Record: none.
 * @see https://redis.io/docs/latest/commands/unwatch/
 */
export function unwatch(context: CommandContext): void {
  context.session.unwatch();
  context.ok();
}
