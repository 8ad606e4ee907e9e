/** Sorted sets: unions, intersections and differences of several sorted sets, and of plain sets, whose scores are all 1. */
import { typeOf } from "../keyspace/value.ts";
import { SetValue } from "../keyspace/values/setValue.ts";
import type { ZsetValue } from "../keyspace/values/zsetValue.ts";
import type { ScoredMembers } from "../replication/effects/zset.ts";
import { errors } from "../resp/replies.ts";
import type { EntryVisitor } from "../structures/countedTree.ts";
import { parseInteger } from "../structures/integerText.ts";
import type { CommandContext } from "./context.ts";
import { doubleArgument, integerArgument } from "./numbers.ts";
import { beginEntries, replyEntry, storeZset } from "./zsetReply.ts";

type Combination = "union" | "inter" | "diff";
type Aggregate = "sum" | "min" | "max";

interface Request {
  readonly sources: readonly Source[];
  readonly aggregate: Aggregate;
  readonly withScores: boolean;
  /** Of ZINTERCARD; 0: none. */
  readonly limit: number;
}

/** What may be asked for beside the keys. */
type Form = "reply" | "store" | "count";

/** What a key holds, undefined if it is absent. The members of a plain set have the score 1. */
type Scored = ZsetValue | SetValue | undefined;

interface Source {
  readonly scored: Scored;
  readonly size: number;
  readonly weight: number;
}

/**
 * ZUNION numkeys key [key …] [WEIGHTS weight [weight …]] [AGGREGATE SUM|MIN|MAX] [WITHSCORES]
 * Replies: array of members in the order of their new scores, with these if asked for, in a pair of their own in RESP3;
 * -WRONGTYPE, -ERR at least 1 input key is needed, -ERR syntax error, -ERR weight value is not a float. Record: none.
 * O(n log n), n members of all keys.
 * @see https://redis.io/docs/latest/commands/zunion/
 */
export function zunion(context: CommandContext, argv: readonly string[]): void {
  reply(context, argv, "union");
}

/**
 * ZINTER numkeys key [key …] [WEIGHTS weight [weight …]] [AGGREGATE SUM|MIN|MAX] [WITHSCORES]
 * Replies: as ZUNION, of the members that all keys have. Record: none.
 * @see https://redis.io/docs/latest/commands/zinter/
 */
export function zinter(context: CommandContext, argv: readonly string[]): void {
  reply(context, argv, "inter");
}

/**
 * ZDIFF numkeys key [key …] [WITHSCORES]
 * Replies: as ZUNION, of the members of the first key that no other has, with the scores that they have there. Record: none.
 * @see https://redis.io/docs/latest/commands/zdiff/
 */
export function zdiff(context: CommandContext, argv: readonly string[]): void {
  reply(context, argv, "diff");
}

/**
 * ZUNIONSTORE destination numkeys key [key …] [WEIGHTS weight [weight …]] [AGGREGATE SUM|MIN|MAX]
 * Replies: integer, members stored; errors as ZUNION. Record: delete of what was there, put.
 * @see https://redis.io/docs/latest/commands/zunionstore/
 */
export function zunionstore(context: CommandContext, argv: readonly string[]): void {
  store(context, argv, "union", "zunionstore");
}

/**
 * ZINTERSTORE destination numkeys key [key …] [WEIGHTS weight [weight …]] [AGGREGATE SUM|MIN|MAX]
 * Replies: as ZUNIONSTORE. Record: the same.
 * @see https://redis.io/docs/latest/commands/zinterstore/
 */
export function zinterstore(context: CommandContext, argv: readonly string[]): void {
  store(context, argv, "inter", "zinterstore");
}

/**
 * ZDIFFSTORE destination numkeys key [key …]
 * Replies: as ZUNIONSTORE. Record: the same.
 * @see https://redis.io/docs/latest/commands/zdiffstore/
 */
