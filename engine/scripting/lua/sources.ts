/** Pieces of the source of functions that are made. */
import * as op from "./prototype.ts";
import type { LuaValue } from "./values.ts";

const SIGNS: Readonly<Record<number, string>> = {
  [op.ADD]: "+",
  [op.SUBTRACT]: "-",
  [op.MULTIPLY]: "*",
  [op.DIVIDE]: "/",
};

/**
 * Of two numbers, or of the left one alone.
 * @param divisor - of a remainder, if it is known
 */
export function arithmeticSource(
  operation: number,
  left: string,
  right: string,
  divisor: LuaValue,
): string {
  const sign = SIGNS[operation];
  if (sign !== undefined) return `${left} ${sign} ${right}`;
  if (operation === op.POWER) return `power(${left}, ${right})`;
  if (operation === op.NEGATE) return `-${left}`;
  const general = `modulo(${left}, ${right})`;
  const isSmall = typeof divisor === "number" && divisor === (divisor | 0) && divisor > 0;
  // Of small whole numbers it is JavaScript's.
  return isSmall
    ? `${left} >= 0 && ${left} === (${left} | 0) ? ${left} % ${right} + 0 : ${general}`
    : general;
}

/** Whether it is a table. */
export function isTable(value: string): string {
  return `typeof ${value} === "object" && ${value}.isTable`;
}

export function numberSource(value: number): string {
  if (Number.isNaN(value)) return "(0 / 0)";
  if (!Number.isFinite(value)) return value > 0 ? "(1 / 0)" : "(-1 / 0)";
  return Object.is(value, -0) || value < 0 ? `(-${-value})` : String(value);
}
