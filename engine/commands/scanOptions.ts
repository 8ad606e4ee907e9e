/** What SCAN, HSCAN, SSCAN and ZSCAN have in common: the cursor, the options, and the walk through a collection. */
import { errors } from "../resp/replies.ts";
import type { CommandContext } from "./context.ts";
import { matchesGlob } from "./glob.ts";
import { integerArgument } from "./numbers.ts";

export interface ScanOptions {
  readonly count: number;
  /** Undefined lets everything pass. */
  readonly pattern: string | undefined;
  /** SCAN alone has this option. */
  readonly type: string | undefined;
}

/** A cursor as C's strtoul reads it, of which ours use 32 bits; undefined if it is none, which was answered. */
export function cursorArgument(context: CommandContext, argument: string): number | undefined {
  const [text = ""] = argument.split("\0", 1);
  if (text === "") return 0;
  const parts = /^([+-]?)(\d+)$/.exec(text);
  const magnitude = BigInt(parts?.[2] ?? -1);
  if (magnitude < 0n || magnitude >= 2n ** 64n) {
    context.fail("ERR invalid cursor");
    return undefined;
  }
  return Number(BigInt.asUintN(32, parts?.[1] === "-" ? -magnitude : magnitude));
}

/** `[MATCH pattern] [COUNT count]`, and `[TYPE type]` of keys, from argv[from] on; undefined if refused, which was answered. */
export function scanOptions(
  context: CommandContext,
  argv: readonly string[],
  from: number,
  of: "keys" | "collection",
): ScanOptions | undefined {
  let count = 10;
  let pattern: string | undefined;
  let type: string | undefined;
  for (let index = from; index < argv.length; index += 2) {
    const word = (argv[index] ?? "").toUpperCase();
    const value = argv[index + 1];
    if (value !== undefined && word === "COUNT") {
      const parsed = integerArgument(context, value);
      if (parsed === undefined) return undefined;
      count = parsed;
    } else if (value !== undefined && word === "MATCH") {
      pattern = value === "*" ? undefined : value;
    } else if (value !== undefined && word === "TYPE" && of === "keys") {
      type = value.toLowerCase();
    } else {
      count = 0;
    }
    if (count < 1) {
      context.fail(errors.syntax);
      return undefined;
    }
  }
  return { count, pattern, type };
}

/** Takes steps of a scan until `count` elements were met, the end is reached, or ten times as many steps were taken. */
export function scanSteps(
  cursor: number,
  count: number,
  step: (cursor: number) => number,
  met: () => number,
): number {
  let at = cursor;
  let steps = count * 10;
  do {
    at = step(at);
  } while (at !== 0 && steps-- > 0 && met() < count);
  return at;
}

/** A collection as its scan sees it. A packed one is visited whole in the first step, which returns 0. */
export interface Scannable {
  /** One step with the guarantee of MemberTable.scan. `value` is what stands beside the member: none in a set. */
  scan(cursor: number, visit: (member: string, value?: string) => void): number;
}

/**
 * Answers HSCAN, SSCAN or ZSCAN (`key cursor [MATCH pattern] [COUNT count]`) from a collection that is there: the next cursor
 * and an array of members, each followed by its value if it has one. The cursor was read before the key was looked up.
 */
export function replyScan(
  context: CommandContext,
  argv: readonly string[],
  cursor: number,
  collection: Scannable,
): void {
  const options = scanOptions(context, argv, 3, "collection");
  if (options === undefined) return;
  const { pattern } = options;
  const found: string[] = [];
  let met = 0;
  const visit = (member: string, value?: string): void => {
    met++;
    if (pattern !== undefined && !matchesGlob(pattern, member)) return;
    found.push(member);
    if (value !== undefined) found.push(value);
  };
  const next = scanSteps(
    cursor,
    options.count,
    (at) => collection.scan(at, visit),
    () => met,
  );
  replyScanned(context, next, found);
}

export function replyScanned(
  context: CommandContext,
  cursor: number,
  found: readonly string[],
): void {
  context.reply.array(2);
  context.reply.bulk(String(cursor));
  context.reply.bulks(found);
}
