/** Integers of 1 to 64 bits anywhere in a row of bits, and what an overflow makes of them. */

export interface FieldType {
  readonly isSigned: boolean;
  readonly bits: number;
}

export type Overflow = "wrap" | "saturate" | "fail";

const MOST_INT64: bigint = 2n ** 63n - 1n;

/** The widest field touches so many bytes. */
export const FIELD_BYTES = 9;

/** The field that begins at bit `shift` (0 to 7) of a window of nine bytes. */
export function readField(
  window: Uint8Array,
  shift: number,
  { isSigned, bits }: FieldType,
): bigint {
  const raw = wholeOf(window) >> BigInt(FIELD_BYTES * 8 - shift - bits);
  return isSigned ? BigInt.asIntN(bits, raw) : BigInt.asUintN(bits, raw);
}

/** Writes the field that begins at bit `shift`; the other bits of the window stay. */
export function writeField(window: Uint8Array, shift: number, bits: number, value: bigint): void {
  const left = BigInt(FIELD_BYTES * 8 - shift - bits);
  const ones = (1n << BigInt(bits)) - 1n;
  const whole = (wholeOf(window) & ~(ones << left)) | ((value & ones) << left);
  const high = Number(whole >> 40n);
  const low = Number(whole & 0xffffffffffn);
  const lowHigh = Math.floor(low / 256);
  window[0] = high >>> 24;
  window[1] = high >>> 16;
  window[2] = high >>> 8;
  window[3] = high;
  window[4] = lowHigh >>> 24;
  window[5] = lowHigh >>> 16;
  window[6] = lowHigh >>> 8;
  window[7] = lowHigh;
  window[8] = low % 256;
}

/**
 * What is written of a 64-bit value that is given, as Redis compares it with the field's limits: a negative one is huge to an
 * unsigned field, and one so low that its distance to the highest is no 64-bit integer counts as too high.
 */
export function given(value: bigint, type: FieldType, overflow: Overflow): bigint | undefined {
  if (!type.isSigned) return fitted(BigInt.asUintN(64, value), type, overflow);
  const most = highest(type);
  const isTakenForHigh = overflow === "saturate" && type.bits < 64 && most - value > MOST_INT64;
  return isTakenForHigh ? most : fitted(value, type, overflow);
}

/** What is written in place of a value that the field may be too small for; undefined: nothing is. */
export function fitted(value: bigint, type: FieldType, overflow: Overflow): bigint | undefined {
  const { isSigned, bits } = type;
  const wrapped = isSigned ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value);
  if (wrapped === value || overflow === "wrap") return wrapped;
  if (overflow === "fail") return undefined;
  const most = highest(type);
  if (value > most) return most;
  return isSigned ? -most - 1n : 0n;
}

function highest({ isSigned, bits }: FieldType): bigint {
  return (1n << BigInt(isSigned ? bits - 1 : bits)) - 1n;
}

function wholeOf(window: Uint8Array): bigint {
  const byte = (index: number): number => window[index] as number;
  const high = ((byte(0) << 24) | (byte(1) << 16) | (byte(2) << 8) | byte(3)) >>> 0;
  const middle = ((byte(4) << 24) | (byte(5) << 16) | (byte(6) << 8) | byte(7)) >>> 0;
  return (BigInt(high) << 40n) | BigInt(middle * 256 + byte(8));
}
