/** Scores as text, as Redis wrote them up to 3.2 and as packed sorted sets hold them. */
import { latin1Of } from "../bytes/latin1.ts";
import type { RdbReader } from "./rdbReader.ts";

/** Lengths that mean no text. */
const NOT_A_NUMBER = 253;
const INFINITE = 254;
const MINUS_INFINITE = 255;

/** A score that is a length and a text; NaN and a failed reader if there is none. */
export function scoreOfText(reader: RdbReader): number {
  const length = reader.u8();
  switch (length) {
    case NOT_A_NUMBER:
      return NaN;
    case INFINITE:
      return Infinity;
    case MINUS_INFINITE:
      return -Infinity;
    default: {
      const value = prefixDouble(latin1Of(reader.raw(length)));
      if (value === undefined) reader.failed = true;
      return value ?? NaN;
    }
  }
}

const DECIMAL = /^[ \t-\r]*([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)/i;
const WORD = /^[ \t-\r]*([+-]?)(inf|nan)/i;

/** The number that a text begins with, as C's strtod sees it; undefined if there is none. */
export function prefixDouble(text: string): number | undefined {
  const decimal = DECIMAL.exec(text)?.[1];
  if (decimal !== undefined) return Number(decimal);
  const [, sign, word] = WORD.exec(text) ?? [];
  if (word === undefined) return undefined;
  if (word.toLowerCase() === "nan") return NaN;
  return sign === "-" ? -Infinity : Infinity;
}
