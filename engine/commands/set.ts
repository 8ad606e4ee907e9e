/** Sets: the commands of Redis's "set" group, save those on several sets (setAlgebra.ts). */
import { errors } from "../resp/replies.ts";
import { WRONG_TYPE, type CommandContext } from "./context.ts";
import { notice } from "./notices.ts";
import { integerArgument } from "./numbers.ts";
import { oneOf, sample, sampleCount } from "./sample.ts";
import { cursorArgument, replyScan, replyScanned } from "./scanOptions.ts";

/** A set that is to lose so many times as many members as it keeps is made anew of the few that stay. */
const REMAKE_RATIO = 5;

/**
 * SADD key member [member …]
 * Replies: integer, how many members are new; -WRONGTYPE. Record: add of those.
 * @see https://redis.io/docs/latest/commands/sadd/
 */
export function sadd(context: CommandContext, argv: readonly string[]): void {
  const key = argv[1] ?? "";
  if (context.typed(key, "set") === WRONG_TYPE) return;
  const added = context.sets.add(key, argv, 2);
  if (added > 0) context.notify(notice.set, "sadd", key);
  context.reply.integer(added);
}

/**
 * SREM key member [member …]
 * Replies: integer, how many members were there; -WRONGTYPE. Record: remove of those; a set that becomes empty goes.
 * @see https://redis.io/docs/latest/commands/srem/
 */
export function srem(context: CommandContext, argv: readonly string[]): void {
  const key = argv[1] ?? "";
  const set = context.typed(key, "set");
  if (set === WRONG_TYPE) return;
  const removed = set === undefined ? 0 : context.sets.remove(key, argv, 2);
  if (removed > 0) {
    context.notify(notice.set, "srem", key);
    if (set?.isEmpty === true) context.notify(notice.generic, "del", key);
  }
  context.reply.integer(removed);
}

/**
 * SMOVE source destination member
 * Replies: integer, 1 if moved, 0 if the member is not in the source; -WRONGTYPE. Record: remove, and add if it is new there.
 * @see https://redis.io/docs/latest/commands/smove/
 */
export function smove(context: CommandContext, argv: readonly string[]): void {
  const [, from = "", to = "", member = ""] = argv;
  const isThere = context.value(from) !== undefined;
  context.value(to);
  if (!isThere) return context.reply.integer(0);
  const source = context.typed(from, "set");
  if (source === WRONG_TYPE) return;
  const target = context.typed(to, "set");
  if (target === WRONG_TYPE) return;
  if (source?.has(member) !== true) return context.reply.integer(0);
  if (source === target) return context.reply.integer(1);
  context.sets.remove(from, [member], 0);
  context.notify(notice.set, "srem", from);
  if (source.isEmpty) context.notify(notice.generic, "del", from);
  if (context.sets.add(to, [member], 0) > 0) context.notify(notice.set, "sadd", to);
  context.reply.integer(1);
}

/**
 * SISMEMBER key member
 * Replies: integer, 1 or 0; -WRONGTYPE. Record: none.
 * @see https://redis.io/docs/latest/commands/sismember/
 */
export function sismember(context: CommandContext, argv: readonly string[]): void {
  const [, key = "", member = ""] = argv;
  const set = context.typed(key, "set");
  if (set !== WRONG_TYPE) context.reply.integer(set?.has(member) === true ? 1 : 0);
}

/**
 * SMISMEMBER key member [member …]
 * Replies: array of integers, 1 or 0; -WRONGTYPE. Record: none.
 * @see https://redis.io/docs/latest/commands/smismember/
 */
export function smismember(context: CommandContext, argv: readonly string[]): void {
  const set = context.typed(argv[1] ?? "", "set");
  if (set === WRONG_TYPE) return;
  context.reply.array(argv.length - 2);
  for (let index = 2; index < argv.length; index++) {
    context.reply.integer(set?.has(argv[index] ?? "") === true ? 1 : 0);
  }
}

/**
 * SCARD key
 * Replies: integer, 0 if absent; -WRONGTYPE. Record: none.
 * @see https://redis.io/docs/latest/commands/scard/
 */
export function scard(context: CommandContext, argv: readonly string[]): void {
  const set = context.typed(argv[1] ?? "", "set");
  if (set !== WRONG_TYPE) context.reply.integer(set?.size ?? 0);
}

