/** Numbers as text, both ways, as C's strtod and printf have them. */

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const HEXADECIMAL = /^([+-]?)0[xX]([\da-fA-F]*)(?:\.([\da-fA-F]*))?(?:[pP]([+-]?\d+))?$/;
const SPECIAL = /^([+-]?)(inf|infinity|nan)$/i;
/** Where JavaScript's own texts end; a double that is as long has no more digits that count. */
const MOST_DIGITS: number = 100;
/** Digits of "%.14g". */
export const SHOWN_DIGITS = 14;
/** So many digits are never shared by two doubles. */
const SURE_DIGITS = 15;
/** "%g" turns to exponents below. */
const LEAST_PLAIN = 1e-4;

/** The number that the whole text is up to its first zero byte, white space around it allowed; undefined if it is none. */
export function parseNumber(text: string): number | undefined {
  const zero = text.indexOf("\0");
  const trimmed = trimmedOf(zero < 0 ? text : text.slice(0, zero));
  if (DECIMAL.test(trimmed)) return Number(trimmed);
  const special = SPECIAL.exec(trimmed);
  if (special !== null) {
    const value = special[2]?.toLowerCase() === "nan" ? Number.NaN : Number.POSITIVE_INFINITY;
    return special[1] === "-" ? -value : value;
  }
  const hexadecimal = HEXADECIMAL.exec(trimmed);
  if (hexadecimal === null) return undefined;
  const [, sign, whole = "", fraction = "", exponent = "0"] = hexadecimal;
  if (whole === "" && fraction === "") return undefined;
  let value = 0;
  for (const digit of whole + fraction) value = value * 16 + Number.parseInt(digit, 16);
  value *= 2 ** (Number(exponent) - 4 * fraction.length);
  return sign === "-" ? -value : value;
}

/** Without white space at both ends. An expression that looks for that at the end would begin anew at each space. */
function trimmedOf(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isSpace(text.charCodeAt(start))) start++;
  while (end > start && isSpace(text.charCodeAt(end - 1))) end--;
  return start === 0 && end === text.length ? text : text.slice(start, end);
}

function isSpace(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13);
}

/** As C casts a double to 64 bits on x86: what does not fit is the lowest there is. */
export function int64Of(value: number): bigint {
  return Math.abs(value) < 2 ** 63 ? BigInt(Math.trunc(value)) : -(2n ** 63n);
}

/** The same without sign: what is too large is zero. */
export function uint64Of(value: number): bigint {
  if (value >= 2 ** 63) return value < 2 ** 64 ? BigInt(value) : 0n;
  return BigInt.asUintN(64, int64Of(value));
}

/** As print shows it: "%.14g". There is one NaN here: it has the sign of those that arithmetic makes in C. */
export function numberText(value: number): string {
  if (Number.isNaN(value)) return "-nan";
  if (Number.isInteger(value) && Math.abs(value) < 1e14)
    return Object.is(value, -0) ? "-0" : String(value);
  return general(value, SHOWN_DIGITS, false);
}

/** C's "%.{precision}g"; with `keepZeros` its "#" form. */
export function general(value: number, precision: number, keepZeros: boolean): string {
  if (!Number.isFinite(value)) return notFinite(value);
  const digits = Math.max(1, precision);
  if (!keepZeros && digits <= SURE_DIGITS) {
    const short = shortest(value, digits);
    if (short !== undefined) return short;
  }
  const scientific = exponential(value, digits - 1);
  const exponent = Number(scientific.slice(scientific.indexOf("e") + 1));
  if (exponent < -4 || exponent >= digits) {
    const mark = scientific.indexOf("e");
    const mantissa = scientific.slice(0, mark);
    return (keepZeros ? mantissa : withoutZeros(mantissa)) + scientific.slice(mark);
  }
  const text = fixed(value, digits - 1 - exponent);
  return keepZeros ? text : withoutZeros(text);
}

/**
 * The text of JavaScript, which has the fewest digits that tell the double from others: if those are no more than asked for, they are what C prints.
 * Undefined if they are more, or if C would write an exponent.
 */
function shortest(value: number, digits: number): string | undefined {
  const magnitude = Math.abs(value);
  if (magnitude < LEAST_PLAIN || magnitude >= 10 ** digits) return undefined;
  const text = String(value);
  const marks = (value < 0 ? 1 : 0) + (text.includes(".") ? 1 : 0);
  return text.length - marks <= digits ? text : undefined;
}

/** C's "%.{precision}e". */
export function exponential(value: number, precision: number): string {
  if (!Number.isFinite(value)) return notFinite(value);
  // JavaScript ends at 100 digits; behind the 767th a double has none.
  const shown = Math.min(precision, MOST_DIGITS);
  const rounded = value.toExponential(shown);
  // Half way between two texts the next digit is a 5, and the last one that is not zero.
  const isSure = shown < MOST_DIGITS && !value.toExponential(shown + 1).includes("5e");
  const text = isSure ? rounded : halfToEven(rounded, value.toExponential(MOST_DIGITS));
  const mark = text.indexOf("e");
  const exponent = text.slice(mark + 2);
  const zeros = "0".repeat(precision - shown);
  const sign = Object.is(value, -0) ? "-" : "";
  return `${sign}${text.slice(0, mark)}${zeros}${text.slice(mark, mark + 2)}${exponent.padStart(2, "0")}`;
}

/** C's "%.{precision}f". */
export function fixed(value: number, precision: number): string {
  if (!Number.isFinite(value)) return notFinite(value);
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  const magnitude = Math.abs(value);
  const shown = Math.min(precision, MOST_DIGITS);
  // From 10^21 on toFixed turns to exponents; such a number is whole.
  const text =
    magnitude >= 1e21
      ? BigInt(magnitude).toString() + (shown > 0 ? `.${"0".repeat(shown)}` : "")
      : isHalfWay(magnitude, shown)
        ? halfToEven(magnitude.toFixed(shown), magnitude.toFixed(MOST_DIGITS))
        : magnitude.toFixed(shown);
  return sign + text + "0".repeat(precision - shown);
}

/** Whether the double stands half way between two texts with so many decimals: it has one binary place more than they. */
function isHalfWay(magnitude: number, decimals: number): boolean {
  return (magnitude * 2 ** (decimals + 1)) % 2 === 1;
}

/** JavaScript rounds a half up, C to the even digit. `exact` is the same number with every digit it has. */
function halfToEven(rounded: string, exact: string): string {
  const end = rounded.includes("e") ? rounded.indexOf("e") : rounded.length;
  const dot = exact.indexOf(".");
  // Without a fraction the point is not written either.
  const rest = exact.slice(rounded.includes(".") ? end : dot + 1).replace(/e.*$/, "");
  if (!/^50*$/.test(rest)) return rounded;
  const kept = exact.slice(0, rounded.includes(".") ? end : dot);
  return Number(kept.at(-1)) % 2 === 0 ? kept + rounded.slice(end) : rounded;
}

function notFinite(value: number): string {
  if (Number.isNaN(value)) return "nan";
  return value < 0 ? "-inf" : "inf";
}

function withoutZeros(text: string): string {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}
