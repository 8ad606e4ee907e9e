/** Commands on several sets: intersection, union and difference. */
import { SetValue } from "../keyspace/values/setValue.ts";
import { errors } from "../resp/replies.ts";
import { WRONG_TYPE, type CommandContext } from "./context.ts";
import { notice } from "./notices.ts";
import { integerArgument } from "./numbers.ts";

/** A set of a request; undefined if its key is absent, which stands for an empty one. */
type Operand = SetValue | undefined;

/**
 * SINTER key [key …]
 * Replies: set of the members that all sets have; -WRONGTYPE. Record: none. O(members of the smallest · sets).
 * @see https://redis.io/docs/latest/commands/sinter/
 */
export function sinter(context: CommandContext, argv: readonly string[]): void {
  const operands = operandsOf(context, argv, 1, argv.length);
  if (operands === undefined) return;
  const members: string[] = [];
  intersect(operands, (member) => members.push(member) > 0);
  context.reply.set(members.length);
  for (const member of members) context.reply.bulk(member);
}

/**
 * SINTERSTORE destination key [key …]
 * Replies: integer, the members stored; -WRONGTYPE. Record: store, or delete if there are none.
 * @see https://redis.io/docs/latest/commands/sinterstore/
 */
export function sinterstore(context: CommandContext, argv: readonly string[]): void {
  const operands = operandsOf(context, argv, 2, argv.length);
  if (operands === undefined) return;
  if (operands.includes(undefined)) {
    remove(context, argv[1] ?? "");
    return context.reply.integer(0);
  }
  const result = new SetValue();
  intersect(operands, (member) => result.add(member, context.keyspace.limits));
  store(context, argv[1] ?? "", result, "sinterstore");
}

/**
 * SINTERCARD numkeys key [key …] [LIMIT limit]
 * Replies: integer, the members that all sets have, at most the limit unless that is 0; -WRONGTYPE, -ERR syntax error and
 * errors of the numbers. Record: none.
 * @see https://redis.io/docs/latest/commands/sintercard/
 */
export function sintercard(context: CommandContext, argv: readonly string[]): void {
  const tooFew = "ERR numkeys should be greater than 0";
  const count = integerArgument(context, argv[1] ?? "", tooFew);
  if (count === undefined) return;
  if (count < 1) return context.fail(tooFew);
  if (count > argv.length - 2) {
    return context.fail("ERR Number of keys can't be greater than number of args");
  }
  let limit = 0;
  for (let index = 2 + count; index < argv.length; index += 2) {
    const text = argv[index + 1];
    if (argv[index]?.toUpperCase() !== "LIMIT" || text === undefined) {
      return context.fail(errors.syntax);
    }
    const negative = "ERR LIMIT can't be negative";
    const parsed = integerArgument(context, text, negative);
    if (parsed === undefined) return;
    if (parsed < 0) return context.fail(negative);
    limit = parsed;
  }
  const operands = operandsOf(context, argv, 2, 2 + count);
  if (operands === undefined) return;
  let members = 0;
  intersect(operands, () => {
    members++;
    return members !== limit;
  });
  context.reply.integer(members);
}

/**
 * SUNION key [key …]
 * Replies: set of the members that any of the sets has; -WRONGTYPE. Record: none. O(members of all sets).
 * @see https://redis.io/docs/latest/commands/sunion/
 */
export function sunion(context: CommandContext, argv: readonly string[]): void {
  const operands = operandsOf(context, argv, 1, argv.length);
  if (operands !== undefined) replySet(context, unite(context, operands));
}

/**
 * SUNIONSTORE destination key [key …]
 * Replies: integer, the members stored; -WRONGTYPE. Record: store, or delete if there are none.
 * @see https://redis.io/docs/latest/commands/sunionstore/
 */
export function sunionstore(context: CommandContext, argv: readonly string[]): void {
  const operands = operandsOf(context, argv, 2, argv.length);
  if (operands === undefined) return;
  store(context, argv[1] ?? "", unite(context, operands), "sunionstore");
}

