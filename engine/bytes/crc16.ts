/** CRC-16/XMODEM (polynomial 0x1021, initial value 0): the checksum that places keys in Redis Cluster's slots. */
const table: Uint16Array = makeTable();

/** Checksum of text[start, end), one byte a char. crc16("123456789") = 0x31c3. */
export function crc16(text: string, start: number = 0, end: number = text.length): number {
  let crc = 0;
  for (let at = start; at < end; at++) {
    crc = ((crc << 8) & 0xffff) ^ (table[((crc >>> 8) ^ text.charCodeAt(at)) & 0xff] as number);
  }
  return crc;
}

function makeTable(): Uint16Array {
  const made = new Uint16Array(256);
  for (let index = 0; index < 256; index++) {
    let crc = index << 8;
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1;
    made[index] = crc & 0xffff;
  }
  return made;
}
