/** Random members of a collection, as HRANDFIELD, SRANDMEMBER and ZRANDMEMBER draw them: each equally likely. */
import { errors } from "../resp/replies.ts";
import { parseBigInteger } from "../structures/integerText.ts";
import type { CommandContext } from "./context.ts";

const MOST: bigint = 2n ** 63n - 1n;
/** A reply cannot have more elements than this: a negative count that is larger is refused as out of range. */
const MOST_REPEATED = 2 ** 26;
/** An element takes at least so much of a reply: "$0", an empty string. */
const LEAST_ELEMENT_BYTES = 6;
/** Below this share of the collection drawing indexes is cheaper than looking at all members. */
const LARGE_SHARE = 1 / 3;

export interface Sampled {
  readonly size: number;
  forEach(visit: (member: string) => void): void;
  /** The member of an index, in any order that stands still while nothing changes. */
  at(index: number): string;
}

/** How many members are asked for: negative if one may come more than once. Undefined if refused, which was answered. */
export function sampleCount(context: CommandContext, text: string): number | undefined {
  const exact = parseBigInteger(text);
  if (exact === undefined) {
    context.fail(errors.notInteger);
    return undefined;
  }
  if (exact < -MOST) {
    context.fail(`ERR value is out of range, value must between ${-MOST} and ${MOST}`);
    return undefined;
  }
  return Number(exact);
}

/** With values a reply has twice as many elements: a count whose double is no 64-bit integer is refused, which is answered. */
export function isPairCount(context: CommandContext, text: string): boolean {
  const exact = parseBigInteger(text) ?? 0n;
  if (exact >= -(MOST / 2n) && exact <= MOST / 2n) return true;
  context.fail("ERR value is out of range");
  return false;
}

/** Members for a count: different ones, at most all of them, if positive. Undefined if there are too many, which was answered. */
export function sample(
  context: CommandContext,
  collection: Sampled,
  count: number,
): readonly string[] | undefined {
  if (count >= 0) return different(collection, count, context.random);
  if (-count > MOST_REPEATED) {
    const limitBytes = hardLimitBytes(context);
    // As soon as the reply were so long the client would be cut off.
    if (limitBytes > 0 && -count * LEAST_ELEMENT_BYTES > limitBytes) cutOff(context);
    else context.fail("ERR value is out of range");
    return undefined;
  }
  const drawn: string[] = [];
  for (let left = -count; left > 0; left--) drawn.push(oneOf(collection, context.random));
  return drawn;
}

/** What may wait to be taken by this client; 0: no limit. In "normal 0 0 0 slave …". */
function hardLimitBytes({ session, settings }: CommandContext): number {
  const words = settings.get("client-output-buffer-limit").split(" ");
  return Number(words[words.indexOf(session.isSubscriber ? "pubsub" : "normal") + 1]);
}

function cutOff(context: CommandContext): void {
  context.meter.figures.clients().outputLimitDisconnections += 1;
  context.close = true;
}

/** One member; the collection is not empty. */
export function oneOf(collection: Sampled, random: () => number): string {
  return collection.at(Math.floor(random() * collection.size));
}

function different(collection: Sampled, count: number, random: () => number): readonly string[] {
  const { size } = collection;
  if (count > size * LARGE_SHARE) {
    const all: string[] = [];
    collection.forEach((member) => all.push(member));
    return count >= size ? all : firstShuffled(all, count, random);
  }
  // Robert Floyd's way: each index is as likely to be among the drawn ones as any other, with one draw for each.
  const drawn = new Set<number>();
  for (let last = size - count; last < size; last++) {
    const index = Math.floor(random() * (last + 1));
    drawn.add(drawn.has(index) ? last : index);
  }
  return Array.from(drawn, (index) => collection.at(index));
}

/** The first `count` of a random order, by Fisher and Yates; the array is used up. */
function firstShuffled(all: string[], count: number, random: () => number): readonly string[] {
  for (let index = 0; index < count; index++) {
    const other = index + Math.floor(random() * (all.length - index));
    const chosen = all[other] as string;
    all[other] = all[index] as string;
    all[index] = chosen;
  }
  all.length = count;
  return all;
}
