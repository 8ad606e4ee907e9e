/** What faults make of bytes on a disk: which sector, which bit, at places that follow from the bytes. */
export const sectorBytes = 512;

/** The parts of a write that lie in one sector of the platter each. */
export function sectorsOf(
  offset: number,
  lengthBytes: number,
): { readonly start: number; readonly end: number }[] {
  const sectors: { readonly start: number; readonly end: number }[] = [];
  let start = 0;
  while (start < lengthBytes) {
    const sectorEnd = (Math.floor((offset + start) / sectorBytes) + 1) * sectorBytes - offset;
    const end = Math.min(lengthBytes, sectorEnd);
    sectors.push({ start, end });
    start = end;
  }
  return sectors;
}

/** Flips a bit that follows from the bytes up to `end`, one that is not among zeros if there is any. -1: too few bytes. */
export function flipBit(bytes: Uint8Array, end: number): number {
  if (end < 1) return -1;
  const hash = hashOf(bytes, end);
  let offset = (hash >>> 0) % end;
  for (let passed = 0; passed < end && bytes[offset] === 0; passed++) offset = (offset + 1) % end;
  bytes[offset] = (bytes[offset] as number) ^ (1 << ((hash >>> 29) & 7));
  return offset;
}

/** One of the first sectors holds zeros, another holds what belongs there. Returns the offset of the first. Callers: at least two sectors. */
export function misdirectSector(bytes: Uint8Array, sectors: number): number {
  const hash = hashOf(bytes, sectors * sectorBytes);
  const meant = (hash >>> 0) % sectors;
  const hit = (meant + 1 + ((hash >>> 8) % (sectors - 1))) % sectors;
  const offset = meant * sectorBytes;
  bytes.copyWithin(hit * sectorBytes, offset, offset + sectorBytes);
  bytes.fill(0, offset, offset + sectorBytes);
  return offset;
}

function hashOf(bytes: Uint8Array, end: number): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < end; index++)
    hash = Math.imul(hash ^ (bytes[index] as number), 0x01000193);
  return hash;
}
