/** Whole blocks of a message, as SHA-1 and SHA-256 take it (FIPS 180-4, 5.1.1). */

export const BLOCK_BYTES = 64;

/** The message, a bit that is set, zeros, and the message's length in bits: whole blocks. */
export function wholeBlocksOf(message: Uint8Array): Uint8Array {
  const blocks = Math.ceil((message.length + 9) / BLOCK_BYTES);
  const padded = new Uint8Array(blocks * BLOCK_BYTES);
  padded.set(message);
  padded[message.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, Math.floor(message.length / 0x20000000));
  view.setUint32(padded.length - 4, (message.length << 3) >>> 0);
  return padded;
}