export function zdiffstore(context: CommandContext, argv: readonly string[]): void {
  store(context, argv, "diff", "zdiffstore");
}

/**
 * ZINTERCARD numkeys key [key …] [LIMIT limit]
 * Replies: integer, members that all keys have, at most the limit if it is not 0; errors as ZUNION, -ERR LIMIT can't be
 * negative. Record: none.
 * @see https://redis.io/docs/latest/commands/zintercard/
 */
export function zintercard(context: CommandContext, argv: readonly string[]): void {
  const request = requestOf(context, argv, 1, "inter", "count");
  if (request === undefined) return;
  let count = 0;
  intersect(request, () => ++count !== request.limit);
  context.reply.integer(count);
}

function reply(context: CommandContext, argv: readonly string[], combination: Combination): void {
  const request = requestOf(context, argv, 1, combination, "reply");
  if (request === undefined) return;
  const { members, scores } = combined(request, combination);
  beginEntries(context, members.length, request.withScores);
  for (const [index, member] of members.entries())
    replyEntry(context, member, scores[index] ?? 0, request.withScores);
}

function store(
  context: CommandContext,
  argv: readonly string[],
  combination: Combination,
  event: string,
): void {
  const request = requestOf(context, argv, 2, combination, "store");
  if (request === undefined) return;
  storeZset(context, argv[1] ?? "", combined(request, combination), event);
}

/** argv[from] is the number of keys. undefined if the request was refused, which was answered. */
function requestOf(
  context: CommandContext,
  argv: readonly string[],
  from: number,
  combination: Combination,
  form: Form,
): Request | undefined {
  const count = integerArgument(context, argv[from] ?? "");
  if (count === undefined) return undefined;
  const name = (argv[0] ?? "").toLowerCase();
  if (count < 1)
    return refused(context, `ERR at least 1 input key is needed for '${name}' command`);
  const optionsAt = from + 1 + count;
  if (optionsAt > argv.length) return refused(context, errors.syntax);
  const held = scoredOf(context, argv.slice(from + 1, optionsAt));
  if (held === undefined) return undefined;
  const options = optionsOf(context, argv, optionsAt, count, combination, form);
  if (options === undefined) return undefined;
  const sources = held.map((scored, index) => ({
    scored,
    size: scored?.size ?? 0,
    weight: options.weights[index] ?? 1,
  }));
  // The fewest members come first, also because sums of doubles depend on their order. A difference has its own order.
  if (combination !== "diff") sources.sort((a, b) => a.size - b.size);
  return { ...options, sources };
}

/** undefined if one has another type, which was answered. */
function scoredOf(context: CommandContext, keys: readonly string[]): Scored[] | undefined {
  const found: Scored[] = [];
  for (const key of keys) {
    const value = context.value(key);
    if (value !== undefined && typeOf(value) !== "zset" && typeOf(value) !== "set")
      return refused(context, errors.wrongType);
    found.push(value as Scored);
  }
  return found;
}

function visit(scored: Scored, visitor: EntryVisitor): void {
  if (scored instanceof SetValue) scored.forEach((member) => visitor(member, 1));
  else scored?.visit(0, scored.size, visitor);
}

function scoreIn(scored: Scored, member: string): number | undefined {
  if (!(scored instanceof SetValue)) return scored?.scoreOf(member);
  return scored.has(member) ? 1 : undefined;
}

interface Options {
  weights: readonly number[];
  aggregate: Aggregate;
  withScores: boolean;
  limit: number;
}

