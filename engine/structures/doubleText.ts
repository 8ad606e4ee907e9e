/**
 * Doubles as text, as C reads and prints them: Redis's scores, weights and distances. Printing is printf's %.17g, which shows
 * 17 significant digits whether or not fewer would do: 0.1 is 0.10000000000000001.
 */

/** Below this an integer is its own shortest and only decimal. */
const EXACT_INTEGERS = 2 ** 53;
/** With four decimals these have no more than the 15 digits that no double confuses with another. */
const MOST_SIXTEENTHS = 1e11;
/** %g turns to exponents from this power of ten on, and below 10^-4. */
const PRECISION = 17;
const LEAST_PLAIN_EXPONENT = -4;
/** More digits than any double needs to be told from half way between two decimals of 17 digits. */
const MANY_DIGITS = 100;

/** As printf's %.17g; infinities are "inf" and "-inf", what is no number "nan". */
export function doubleText(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < EXACT_INTEGERS)
    return Object.is(value, -0) ? "-0" : String(value);
  // Halves down to sixteenths have so few decimals that JavaScript's shortest text shows them all.
  if (Number.isInteger(value * 16) && Math.abs(value) < MOST_SIXTEENTHS) return String(value);
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  const magnitude = Math.abs(value);
  const scientific = roundedToPrecision(magnitude);
  const mark = scientific.indexOf("e");
  const exponent = Number(scientific.slice(mark + 1));
  const digits = scientific.charAt(0) + scientific.slice(2, mark);
  const text =
    exponent < LEAST_PLAIN_EXPONENT || exponent >= PRECISION
      ? withExponent(digits, exponent)
      : plain(digits, exponent);
  return value < 0 ? `-${text}` : text;
}

/** As printf's %.<decimals>f, at least one: half way between two decimals the even one is printed. */
export function fixedText(value: number, decimals: number): string {
  if (!Number.isFinite(value)) return doubleText(value);
  const magnitude = Math.abs(value);
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  if (magnitude >= MOST_FIXED) return `${sign}${BigInt(magnitude)}.${"0".repeat(decimals)}`;
  const text = magnitude.toFixed(decimals);
  // JavaScript rounds up half way, which is where a double has one binary place more than there are decimals.
  const last = Number(text.at(-1));
  const isTie = Math.abs((magnitude * 2 ** (decimals + 1)) % 2) === 1;
  return sign + (isTie && last % 2 === 1 ? text.slice(0, -1) + String(last - 1) : text);
}

/** As Redis prints coordinates: 17 decimals without the zeros at their end. */
export function decimalText(value: number): string {
  const text = fixedText(value, PRECISION).replace(/\.?0+$/, "");
  return text === "-0" ? "0" : text;
}

/** Above this toFixed turns to exponents. */
const MOST_FIXED = 1e21;

/**
 * A whole text as a double, in the way of Redis's string2d: decimal or hexadecimal, "inf" and "infinity" in any case; no
 * blanks in front. undefined for any other text, for "nan", and for numbers that are too large or too small for a double.
 */
export function parseDouble(text: string): number | undefined {
  if (isShortInteger(text)) return Number(text);
  if (INFINITE.test(text)) return text.startsWith("-") ? -Infinity : Infinity;
  const value = finiteOrRounded(text);
  if (value === undefined || !Number.isFinite(value)) return undefined;
  return value === 0 && SIGNIFICANT.test(text) ? undefined : value;
}

/**
 * A text as C's strtod reads it when what is behind the number must be the text's end: blanks in front, an empty text and
 * one that goes on behind a zero byte are accepted, and numbers beyond a double's range become infinite or zero.
 */
export function parseDoubleLoosely(text: string): number | undefined {
  if (isShortInteger(text)) return Number(text);
  if (text === "" || text.startsWith("\0")) return 0;
  const seen = seenByStrtod(text);
  if (INFINITE.test(seen)) return seen.startsWith("-") ? -Infinity : Infinity;
  return finiteOrRounded(seen);
}

/** The same for what SORT sorts by: undefined also for numbers that are too large or too small for a normal double. */
export function parseWeight(text: string): number | undefined {
  if (isShortInteger(text)) return Number(text);
  const value = parseDoubleLoosely(text);
  const seen = seenByStrtod(text);
  if (value === undefined || INFINITE.test(seen)) return value;
  if (Math.abs(value) >= LEAST_NORMAL) return Number.isFinite(value) ? value : undefined;
  return SIGNIFICANT.test(seen) ? undefined : value;
}

/** Without the blanks in front, up to the first zero byte. */
function seenByStrtod(text: string): string {
  const [whole = ""] = text.split("\0", 1);
  return whole.replace(/^[ \t\n\v\f\r]+/, "");
}

