/**
 * The id of a stream's entry: two unsigned numbers of 64 bits, milliseconds and a sequence number. It is kept as sixteen
 * chars, the two numbers big-endian, one char a byte: such strings are compared as the ids are, serve as keys of an index,
 * and are the bytes that stand in records and dumps.
 */
export type StreamId = string;

/** An id in numbers: the high word of the milliseconds, the low one, and those of the sequence number. */
export type IdWords = [number, number, number, number];

const WORD = 4294967296;
/** Milliseconds below this many times 2^32 are exact as a double. */
const SAFE_HIGH = 0x200000;

const SEVEN_DIGITS = 10_000_000;
const ZERO = 48;

/** 0-0: no entry has it. */
export const LEAST_ID: StreamId = "\0".repeat(16);
export const GREATEST_ID: StreamId = "\xff".repeat(16);

/** From four words of 32 bits, the high one of each number first. */
export function idOfWords(
  msHigh: number,
  msLow: number,
  sequenceHigh: number,
  sequenceLow: number,
): StreamId {
  return String.fromCharCode(
    msHigh >>> 24,
    (msHigh >>> 16) & 0xff,
    (msHigh >>> 8) & 0xff,
    msHigh & 0xff,
    msLow >>> 24,
    (msLow >>> 16) & 0xff,
    (msLow >>> 8) & 0xff,
    msLow & 0xff,
    sequenceHigh >>> 24,
    (sequenceHigh >>> 16) & 0xff,
    (sequenceHigh >>> 8) & 0xff,
    sequenceHigh & 0xff,
    sequenceLow >>> 24,
    (sequenceLow >>> 16) & 0xff,
    (sequenceLow >>> 8) & 0xff,
    sequenceLow & 0xff,
  );
}

/** One of the four words of an id, unsigned: 0 and 1 are the milliseconds', 2 and 3 the sequence number's. */
export function wordOfId(id: StreamId, index: 0 | 1 | 2 | 3): number {
  const at = index * 4;
  return (
    ((id.charCodeAt(at) << 24) |
      (id.charCodeAt(at + 1) << 16) |
      (id.charCodeAt(at + 2) << 8) |
      id.charCodeAt(at + 3)) >>>
    0
  );
}

/** The first id of a time in Unix milliseconds below 2^53. */
export function idOfTime(unixMs: number): StreamId {
  return idOfWords(Math.floor(unixMs / WORD), unixMs >>> 0, 0, 0);
}

export function isSameMs(a: StreamId, b: StreamId): boolean {
  return wordOfId(a, 1) === wordOfId(b, 1) && wordOfId(a, 0) === wordOfId(b, 0);
}

/** "milliseconds-sequence" in decimal. */
export function idText(id: StreamId): string {
  const ms = numberText(wordOfId(id, 0), wordOfId(id, 1));
  return `${ms}-${numberText(wordOfId(id, 2), wordOfId(id, 3))}`;
}

/** The next id; undefined behind the greatest. */
export function idAfter(id: StreamId): StreamId | undefined {
  if (id === GREATEST_ID) return undefined;
  const words = wordsOfId(id);
  let index = 3;
  while (words[index] === WORD - 1) words[index--] = 0;
  words[index] = (words[index] as number) + 1;
  return idOfWords(...words);
}

/** The id before; undefined before the least. */
export function idBefore(id: StreamId): StreamId | undefined {
  if (id === LEAST_ID) return undefined;
  const words = wordsOfId(id);
  let index = 3;
  while (words[index] === 0) words[index--] = WORD - 1;
  words[index] = (words[index] as number) - 1;
  return idOfWords(...words);
}

/** The four words of an id, as `idOfWords` takes them. */
export function wordsOfId(id: StreamId): IdWords {
  return [wordOfId(id, 0), wordOfId(id, 1), wordOfId(id, 2), wordOfId(id, 3)];
}

/** V8 is slow to write numbers beyond 2^31, such as the milliseconds of today: the last seven digits are written by hand. */
function numberText(high: number, low: number): string {
  if (high >= SAFE_HIGH) return String((BigInt(high) << 32n) + BigInt(low));
  const value = high * WORD + low;
  if (value < SEVEN_DIGITS) return String(value);
  const front = Math.floor(value / SEVEN_DIGITS);
  const rest = (value - front * SEVEN_DIGITS) | 0;
  const middle = (rest / 1000) | 0;
  const last = rest - middle * 1000;
  const digits = String.fromCharCode(
    ZERO + ((middle / 1000) | 0),
    ZERO + (((middle / 100) | 0) % 10),
    ZERO + (((middle / 10) | 0) % 10),
    ZERO + (middle % 10),
    ZERO + ((last / 100) | 0),
    ZERO + (((last / 10) | 0) % 10),
    ZERO + (last % 10),
  );
  return front + digits;
}
