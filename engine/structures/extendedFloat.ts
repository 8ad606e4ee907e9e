/**
 * The 80-bit floats of x86 ("long double"), as far as INCRBYFLOAT and timeouts need them: read decimal or hexadecimal
 * text, add, print with 17 decimals, multiply by a thousand. Values are exact integers times powers of two; each operation rounds once to 64 bits, ties to even.
 *
 * Why: Redis adds and prints in this format, and clients see its digits (0.1 + 0.2 is "0.3" there, not the
 * 0.30000000000000004 of doubles).
 */
const MANTISSA_BITS = 64;
/** Exponent of the lowest bit of the smallest subnormal, and of the largest number's lowest bit. */
const LEAST_EXPONENT = -16445;
const MOST_EXPONENT = 16383 - 63;
const DECIMALS = 17;
const TEN_TO_DECIMALS: bigint = 10n ** 17n;
/** Redis copies the text into a buffer of this size. */
const LONGEST_TEXT = 5 * 1024;
/** Exponents beyond this are certainly infinite or zero, and their powers of ten would only cost time. */
const EXPONENT_LIMIT = 40_000;

/** ± mantissa · 2^exponent */
interface Extended {
  readonly mantissa: bigint;
  readonly exponent: number;
}

/** The sum of two numbers in text as Redis prints it; "invalid" if one is no number, "infinite" if one or the sum is. */
export function addDecimals(left: string, right: string): string {
  const a = parse(left);
  const b = parse(right);
  if (a === "invalid" || b === "invalid") return "invalid";
  if (a === "infinite" || b === "infinite") return "infinite";
  const exponent = Math.min(a.exponent, b.exponent);
  const sum =
    (a.mantissa << BigInt(a.exponent - exponent)) + (b.mantissa << BigInt(b.exponent - exponent));
  const rounded = round(sum, 1n, exponent);
  return rounded === "infinite" ? "infinite" : print(rounded);
}

/** A thousand times a number in text, rounded up to an integer; "invalid" if it is none, "infinite" if it or the product is. */
export function thousandfoldUp(text: string): bigint | "invalid" | "infinite" {
  const value = parse(text);
  if (value === "invalid" || value === "infinite") return value;
  const product = round(value.mantissa * 1000n, 1n, value.exponent);
  if (product === "infinite") return "infinite";
  const { mantissa, exponent } = product;
  if (exponent >= 0) return mantissa << BigInt(exponent);
  const divisor = 1n << BigInt(-exponent);
  const quotient = mantissa / divisor;
  return mantissa > quotient * divisor ? quotient + 1n : quotient;
}

const DECIMAL = /^[+-]?(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;
const HEXADECIMAL = /^[+-]?0[xX]([0-9a-fA-F]*)(?:\.([0-9a-fA-F]*))?(?:[pP]([+-]?\d+))?$/;
const INFINITY = /^[+-]?inf(?:inity)?$/i;

function parse(text: string): Extended | "invalid" | "infinite" {
  if (text.length === 0 || text.length >= LONGEST_TEXT) return "invalid";
  if (INFINITY.test(text)) return "infinite";
  const decimal = DECIMAL.exec(text);
  const parts = decimal ?? HEXADECIMAL.exec(text);
  if (parts === null) return "invalid";
  const [, whole = "", fraction = "", power = "0"] = parts;
  if (whole === "" && fraction === "") return "invalid";
  const digits = BigInt((decimal === null ? "0x" : "") + whole + fraction);
  if (digits === 0n) return { mantissa: 0n, exponent: 0 };
  const signed = text.startsWith("-") ? -digits : digits;
  const bounded = Math.max(-EXPONENT_LIMIT, Math.min(Number(power), EXPONENT_LIMIT));
  const value =
    decimal === null
      ? round(signed, 1n, bounded - 4 * fraction.length)
      : roundDecimal(signed, bounded - fraction.length);
  // Redis refuses text whose value is out of range: the sum never gets to see an infinity of this kind.
  return value === "infinite" || value.mantissa === 0n ? "invalid" : value;
}

function roundDecimal(digits: bigint, powerOfTen: number): Extended | "infinite" {
  if (powerOfTen >= 0) return round(digits * 10n ** BigInt(powerOfTen), 1n, 0);
  return round(digits, 10n ** BigInt(-powerOfTen), 0);
}

/** numerator / denominator · 2^exponent, rounded to the format. */
function round(numerator: bigint, denominator: bigint, exponent: number): Extended | "infinite" {
  if (numerator === 0n) return { mantissa: 0n, exponent: 0 };
  const isNegative = numerator < 0n;
  const positive = isNegative ? -numerator : numerator;
  // A first guess of the shift that leaves 64 bits; it may be one too many or too few.
  let shift = bitLength(positive) - bitLength(denominator) - MANTISSA_BITS;
  let result = divideRounded(positive, denominator, Math.max(shift, LEAST_EXPONENT - exponent));
  if (bitLength(result) > MANTISSA_BITS) shift++;
  else if (bitLength(result) < MANTISSA_BITS) shift--;
  shift = Math.max(shift, LEAST_EXPONENT - exponent);
  result = divideRounded(positive, denominator, shift);
  let scale = shift + exponent;
  if (bitLength(result) > MANTISSA_BITS) {
    result >>= 1n;
    scale++;
  }
  if (scale > MOST_EXPONENT) return "infinite";
  return { mantissa: isNegative ? -result : result, exponent: scale };
}

/** numerator / (denominator · 2^shift) to the nearest integer, ties to even. */
function divideRounded(numerator: bigint, denominator: bigint, shift: number): bigint {
  const top = shift < 0 ? numerator << BigInt(-shift) : numerator;
  const bottom = shift > 0 ? denominator << BigInt(shift) : denominator;
  const quotient = top / bottom;
  const twice = (top - quotient * bottom) * 2n;
  const isUp = twice > bottom || (twice === bottom && (quotient & 1n) === 1n);
  return isUp ? quotient + 1n : quotient;
}

function bitLength(value: bigint): number {
  const hex = value.toString(16);
  return hex.length * 4 - (Math.clz32(Number.parseInt(hex.charAt(0), 16)) - 28);
}

/** As printf's %.17Lf with trailing zeros cut off. */
function print(value: Extended): string {
  const isNegative = value.mantissa < 0n;
  const positive = isNegative ? -value.mantissa : value.mantissa;
  const scaled =
    value.exponent >= 0
      ? (positive << BigInt(value.exponent)) * TEN_TO_DECIMALS
      : divideRounded(positive * TEN_TO_DECIMALS, 1n << BigInt(-value.exponent), 0);
  const digits = scaled.toString().padStart(DECIMALS + 1, "0");
  const whole = digits.slice(0, -DECIMALS);
  const fraction = digits.slice(-DECIMALS).replace(/0+$/, "");
  const text = fraction === "" ? whole : `${whole}.${fraction}`;
  return isNegative && text !== "0" ? `-${text}` : text;
}
