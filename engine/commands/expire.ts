/** Deadlines of keys. In records they are absolute; a deadline that has passed already is a deletion. */
import { NEVER } from "../keyspace/keyspace.ts";
import type { CommandContext } from "./context.ts";
import { notice } from "./notices.ts";
import { anyDeadline, type DeadlineUnit } from "./numbers.ts";

/**
 * EXPIRE key seconds [NX|XX|GT|LT], PEXPIRE key milliseconds …, EXPIREAT key unix-time-seconds …, PEXPIREAT key unix-time-milliseconds …
 * Replies: integer, 1 if the deadline was set, 0 if the key is absent or the condition failed; -ERR invalid expire time,
 * -ERR not an integer, -ERR Unsupported option. Record: expire, or delete if the deadline has passed.
 * @see https://redis.io/docs/latest/commands/expire/
 */
export function expire(context: CommandContext, argv: readonly string[]): void {
  setDeadline(context, argv, { unitMs: 1000, isRelative: true }, "expire");
}

export function pexpire(context: CommandContext, argv: readonly string[]): void {
  setDeadline(context, argv, { unitMs: 1, isRelative: true }, "pexpire");
}

export function expireat(context: CommandContext, argv: readonly string[]): void {
  setDeadline(context, argv, { unitMs: 1000, isRelative: false }, "expireat");
}

export function pexpireat(context: CommandContext, argv: readonly string[]): void {
  setDeadline(context, argv, { unitMs: 1, isRelative: false }, "pexpireat");
}

interface Conditions {
  nx: boolean;
  xx: boolean;
  gt: boolean;
  lt: boolean;
}

function setDeadline(
  context: CommandContext,
  argv: readonly string[],
  unit: DeadlineUnit,
  commandName: string,
): void {
  const [, key = "", time = ""] = argv;
  const conditions = parseConditions(context, argv);
  if (conditions === undefined) return;
  const deadline = anyDeadline(context, time, unit, commandName);
  if (deadline === undefined) return;
  const isThere = context.value(key) !== undefined;
  if (!isThere || !isAllowed(conditions, context.deadlineOf(key), deadline)) {
    return context.reply.integer(0);
  }
  if (deadline <= context.unixMs) {
    context.delete(key);
    context.notify(notice.generic, "del", key);
    return context.reply.integer(1);
  }
  context.expire(key, deadline);
  context.reply.integer(1);
  context.notify(notice.generic, "expire", key);
}

function parseConditions(context: CommandContext, argv: readonly string[]): Conditions | undefined {
  const conditions: Conditions = { nx: false, xx: false, gt: false, lt: false };
  for (let index = 3; index < argv.length; index++) {
    const word = argv[index] ?? "";
    switch (word.toUpperCase()) {
      case "NX":
        conditions.nx = true;
        break;
      case "XX":
        conditions.xx = true;
        break;
      case "GT":
        conditions.gt = true;
        break;
      case "LT":
        conditions.lt = true;
        break;
      default:
        context.failQuoting(`ERR Unsupported option `, word);
        return undefined;
    }
  }
  const { nx, xx, gt, lt } = conditions;
  if (nx && (xx || gt || lt)) {
    context.fail("ERR NX and XX, GT or LT options at the same time are not compatible");
    return undefined;
  }
  if (gt && lt) {
    context.fail("ERR GT and LT options at the same time are not compatible");
    return undefined;
  }
  return conditions;
}

/** A key without a deadline counts as one that never expires: nothing is greater, everything is less. */
function isAllowed(conditions: Conditions, before: number, deadline: number): boolean {
  if (conditions.nx && before !== NEVER) return false;
  if (conditions.xx && before === NEVER) return false;
  if (conditions.gt && deadline <= before) return false;
  return !(conditions.lt && deadline >= before);
}

/**
 * TTL key, PTTL key
 * Replies: integer, seconds (rounded) or milliseconds left, -1 without deadline, -2 if absent. Record: none.
 * @see https://redis.io/docs/latest/commands/ttl/
 */
export function ttl(context: CommandContext, argv: readonly string[]): void {
  replyDeadline(context, argv[1] ?? "", context.unixMs, 1000);
}

export function pttl(context: CommandContext, argv: readonly string[]): void {
  replyDeadline(context, argv[1] ?? "", context.unixMs, 1);
}

/**
 * EXPIRETIME key, PEXPIRETIME key
 * Replies: integer, the deadline in Unix seconds (rounded) or milliseconds, -1 without deadline, -2 if absent. Record: none.
 * @see https://redis.io/docs/latest/commands/expiretime/
 */
export function expiretime(context: CommandContext, argv: readonly string[]): void {
  replyDeadline(context, argv[1] ?? "", 0, 1000);
}

export function pexpiretime(context: CommandContext, argv: readonly string[]): void {
  replyDeadline(context, argv[1] ?? "", 0, 1);
}

function replyDeadline(context: CommandContext, key: string, baseMs: number, unitMs: number): void {
  if (context.glance(key) === undefined) return context.reply.integer(-2);
  const deadline = context.deadlineOf(key);
  if (deadline === NEVER) return context.reply.integer(-1);
  const leftMs = Math.max(deadline - baseMs, 0);
  context.reply.integer(unitMs === 1 ? leftMs : Math.floor((leftMs + 500) / 1000));
}

/**
 * PERSIST key
 * Replies: integer, 1 if a deadline was taken away, else 0. Record: persist.
 * @see https://redis.io/docs/latest/commands/persist/
 */
export function persist(context: CommandContext, argv: readonly string[]): void {
  const key = argv[1] ?? "";
  const isThere = context.value(key) !== undefined;
  if (!isThere || context.deadlineOf(key) === NEVER) return context.reply.integer(0);
  context.expire(key, NEVER);
  context.notify(notice.generic, "persist", key);
  context.reply.integer(1);
}
