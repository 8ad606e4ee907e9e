/** CRC-32C by the bit and the byte, the checkers' own: tables of another make than the engine's. */
const table: Uint32Array = makeTable();

export function crc32cOf(bytes: Uint8Array, start: number, end: number): number {
  let crc = 0xffffffff;
  for (let at = start; at < end; at++) crc = step(crc, bytes[at] as number);
  return ~crc >>> 0;
}

/** The chain of a log: chain(p) = crc32c of the four little-endian bytes of entry p's CRC, continued from chain(p − 1). */
export function chainAfter(previousChain: number, entryCrc: number): number {
  let crc = ~previousChain;
  for (let shift = 0; shift < 32; shift += 8) crc = step(crc, (entryCrc >>> shift) & 0xff);
  return ~crc >>> 0;
}

function step(crc: number, byte: number): number {
  return (table[(crc ^ byte) & 0xff] as number) ^ (crc >>> 8);
}

function makeTable(): Uint32Array {
  const made = new Uint32Array(256);
  for (let index = 0; index < 256; index++) {
    let crc = index;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) !== 0 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
    made[index] = crc;
  }
  return made;
}
