/** CRC-64 of Jones (reflected polynomial 0x95ac9329ac4bc9b5, initial value 0), the checksum behind RDB files and DUMP's payloads. */

/** Eight tables of 256 entries of two words (low, high), one behind the other: table k takes a byte k places further back. */
const table: Int32Array = makeTables();

/**
 * Checksum of `bytes[start, end)` as an unsigned 64-bit number. crc64("123456789") = 0xe9c6d914c4b8d9ca.
 * Slicing by eight on 32-bit halves: a bigint is made once, at the end.
 */
export function crc64(bytes: Uint8Array, start: number = 0, end: number = bytes.length): bigint {
  let low = 0;
  let high = 0;
  let at = start;
  for (const wholeEnd = end - 7; at < wholeEnd; at += 8) {
    const first =
      low ^
      (byte(bytes, at) |
        (byte(bytes, at + 1) << 8) |
        (byte(bytes, at + 2) << 16) |
        (byte(bytes, at + 3) << 24));
    const second =
      high ^
      (byte(bytes, at + 4) |
        (byte(bytes, at + 5) << 8) |
        (byte(bytes, at + 6) << 16) |
        (byte(bytes, at + 7) << 24));
    const a = entry(7, first & 0xff);
    const b = entry(6, (first >>> 8) & 0xff);
    const c = entry(5, (first >>> 16) & 0xff);
    const d = entry(4, first >>> 24);
    const e = entry(3, second & 0xff);
    const f = entry(2, (second >>> 8) & 0xff);
    const g = entry(1, (second >>> 16) & 0xff);
    const h = entry(0, second >>> 24);
    low = word(a) ^ word(b) ^ word(c) ^ word(d) ^ word(e) ^ word(f) ^ word(g) ^ word(h);
    high =
      word(a + 1) ^
      word(b + 1) ^
      word(c + 1) ^
      word(d + 1) ^
      word(e + 1) ^
      word(f + 1) ^
      word(g + 1) ^
      word(h + 1);
  }
  for (; at < end; at++) {
    const index = entry(0, (low ^ byte(bytes, at)) & 0xff);
    low = word(index) ^ ((low >>> 8) | (high << 24));
    high = word(index + 1) ^ (high >>> 8);
  }
  return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
}

function byte(bytes: Uint8Array, index: number): number {
  return bytes[index] as number;
}

/** Where the entry of a byte begins in table `back`. */
function entry(back: number, value: number): number {
  return (back * 256 + value) * 2;
}

function word(index: number): number {
  return table[index] as number;
}

function makeTables(): Int32Array {
  const made = new Int32Array(8 * 256 * 2);
  for (let index = 0; index < 256; index++) {
    let low = index;
    let high = 0;
    for (let bit = 0; bit < 8; bit++) {
      const isOdd = (low & 1) !== 0;
      low = (low >>> 1) | (high << 31);
      high >>>= 1;
      if (isOdd) {
        low ^= 0xac4bc9b5;
        high ^= 0x95ac9329;
      }
    }
    made[index * 2] = low;
    made[index * 2 + 1] = high;
  }
  for (let at = 512; at < made.length; at += 2) {
    const low = made[at - 512] as number;
    const high = made[at - 511] as number;
    const shifted = (low & 0xff) * 2;
    made[at] = ((low >>> 8) | (high << 24)) ^ (made[shifted] as number);
    made[at + 1] = (high >>> 8) ^ (made[shifted + 1] as number);
  }
  return made;
}