/**
 * SMEMBERS key
 * Replies: set of the members, empty if absent; -WRONGTYPE. Record: none. O(members).
 * @see https://redis.io/docs/latest/commands/smembers/
 */
export function smembers(context: CommandContext, argv: readonly string[]): void {
  const set = context.typed(argv[1] ?? "", "set");
  if (set === WRONG_TYPE) return;
  context.reply.set(set?.size ?? 0);
  set?.forEach((member) => context.reply.bulk(member));
}

/**
 * SPOP key [count]
 * Replies: bulk string or null; with a count a set of members, empty if absent; -WRONGTYPE, -ERR syntax error, -ERR value is
 * out of range. Record: remove of the members drawn, keep of the others if these are few, or delete of the key.
 * @see https://redis.io/docs/latest/commands/spop/
 */
export function spop(context: CommandContext, argv: readonly string[]): void {
  const [, key = "", countText] = argv;
  if (argv.length > 3) return context.fail(errors.syntax);
  if (countText !== undefined) return popMany(context, key, countText);
  const set = context.typed(key, "set");
  if (set === WRONG_TYPE) return;
  if (set === undefined) return context.reply.null();
  const member = oneOf(set, context.random);
  context.sets.remove(key, [member], 0);
  context.reply.bulk(member);
  context.notify(notice.set, "spop", key);
  if (set.isEmpty) context.notify(notice.generic, "del", key);
}

function popMany(context: CommandContext, key: string, countText: string): void {
  const count = integerArgument(context, countText, errors.notPositive);
  if (count === undefined) return;
  if (count < 0) return context.fail(errors.notPositive);
  const set = context.typed(key, "set");
  if (set === WRONG_TYPE) return;
  if (set === undefined || count === 0) return context.reply.set(0);
  const { reply } = context;
  const { size } = set;
  context.notify(notice.set, "spop", key);
  if (count >= size) {
    reply.set(size);
    set.forEach((member) => reply.bulk(member));
    context.delete(key);
    context.notify(notice.generic, "del", key);
    return;
  }
  reply.set(count);
  if ((size - count) * REMAKE_RATIO > count) {
    const popped = sample(context, set, count) ?? [];
    for (const member of popped) reply.bulk(member);
    context.sets.remove(key, popped, 0);
    return;
  }
  const kept = sample(context, set, size - count) ?? [];
  const isKept = new Set(kept);
  set.forEach((member) => {
    if (!isKept.has(member)) reply.bulk(member);
  });
  context.sets.keep(key, kept);
}

/**
 * SRANDMEMBER key [count]
 * Replies: bulk string or null; with a count an array of members. A negative count may give a member more than once.
 * -WRONGTYPE, -ERR syntax error, -ERR value is out of range. Record: none.
 * @see https://redis.io/docs/latest/commands/srandmember/
 */
export function srandmember(context: CommandContext, argv: readonly string[]): void {
  const [, key = "", countText] = argv;
  if (argv.length > 3) return context.fail(errors.syntax);
  if (countText === undefined) {
    const set = context.typed(key, "set");
    if (set === WRONG_TYPE) return;
    return context.reply.bulkOrNull(set === undefined ? set : oneOf(set, context.random));
  }
  const count = sampleCount(context, countText);
  if (count === undefined) return;
  const set = context.typed(key, "set");
  if (set === WRONG_TYPE) return;
  const members = set === undefined ? [] : sample(context, set, count);
  if (members !== undefined) context.reply.bulks(members);
}

/**
 * SSCAN key cursor [MATCH pattern] [COUNT count]
 * Replies: array of the next cursor and an array of members; a member that is there from the first call to the last is
 * returned at least once; -WRONGTYPE, -ERR invalid cursor, -ERR syntax error. Record: none. O(count) a call.
 * @see https://redis.io/docs/latest/commands/sscan/
 */
export function sscan(context: CommandContext, argv: readonly string[]): void {
  const cursor = cursorArgument(context, argv[2] ?? "");
  if (cursor === undefined) return;
  const set = context.typed(argv[1] ?? "", "set");
  if (set === WRONG_TYPE) return;
  if (set === undefined) replyScanned(context, 0, []);
  else replyScan(context, argv, cursor, set);
}
