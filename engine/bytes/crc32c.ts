/** CRC-32C (Castagnoli, reflected polynomial 0x82f63b78), the checksum of frames, log entries and disk batches. */
const tables: readonly Uint32Array[] = makeTables();

/**
 * Continues a checksum over `bytes[start, end)`; start with 0. crc32c("123456789") = 0xe3069283.
 * Slicing by four: one table lookup a byte, four bytes a round.
 */
export function crc32c(
  bytes: Uint8Array,
  start: number = 0,
  end: number = bytes.length,
  previous: number = 0,
): number {
  const [t0, t1, t2, t3] = tables as [Uint32Array, Uint32Array, Uint32Array, Uint32Array];
  let crc = ~previous;
  let at = start;
  for (const wholeEnd = end - 3; at < wholeEnd; at += 4) {
    crc ^=
      byte(bytes, at) |
      (byte(bytes, at + 1) << 8) |
      (byte(bytes, at + 2) << 16) |
      (byte(bytes, at + 3) << 24);
    crc =
      entry(t3, crc & 0xff) ^
      entry(t2, (crc >>> 8) & 0xff) ^
      entry(t1, (crc >>> 16) & 0xff) ^
      entry(t0, crc >>> 24);
  }
  for (; at < end; at++) crc = entry(t0, (crc ^ byte(bytes, at)) & 0xff) ^ (crc >>> 8);
  return ~crc >>> 0;
}

/** Mixes one 32-bit number into a running checksum, as its four little-endian bytes would. */
export function crc32cOfU32(value: number, previous: number): number {
  const t0 = tables[0] as Uint32Array;
  let crc = ~previous;
  for (let shift = 0; shift < 32; shift += 8)
    crc = entry(t0, (crc ^ (value >>> shift)) & 0xff) ^ (crc >>> 8);
  return ~crc >>> 0;
}

function byte(bytes: Uint8Array, index: number): number {
  return bytes[index] as number;
}

function entry(table: Uint32Array, index: number): number {
  return table[index] as number;
}

function makeTables(): Uint32Array[] {
  const made = [
    new Uint32Array(256),
    new Uint32Array(256),
    new Uint32Array(256),
    new Uint32Array(256),
  ];
  const [t0, t1, t2, t3] = made as [Uint32Array, Uint32Array, Uint32Array, Uint32Array];
  for (let index = 0; index < 256; index++) {
    let crc = index;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
    t0[index] = crc;
  }
  for (let index = 0; index < 256; index++) {
    const c1 = next(t0, entry(t0, index));
    const c2 = next(t0, c1);
    t1[index] = c1;
    t2[index] = c2;
    t3[index] = next(t0, c2);
  }
  return made;
}

function next(t0: Uint32Array, crc: number): number {
  return (crc >>> 8) ^ entry(t0, crc & 0xff);
}
