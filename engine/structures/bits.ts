/**
 * Bits of byte arrays, the highest bit of the first byte first. What is long is gone through by words of 32 bits, for which
 * the order of the bytes in a word does not matter.
 */

/** Fewer bytes cost less one by one than a view of their words. */
const LEAST_BYTES = 64;
const WORD_BYTES = 4;

/** How many of the bits from `startBit` up to `endBit` are set. */
export function countBits(bytes: Uint8Array, startBit: number, endBit: number): number {
  if (startBit >= endBit) return 0;
  const first = Math.floor(startBit / 8);
  const last = Math.floor((endBit - 1) / 8);
  const before = byteAt(bytes, first) & ~(0xff >> (startBit & 7));
  const behind = byteAt(bytes, last) & (0x7f >> ((endBit - 1) & 7));
  return countBytes(bytes, first, last + 1) - onesOf(before) - onesOf(behind);
}

/** The first bit of this value from `startBit` up to `endBit`; -1 if there is none. */
export function findBit(bytes: Uint8Array, value: 0 | 1, startBit: number, endBit: number): number {
  if (startBit >= endBit) return -1;
  const end = Math.ceil(endBit / 8);
  /** Bytes without the bit: turned over by this, what is looked for is a one. */
  const without = value === 1 ? 0 : 0xff;
  let at = Math.floor(startBit / 8);
  let byte = (byteAt(bytes, at) ^ without) & (0xff >> (startBit & 7));
  if (byte === 0) {
    at = skipBytes(bytes, without, at + 1, end);
    if (at === end) return -1;
    byte = byteAt(bytes, at) ^ without;
  }
  const found = at * 8 + Math.clz32(byte << 24);
  return found < endBit ? found : -1;
}

export type BitOperation = "and" | "or" | "xor" | "not";

/** The operation over all sources, as long as the longest; a shorter one goes on in zeros. */
export function combineBits(operation: BitOperation, sources: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const source of sources) length = Math.max(length, source.length);
  const result = new Uint8Array(length);
  const [first = result, ...others] = sources;
  result.set(first);
  if (operation === "not") invert(result);
  for (const other of others) {
    combineInto(operation, result, other);
    if (operation === "and") result.fill(0, other.length);
  }
  return result;
}

function invert(bytes: Uint8Array): void {
  const words = wordsOf(bytes);
  for (let index = 0; index < words.length; index++) words[index] = ~wordAt(words, index);
  for (let at = words.length * WORD_BYTES; at < bytes.length; at++) bytes[at] = ~byteAt(bytes, at);
}

function combineInto(operation: BitOperation, result: Uint8Array, other: Uint8Array): void {
  const words = wordsOf(result.subarray(0, other.length));
  const others = wordsOf(other);
  const count = Math.min(words.length, others.length);
  if (operation === "and") {
    for (let at = 0; at < count; at++) words[at] = wordAt(words, at) & wordAt(others, at);
  } else if (operation === "or") {
    for (let at = 0; at < count; at++) words[at] = wordAt(words, at) | wordAt(others, at);
  } else {
    for (let at = 0; at < count; at++) words[at] = wordAt(words, at) ^ wordAt(others, at);
  }
  for (let at = count * WORD_BYTES; at < other.length; at++) {
    result[at] = combined(operation, byteAt(result, at), byteAt(other, at));
  }
}

function combined(operation: BitOperation, a: number, b: number): number {
  if (operation === "and") return a & b;
  return operation === "or" ? a | b : a ^ b;
}

function countBytes(bytes: Uint8Array, start: number, end: number): number {
  const wordsStart = start + gapBeforeWord(bytes, start);
  if (end - wordsStart < LEAST_BYTES) return countOneByOne(bytes, start, end);
  const words = wordsOf(bytes.subarray(wordsStart, end));
  let count = 0;
  for (let index = 0; index < words.length; index++) count += onesOf(wordAt(words, index));
  const wordsEnd = wordsStart + words.length * WORD_BYTES;
  return countOneByOne(bytes, start, wordsStart) + count + countOneByOne(bytes, wordsEnd, end);
}

function countOneByOne(bytes: Uint8Array, start: number, end: number): number {
  let count = 0;
  for (let at = start; at < end; at++) count += onesOf(byteAt(bytes, at));
  return count;
}

/** The first byte that is another than `skipped`, a byte of equal bits; `end` if there is none. */
function skipBytes(bytes: Uint8Array, skipped: number, start: number, end: number): number {
  let at = start;
  const wordsStart = start + gapBeforeWord(bytes, start);
  if (end - wordsStart >= LEAST_BYTES) {
    for (; at < wordsStart; at++) if (byteAt(bytes, at) !== skipped) return at;
    const words = wordsOf(bytes.subarray(wordsStart, end));
    const skippedWord = skipped === 0 ? 0 : 0xffffffff;
    let index = 0;
    while (index < words.length && wordAt(words, index) === skippedWord) index++;
    at = wordsStart + index * WORD_BYTES;
  }
  while (at < end && byteAt(bytes, at) === skipped) at++;
  return at;
}

/** Bytes from `start` to the next one at which a view of words may begin. */
function gapBeforeWord(bytes: Uint8Array, start: number): number {
  return -(bytes.byteOffset + start) & (WORD_BYTES - 1);
}

const NO_WORDS: Uint32Array = new Uint32Array(0);

/** The whole words of an array; none of one that is short, or does not begin at one. */
function wordsOf(bytes: Uint8Array): Uint32Array {
  if (bytes.length < LEAST_BYTES || gapBeforeWord(bytes, 0) !== 0) return NO_WORDS;
  return new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >>> 2);
}

/** Ones among 32 bits. */
function onesOf(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

function byteAt(bytes: Uint8Array, at: number): number {
  return bytes[at] as number;
}

function wordAt(words: Uint32Array, index: number): number {
  return words[index] as number;
}
