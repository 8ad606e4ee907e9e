/**
 * Hashes of strings that nobody can foresee without the key: who chooses the strings of a table cannot make them collide.
 *
 * HalfSipHash-1-3: SipHash on words of 32 bits, with a key of 64 and a result of 32, one round a word and three at the end, as the Linux
 * kernel takes it for its tables (hsiphash). A hash without a key, or one whose key is only a start value, would not do: a step
 * of a scan tells where strings stand, which is their hash.
 *
 * Aumasson, Bernstein: SipHash, a fast short-input PRF, INDOCRYPT 2012.
 */
export class KeyedHash {
  private readonly low: number;
  private readonly high: number;

  /** The two halves of the key, 32 bits each. */
  constructor(low: number, high: number) {
    this.low = low | 0;
    this.high = high | 0;
  }

  /** The hash of a string of chars below 256, from 0 up to 2^32. */
  of(text: string): number {
    const { length } = text;
    let a = this.low;
    let b = this.high;
    let c = this.low ^ 0x6c796765;
    let d = this.high ^ 0x74656462;
    const wholeWords = length & ~3;
    // A round is written out three times: a test in a loop of them costs half as much again.
    for (let at = 0; at < wholeWords; at += 4) {
      const word =
        text.charCodeAt(at) |
        (text.charCodeAt(at + 1) << 8) |
        (text.charCodeAt(at + 2) << 16) |
        (text.charCodeAt(at + 3) << 24);
      d ^= word;
      a = (a + b) | 0;
      b = ((b << 5) | (b >>> 27)) ^ a;
      c = (c + d) | 0;
      d = ((d << 8) | (d >>> 24)) ^ c;
      a = (((a << 16) | (a >>> 16)) + d) | 0;
      d = ((d << 7) | (d >>> 25)) ^ a;
      c = (c + b) | 0;
      b = ((b << 13) | (b >>> 19)) ^ c;
      c = (c << 16) | (c >>> 16);
      a ^= word;
    }
    // The last word has what is left of the text, and its length in the highest byte.
    let word = length << 24;
    for (let at = wholeWords; at < length; at++) word |= text.charCodeAt(at) << (8 * (at & 3));
    d ^= word;
    a = (a + b) | 0;
    b = ((b << 5) | (b >>> 27)) ^ a;
    c = (c + d) | 0;
    d = ((d << 8) | (d >>> 24)) ^ c;
    a = (((a << 16) | (a >>> 16)) + d) | 0;
    d = ((d << 7) | (d >>> 25)) ^ a;
    c = (c + b) | 0;
    b = ((b << 13) | (b >>> 19)) ^ c;
    c = (c << 16) | (c >>> 16);
    a ^= word;
    c ^= 0xff;
    for (let round = 0; round < 3; round++) {
      a = (a + b) | 0;
      b = ((b << 5) | (b >>> 27)) ^ a;
      c = (c + d) | 0;
      d = ((d << 8) | (d >>> 24)) ^ c;
      a = (((a << 16) | (a >>> 16)) + d) | 0;
      d = ((d << 7) | (d >>> 25)) ^ a;
      c = (c + b) | 0;
      b = ((b << 13) | (b >>> 19)) ^ c;
      c = (c << 16) | (c >>> 16);
    }
    return (b ^ d) >>> 0;
  }
}
