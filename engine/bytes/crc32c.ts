/** CRC-32C (Castagnoli, reflected polynomial 0x82f63b78), the checksum of frames, log entries and disk batches. */

/** Eight tables of 256, one behind the other: table k takes a byte k places further back. */
const table: Int32Array = makeTables();

/**
 * Continues a checksum over `bytes[start, end)`; start with 0. crc32c("123456789") = 0xe3069283.
 * Slicing by eight: one table lookup a byte, eight bytes a round.
 */
export function crc32c(
  bytes: Uint8Array,
  start: number = 0,
  end: number = bytes.length,
  previous: number = 0,
): number {
  let crc = ~previous;
  let at = start;
  for (const wholeEnd = end - 7; at < wholeEnd; at += 8) {
    crc ^=
      byte(bytes, at) |
      (byte(bytes, at + 1) << 8) |
      (byte(bytes, at + 2) << 16) |
      (byte(bytes, at + 3) << 24);
    crc =
      entry(7, crc & 0xff) ^
      entry(6, (crc >>> 8) & 0xff) ^
      entry(5, (crc >>> 16) & 0xff) ^
      entry(4, crc >>> 24) ^
      entry(3, byte(bytes, at + 4)) ^
      entry(2, byte(bytes, at + 5)) ^
      entry(1, byte(bytes, at + 6)) ^
      entry(0, byte(bytes, at + 7));
  }
  for (; at < end; at++) crc = entry(0, (crc ^ byte(bytes, at)) & 0xff) ^ (crc >>> 8);
  return ~crc >>> 0;
}

/** Mixes one 32-bit number into a running checksum, as its four little-endian bytes would. */
export function crc32cOfU32(value: number, previous: number): number {
  const crc = ~previous ^ value;
  return (
    ~(
      entry(3, crc & 0xff) ^
      entry(2, (crc >>> 8) & 0xff) ^
      entry(1, (crc >>> 16) & 0xff) ^
      entry(0, crc >>> 24)
    ) >>> 0
  );
}

function byte(bytes: Uint8Array, index: number): number {
  return bytes[index] as number;
}

function entry(back: number, index: number): number {
  return table[back * 256 + index] as number;
}

function makeTables(): Int32Array {
  const made = new Int32Array(8 * 256);
  for (let index = 0; index < 256; index++) {
    let crc = index;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
    made[index] = crc;
  }
  for (let index = 256; index < made.length; index++) {
    const crc = made[index - 256] as number;
    made[index] = (crc >>> 8) ^ (made[crc & 0xff] as number);
  }
  return made;
}
