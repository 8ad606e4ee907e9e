/**
 * MurmurHash64A (Austin Appleby, public domain) of a string of one byte a char, on 32-bit halves: no bigint is made. Redis's
 * HyperLogLog hashes its elements so.
 */

/** The multiplier 0xc6a4a7935bd1e995. */
const HIGH = 0xc6a4a793;
const LOW = 0x5bd1e995;
const LOW_HIGH = 0x5bd1;
const LOW_LOW = 0xe995;

/** A 64-bit number as two signed halves. */
export interface Hash64 {
  low: number;
  high: number;
}

/** Writes the hash of `text` into `into`. */
export function murmurHash64(text: string, seed: number, into: Hash64): void {
  multiply(into, text.length | 0, 0);
  into.low ^= seed;
  const whole = text.length & ~7;
  for (let at = 0; at < whole; at += 8) {
    const { low, high } = into;
    multiply(into, wordAt(text, at), wordAt(text, at + 4));
    foldDown(into);
    multiply(into, into.low, into.high);
    multiply(into, into.low ^ low, into.high ^ high);
  }
  if (whole < text.length) {
    into.low ^= tailAt(text, whole);
    into.high ^= tailAt(text, whole + 4);
    multiply(into, into.low, into.high);
  }
  foldDown(into);
  multiply(into, into.low, into.high);
  foldDown(into);
}

/** hash ^= hash >> 47. */
function foldDown(hash: Hash64): void {
  hash.low ^= hash.high >>> 15;
}

/** into = (low, high) times the multiplier, modulo 2^64. The upper half of low * LOW is summed from 16-bit limbs. */
function multiply(into: Hash64, low: number, high: number): void {
  const lowLow = low & 0xffff;
  const lowHigh = low >>> 16;
  const middle = (Math.imul(lowHigh, LOW_LOW) >>> 0) + (Math.imul(lowLow, LOW_LOW) >>> 16);
  const carry = Math.imul(lowLow, LOW_HIGH) + (middle & 0xffff);
  const upper = Math.imul(lowHigh, LOW_HIGH) + (middle >>> 16) + (carry >>> 16);
  into.low = Math.imul(low, LOW);
  into.high = (Math.imul(high, LOW) + Math.imul(low, HIGH) + upper) | 0;
}

function wordAt(text: string, at: number): number {
  return (
    text.charCodeAt(at) |
    (text.charCodeAt(at + 1) << 8) |
    (text.charCodeAt(at + 2) << 16) |
    (text.charCodeAt(at + 3) << 24)
  );
}

/** The chars from `start` on, four at most and none past the end. */
function tailAt(text: string, start: number): number {
  let word = 0;
  for (let index = Math.min(text.length, start + 4) - 1; index >= start; index--) {
    word = (word << 8) | text.charCodeAt(index);
  }
  return word;
}