/**
 * SDIFF key [key …]
 * Replies: set of the members of the first set that none of the others has; -WRONGTYPE. Record: none.
 * @see https://redis.io/docs/latest/commands/sdiff/
 */
export function sdiff(context: CommandContext, argv: readonly string[]): void {
  const operands = operandsOf(context, argv, 1, argv.length);
  if (operands !== undefined) replySet(context, subtract(context, operands));
}

/**
 * SDIFFSTORE destination key [key …]
 * Replies: integer, the members stored; -WRONGTYPE. Record: store, or delete if there are none.
 * @see https://redis.io/docs/latest/commands/sdiffstore/
 */
export function sdiffstore(context: CommandContext, argv: readonly string[]): void {
  const operands = operandsOf(context, argv, 2, argv.length);
  if (operands === undefined) return;
  store(context, argv[1] ?? "", subtract(context, operands), "sdiffstore");
}

/** The sets of argv[from, to); undefined if one is of another type, which was answered. */
function operandsOf(
  context: CommandContext,
  argv: readonly string[],
  from: number,
  to: number,
): Operand[] | undefined {
  const operands: Operand[] = [];
  for (let index = from; index < to; index++) {
    const set = context.typed(argv[index] ?? "", "set");
    if (set === WRONG_TYPE) return undefined;
    operands.push(set);
  }
  return operands;
}

/** Visits the members that all sets have, until the visitor returns false. Walks through the smallest set. */
function intersect(operands: readonly Operand[], visit: (member: string) => boolean): void {
  const sets: SetValue[] = [];
  for (const operand of operands) {
    if (operand === undefined) return;
    if (!sets.includes(operand)) sets.push(operand);
  }
  sets.sort((a, b) => a.size - b.size);
  const [smallest, ...others] = sets;
  const size = smallest?.size ?? 0;
  for (let index = 0; index < size; index++) {
    const member = smallest?.at(index) ?? "";
    if (others.every((set) => set.has(member)) && !visit(member)) return;
  }
}

function unite(context: CommandContext, operands: readonly Operand[]): SetValue {
  const result = new SetValue();
  const { limits } = context.keyspace;
  for (const set of operands) set?.forEach((member) => result.add(member, limits));
  return result;
}

/**
 * The first set less all others, in the cheaper of two ways: looking up each of its members in the others, or copying it and
 * removing all members of the others. As in Redis, the second leaves the form that the first set had, whatever stays.
 */
function subtract(context: CommandContext, operands: readonly Operand[]): SetValue {
  const [first, ...rest] = operands;
  const result = new SetValue();
  const { limits } = context.keyspace;
  if (first === undefined || rest.includes(first)) return result;
  const others = rest.filter((set) => set !== undefined);
  const lookups = (first.size * (others.length + 1)) / 2;
  const removals = others.reduce((sum, set) => sum + set.size, first.size);
  if (Math.floor(lookups) <= removals) {
    others.sort((a, b) => b.size - a.size);
    first.forEach((member) => {
      if (!others.some((set) => set.has(member))) result.add(member, limits);
    });
    return result;
  }
  const left = new SetValue();
  first.forEach((member) => left.add(member, limits));
  for (const set of others) {
    if (left.isEmpty) break;
    set.forEach((member) => left.delete(member));
  }
  // A set that only ever grew is held as replicas will hold it.
  left.forEach((member) => result.add(member, limits));
  if (left.encoding !== "intset") result.forgetIntegers(limits);
  return result;
}

function replySet(context: CommandContext, set: SetValue): void {
  context.reply.set(set.size);
  set.forEach((member) => context.reply.bulk(member));
}

function store(
  context: CommandContext,
  destination: string,
  result: SetValue,
  event: "sinterstore" | "sunionstore" | "sdiffstore",
): void {
  if (!result.isEmpty) {
    context.expireDue(destination);
    context.sets.store(destination, result);
    context.reply.integer(result.size);
    context.notify(notice.set, event, destination);
    return;
  }
  context.reply.integer(0);
  remove(context, destination);
}

function remove(context: CommandContext, destination: string): void {
  if (context.delete(destination)) context.notify(notice.generic, "del", destination);
}
