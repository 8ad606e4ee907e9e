/**
 * Decimal text of 64-bit signed integers, as Redis reads it: no blanks, no plus sign, no leading zeros, no "-0".
 * Most numbers fit a double exactly; the others go through BigInt.
 */
const LEAST: bigint = -(2n ** 63n);
const MOST: bigint = 2n ** 63n - 1n;

/** The longest text of an integer whose value a double surely holds exactly. */
const SAFE_DIGITS = 15;

/** The integer as a number, rounded if beyond 2^53; undefined if the text is no 64-bit integer. */
export function parseInteger(text: string): number | undefined {
  if (text.length <= SAFE_DIGITS) return parseShort(text);
  const big = parseBigInteger(text);
  return big === undefined ? undefined : Number(big);
}

/** The exact integer; undefined if the text is no 64-bit integer. */
export function parseBigInteger(text: string): bigint | undefined {
  if (text.length > 20 || !isCanonical(text)) return undefined;
  const value = BigInt(text);
  return isInt64(value) ? value : undefined;
}

export function isInt64(value: bigint): boolean {
  return value >= LEAST && value <= MOST;
}

function parseShort(text: string): number | undefined {
  if (!isCanonical(text)) return undefined;
  return Number(text);
}

function isCanonical(text: string): boolean {
  const first = text.charCodeAt(0) === MINUS ? 1 : 0;
  const lead = text.charCodeAt(first);
  if (lead === ZERO) return text.length === 1;
  if (!(lead > ZERO && lead <= NINE)) return false;
  for (let index = first + 1; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < ZERO || code > NINE) return false;
  }
  return true;
}

const MINUS = 45;
const ZERO = 48;
const NINE = 57;
