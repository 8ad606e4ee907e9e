/** Little-endian signed integers of 1 to 8 bytes, as packed values hold them. */
import { u32At } from "../../bytes/reader.ts";

/** The integer of `lengthBytes` bytes at `at` in decimal. */
export function integerText(bytes: Uint8Array, at: number, lengthBytes: number): string {
  if (lengthBytes === 8) {
    const high = u32At(bytes, at + 4) | 0;
    const value = high * 2 ** 32 + u32At(bytes, at);
    if (Number.isSafeInteger(value)) return String(value);
    return String((BigInt(high) << 32n) + BigInt(u32At(bytes, at)));
  }
  let value = 0;
  for (let index = 0; index < lengthBytes; index++) {
    value |= (bytes[at + index] as number) << (8 * index);
  }
  const unused = 32 - 8 * lengthBytes;
  return String((value << unused) >> unused);
}
