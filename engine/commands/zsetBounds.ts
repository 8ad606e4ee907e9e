/** Bounds of ranges of scores and of members, as ZRANGE, ZCOUNT and their kin take them. */
import { LexRange, type LexBound } from "../keyspace/values/lexRange.ts";
import type { ScoreRange } from "../keyspace/values/zsetValue.ts";
import { parseDoubleLoosely } from "../structures/doubleText.ts";
import type { CommandContext } from "./context.ts";

/** `1.5` is a bound that is in, `(1.5` one that is out; undefined if refused, which was answered. */
export function scoreRange(
  context: CommandContext,
  minText: string,
  maxText: string,
): ScoreRange | undefined {
  const isMinExcluded = minText.startsWith("(");
  const isMaxExcluded = maxText.startsWith("(");
  const min = parseDoubleLoosely(isMinExcluded ? minText.slice(1) : minText);
  const max = parseDoubleLoosely(isMaxExcluded ? maxText.slice(1) : maxText);
  if (min !== undefined && max !== undefined) return { min, max, isMinExcluded, isMaxExcluded };
  context.fail("ERR min or max is not a float");
  return undefined;
}

/** `[a` is a bound that is in, `(a` one that is out, `-` and `+` are the ends; undefined if refused, which was answered. */
export function lexRange(
  context: CommandContext,
  minText: string,
  maxText: string,
): LexRange | undefined {
  const min = lexBound(minText);
  const max = lexBound(maxText);
  if (min !== undefined && max !== undefined) return new LexRange(min, max);
  context.fail("ERR min or max not valid string range item");
  return undefined;
}

function lexBound(text: string): LexBound | undefined {
  switch (text.charAt(0)) {
    case "-":
      return isAlone(text) ? { kind: "first" } : undefined;
    case "+":
      return isAlone(text) ? { kind: "last" } : undefined;
    case "[":
      return { kind: "member", member: text.slice(1), isExcluded: false };
    case "(":
      return { kind: "member", member: text.slice(1), isExcluded: true };
    default:
      return undefined;
  }
}

/** Nothing is behind the sign, or a zero byte, at which Redis stops. */
function isAlone(text: string): boolean {
  return text.length === 1 || text.charAt(1) === "\0";
}
