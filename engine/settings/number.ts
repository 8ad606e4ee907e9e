/** Parameters that are numbers: plain, in bytes with units, as a percentage, octal. All are 64 bits wide, as in C. */
import { parseBigInteger } from "../structures/integerText.ts";
import { parameter, type Parameter, type ParameterOptions, type Reading } from "./parameter.ts";

export const INT_MAX: bigint = 2n ** 31n - 1n;
export const INT_MIN: bigint = -(2n ** 31n);
export const UINT_MAX: bigint = 2n ** 32n - 1n;
export const LONG_MAX: bigint = 2n ** 63n - 1n;
export const ULONG_MAX: bigint = 2n ** 64n - 1n;

export interface NumberOptions extends ParameterOptions {
  /** "percent" takes bytes too: "5%" or "100mb". */
  readonly unit?: "integer" | "memory" | "percent" | "octal";
  /** A negative number is read as a huge one. */
  readonly isUnsigned?: boolean;
}

// oxlint-disable-next-line max-params -- a row of the table: name, first value, range
export function number(
  name: string,
  initial: bigint,
  least: bigint,
  most: bigint,
  options: NumberOptions = {},
): Parameter {
  const unit = options.unit ?? "integer";
  const kind = unit === "integer" ? "number" : unit === "percent" ? "memory" : unit;
  const print = unit === "octal" ? (value: bigint): string => value.toString(8) : String;
  return parameter(name, kind, print(initial), options, (word) => {
    const value = parse(word, unit);
    if (value === undefined) return { why: NOT_A_NUMBER[unit] };
    if (unit === "percent" && value < 0n) return percentage(-value, -least);
    const seen = options.isUnsigned === true ? BigInt.asUintN(64, value) : value;
    if (seen < least || seen > most) {
      return { why: `argument must be between ${print(least)} and ${print(most)} inclusive` };
    }
    return { text: print(seen) };
  });
}

/** A number of bytes with an optional unit, modulo 2^64; undefined if it is none. Digits may be missing, as C reads them: 0. */
export function memoryBytes(word: string): bigint | undefined {
  const parts = /^([0-9]*)([a-z]*)$/i.exec(word);
  const factor = UNIT_BYTES.get((parts?.[2] ?? "?").toLowerCase());
  const digits = parts?.[1] ?? "";
  if (factor === undefined || digits.length > MOST_DIGITS) return undefined;
  const value = BigInt(digits === "" ? "0" : digits);
  return BigInt.asUintN(64, (value > ULONG_MAX ? ULONG_MAX : value) * factor);
}

const MOST_DIGITS = 127;

const UNIT_BYTES: ReadonlyMap<string, bigint> = new Map([
  ["", 1n],
  ["b", 1n],
  ["k", 1000n],
  ["kb", 1n << 10n],
  ["m", 1_000_000n],
  ["mb", 1n << 20n],
  ["g", 1_000_000_000n],
  ["gb", 1n << 30n],
]);

const NOT_A_NUMBER = {
  integer: "argument couldn't be parsed into an integer",
  memory: "argument must be a memory value",
  percent: "argument must be a memory or percent value",
  octal: "argument couldn't be parsed as an octal number",
} as const;

/** 64 bits, read as signed. A percentage comes as its negative. */
function parse(word: string, unit: "integer" | "memory" | "percent" | "octal"): bigint | undefined {
  if (unit === "integer") return parseBigInteger(word);
  if (unit === "octal") {
    const digits = /^\s*([+-]?)([0-7]+)$/.exec(word);
    if (digits === null) return undefined;
    const value = BigInt(`0o${digits[2]}`);
    if (value > LONG_MAX) return undefined;
    return digits[1] === "-" ? -value : value;
  }
  const bytes = memoryBytes(word);
  if (bytes !== undefined) return BigInt.asIntN(64, bytes);
  if (unit !== "percent" || !word.endsWith("%")) return undefined;
  const percent = parseBigInteger(word.slice(0, -1));
  return percent === undefined || percent < 0n ? undefined : -percent;
}

function percentage(value: bigint, most: bigint): Reading {
  if (value > most) return { why: `percentage argument must be less or equal to ${most}` };
  return { text: `${value}%` };
}
