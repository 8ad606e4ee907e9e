/** Arguments that are numbers or deadlines, read with Redis's checks. Failures are answered and come back as undefined. */
import { parseDouble } from "../structures/doubleText.ts";
import { thousandfoldUp } from "../structures/extendedFloat.ts";
import { isInt64, parseBigInteger, parseInteger } from "../structures/integerText.ts";
import { errors, invalidExpireTime } from "../resp/replies.ts";
import type { CommandContext } from "./context.ts";

const MOST: bigint = 2n ** 63n - 1n;
const LEAST: bigint = -(2n ** 63n);

/** Below this many digits a number of seconds, in milliseconds and added to the clock, stays exact. */
const PLAIN_DIGITS = 11;

/** A 64-bit integer, rounded to a double beyond 2^53. */
export function integerArgument(
  context: CommandContext,
  text: string,
  error: string = errors.notInteger,
): number | undefined {
  const value = parseInteger(text);
  if (value === undefined) context.fail(error);
  return value;
}

/** Compares integers in their text, which doubles beyond 2^53 may not tell apart. */
export function isGreater(text: string, than: string): boolean {
  return BigInt(text) > BigInt(than);
}

/** A double. */
export function doubleArgument(
  context: CommandContext,
  text: string,
  error: string = errors.notFloat,
): number | undefined {
  const value = parseDouble(text);
  if (value === undefined) context.fail(error);
  return value;
}

/** A 32-bit integer; `error` for whatever is none. */
export function int32Argument(
  context: CommandContext,
  text: string,
  error?: string,
): number | undefined {
  const value = integerArgument(context, text, error);
  if (value === undefined || value === (value | 0)) return value;
  context.fail(error ?? "ERR value is out of range, value must between -2147483648 and 2147483647");
  return undefined;
}

/** How long a command may wait, given in seconds, as whole milliseconds; 0: for ever. */
export function timeoutArgument(context: CommandContext, text: string): number | undefined {
  const seconds = text.length <= PLAIN_DIGITS ? parseInteger(text) : undefined;
  const exact = seconds === undefined ? thousandfoldUp(text) : BigInt(seconds * 1000);
  if (exact === "invalid") {
    context.fail("ERR timeout is not a float or out of range");
    return undefined;
  }
  // What no 64-bit integer holds becomes the least of them in Redis.
  return waitingTime(context, exact !== "infinite" && isInt64(exact) ? Number(exact) : -1);
}

/** How long a command may wait, given in milliseconds; 0: for ever. */
export function timeoutMsArgument(context: CommandContext, text: string): number | undefined {
  const timeoutMs = integerArgument(context, text, "ERR timeout is not an integer or out of range");
  return timeoutMs === undefined ? undefined : waitingTime(context, timeoutMs);
}

function waitingTime(context: CommandContext, timeoutMs: number): number | undefined {
  if (timeoutMs >= 0) return timeoutMs;
  context.fail("ERR timeout is negative");
  return undefined;
}

export interface DeadlineUnit {
  readonly unitMs: 1 | 1000;
  /** Counted from the shard's time, not from 1970. */
  readonly isRelative: boolean;
}

/** SET, SETEX, GETEX and their kin: a deadline that must be positive before the clock is added. Unix milliseconds. */
export function positiveDeadline(
  context: CommandContext,
  text: string,
  unit: DeadlineUnit,
  commandName: string,
): number | undefined {
  const value = parseBigInteger(text);
  if (value === undefined) {
    context.fail(errors.notInteger);
    return undefined;
  }
  if (value <= 0n) {
    context.fail(invalidExpireTime(commandName));
    return undefined;
  }
  return anyDeadline(context, text, unit, commandName);
}

/** EXPIRE and its kin: a deadline that may lie in the past, even before 1970. Unix milliseconds. */
export function anyDeadline(
  context: CommandContext,
  text: string,
  unit: DeadlineUnit,
  commandName: string,
): number | undefined {
  const base = unit.isRelative ? context.unixMs : 0;
  if (text.length <= PLAIN_DIGITS) {
    const value = integerArgument(context, text);
    return value === undefined ? undefined : value * unit.unitMs + base;
  }
  const exact = parseBigInteger(text);
  if (exact === undefined) {
    context.fail(errors.notInteger);
    return undefined;
  }
  const factor = BigInt(unit.unitMs);
  const isOutside = exact > MOST / factor || exact < LEAST / factor;
  if (isOutside || exact * factor > MOST - BigInt(base)) {
    context.fail(invalidExpireTime(commandName));
    return undefined;
  }
  return Number(exact * factor + BigInt(base));
}