function optionsOf(
  context: CommandContext,
  argv: readonly string[],
  from: number,
  keyCount: number,
  combination: Combination,
  form: Form,
): Options | undefined {
  const options: Options = { weights: [], aggregate: "sum", withScores: false, limit: 0 };
  const takesScores = combination !== "diff" && form !== "count";
  for (let index = from; index < argv.length; index++) {
    const word = (argv[index] ?? "").toUpperCase();
    const value = argv[index + 1];
    if (word === "WEIGHTS" && takesScores && index + keyCount < argv.length) {
      const weights = weightsOf(context, argv.slice(index + 1, index + 1 + keyCount));
      if (weights === undefined) return undefined;
      options.weights = weights;
      index += keyCount;
    } else if (word === "AGGREGATE" && takesScores && value !== undefined) {
      const aggregate = aggregateNamed(value);
      if (aggregate === undefined) return refused(context, errors.syntax);
      options.aggregate = aggregate;
      index++;
    } else if (word === "WITHSCORES" && form === "reply") {
      options.withScores = true;
    } else if (word === "LIMIT" && form === "count" && value !== undefined) {
      const limit = parseInteger(value);
      if (limit === undefined || limit < 0) return refused(context, "ERR LIMIT can't be negative");
      options.limit = limit;
      index++;
    } else {
      return refused(context, errors.syntax);
    }
  }
  return options;
}

function weightsOf(context: CommandContext, texts: readonly string[]): number[] | undefined {
  const weights: number[] = [];
  for (const text of texts) {
    const weight = doubleArgument(context, text, "ERR weight value is not a float");
    if (weight === undefined) return undefined;
    weights.push(weight);
  }
  return weights;
}

function aggregateNamed(word: string): Aggregate | undefined {
  switch (word.toUpperCase()) {
    case "SUM":
      return "sum";
    case "MIN":
      return "min";
    case "MAX":
      return "max";
    default:
      return undefined;
  }
}

function refused(context: CommandContext, error: string): undefined {
  context.fail(error);
  return undefined;
}

/** What the sources make together, in the order of the scores. */
function combined(request: Request, combination: Combination): ScoredMembers {
  const found = new Map<string, number>();
  switch (combination) {
    case "union":
      unite(request, found);
      break;
    case "inter":
      intersect(request, (member, score) => {
        found.set(member, score);
        return true;
      });
      break;
    case "diff":
      subtract(request, found);
      break;
  }
  const pairs = [...found].sort(([a, x], [b, y]) => (x === y ? (a < b ? -1 : 1) : x - y));
  return { members: pairs.map(([member]) => member), scores: pairs.map(([, score]) => score) };
}

function unite({ sources, aggregate }: Request, found: Map<string, number>): void {
  for (const { scored, weight } of sources) {
    visit(scored, (member, score) => {
      const weighted = orZero(weight * score);
      const before = found.get(member);
      found.set(member, before === undefined ? weighted : aggregated(aggregate, before, weighted));
    });
  }
}

/** Tells the members that all sources have, until it is answered with false. */
function intersect(
  { sources, aggregate }: Request,
  tell: (member: string, score: number) => boolean,
): void {
  const [first, ...others] = sources;
  if (first === undefined) return;
  let goesOn = true;
  visit(first.scored, (member, score) => {
    if (!goesOn) return;
    let sum = orZero(first.weight * score);
    for (const { scored, weight } of others) {
      const other = scoreIn(scored, member);
      if (other === undefined) return;
      sum = aggregated(aggregate, sum, other * weight);
    }
    goesOn = tell(member, sum);
  });
}

function subtract({ sources }: Request, found: Map<string, number>): void {
  const [first, ...others] = sources;
  visit(first?.scored, (member, score) => {
    if (others.every(({ scored }) => scoreIn(scored, member) === undefined))
      found.set(member, score);
  });
}

/** `right` may be no number, which counts as 0 in a sum and is passed over in the rest. */
function aggregated(aggregate: Aggregate, left: number, right: number): number {
  switch (aggregate) {
    case "sum":
      return orZero(left + right);
    case "min":
      return right < left ? right : left;
    case "max":
      return right > left ? right : left;
  }
}

/** Infinities that cancel each other out, or that are multiplied by 0, make 0. */
function orZero(score: number): number {
  return Number.isNaN(score) ? 0 : score;
}