const LEAST_NORMAL = 2 ** -1022;

const MOST_SHORT_CHARS = 15;
const MINUS = 45;
const ZERO = 48;
const NINE = 57;

/** What most scores are: quicker to see than any pattern. */
function isShortInteger(text: string): boolean {
  const first = text.charCodeAt(0) === MINUS ? 1 : 0;
  if (text.length === first || text.length > MOST_SHORT_CHARS) return false;
  for (let index = first; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < ZERO || code > NINE) return false;
  }
  return true;
}

const INFINITE = /^[+-]?inf(?:inity)?$/i;
const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;
const HEXADECIMAL =
  /^[+-]?0[xX](?:([0-9a-fA-F]+)(?:\.([0-9a-fA-F]*))?|\.([0-9a-fA-F]+))(?:[pP]([+-]?\d+))?$/;
/** Has a digit other than zero in front of its exponent. */
const SIGNIFICANT = /^[+-]?(?:0[xX][0.]*[1-9a-fA-F]|[0.]*[1-9])/;

/** The nearest double, an infinity beyond the largest; undefined if the text is no number. */
function finiteOrRounded(text: string): number | undefined {
  if (DECIMAL.test(text)) return Number(text);
  const parts = HEXADECIMAL.exec(text);
  if (parts === null) return undefined;
  const [, whole = "", fraction = "", onlyFraction = "", power = "0"] = parts;
  const places = fraction.length + onlyFraction.length;
  const mantissa = BigInt(`0x${whole}${fraction}${onlyFraction}`);
  const value = scaled(mantissa, Number(power) - 4 * places);
  return text.startsWith("-") ? -value : value;
}

/** The least bit that a double can have. */
const LEAST_EXPONENT = -1074;

/** mantissa · 2^exponent, rounded once, ties to even. */
function scaled(mantissa: bigint, exponent: number): number {
  if (mantissa === 0n) return 0;
  const bits = mantissa.toString(2).length;
  if (bits + exponent > 1024) return Infinity;
  if (bits + exponent < LEAST_EXPONENT) return 0;
  // Numbers from BigInt are rounded to 53 bits, which is right unless fewer bits are left below the least normal number.
  const lost = Math.max(LEAST_EXPONENT - exponent, 0);
  const kept = bits - lost;
  if (kept >= 53) return timesPowerOfTwo(Number(mantissa), exponent);
  const half = lost === 0 ? 0n : 1n << BigInt(lost - 1);
  let quotient = mantissa >> BigInt(lost);
  const rest = mantissa - (quotient << BigInt(lost));
  if (rest > half || (lost > 0 && rest === half && (quotient & 1n) === 1n)) quotient += 1n;
  return timesPowerOfTwo(Number(quotient), exponent + lost);
}

/** Exact while the result is; in two steps, so that both factors are normal numbers. */
function timesPowerOfTwo(value: number, exponent: number): number {
  const half = Math.trunc(exponent / 2);
  return value * powerOfTwo(half) * powerOfTwo(exponent - half);
}

/** Put together from its bits: `**` is allowed to be inexact. */
function powerOfTwo(exponent: number): number {
  return new Float64Array(new BigUint64Array([BigInt(exponent + 1023) << 52n]).buffer)[0] as number;
}

/** 17 digits as d.ddde±x, ties to even as in C: JavaScript rounds them up. */
function roundedToPrecision(magnitude: number): string {
  const rounded = magnitude.toExponential(PRECISION - 1);
  const longer = magnitude.toExponential(PRECISION);
  const mark = longer.indexOf("e");
  if (longer.charAt(mark - 1) !== "5") return rounded;
  const exact = magnitude.toExponential(MANY_DIGITS);
  const isTie = /^0*$/.test(exact.slice(mark, exact.indexOf("e")));
  const isEven = "02468".includes(longer.charAt(mark - 2));
  return isTie && isEven ? longer.slice(0, mark - 1) + longer.slice(mark) : rounded;
}

function withExponent(digits: string, exponent: number): string {
  const fraction = digits.slice(1).replace(/0+$/, "");
  const power = String(Math.abs(exponent)).padStart(2, "0");
  return `${digits.charAt(0)}${fraction === "" ? "" : `.${fraction}`}e${exponent < 0 ? "-" : "+"}${power}`;
}

function plain(digits: string, exponent: number): string {
  if (exponent < 0) return `0.${"0".repeat(-exponent - 1)}${digits.replace(/0+$/, "")}`;
  const fraction = digits.slice(exponent + 1).replace(/0+$/, "");
  const whole = digits.slice(0, exponent + 1);
  return fraction === "" ? whole : `${whole}.${fraction}`;
}
