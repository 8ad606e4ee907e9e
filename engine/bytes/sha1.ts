/** SHA-1 (FIPS 180-4), for DEBUG DIGEST and the names of scripts: no secret depends on it. */
import { BLOCK_BYTES, wholeBlocksOf } from "./shaBlocks.ts";

const DIGEST_BYTES = 20;
const words: Int32Array = new Int32Array(80);

/** The 20 bytes of a digest, a fresh array. sha1("abc") begins with a9 99 3e 36. */
export function sha1(message: Uint8Array): Uint8Array {
  const padded = wholeBlocksOf(message);
  const state = Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0);
  for (let at = 0; at < padded.length; at += BLOCK_BYTES) mixBlock(state, padded, at);
  const digest = new Uint8Array(DIGEST_BYTES);
  const view = new DataView(digest.buffer);
  state.forEach((part, index) => view.setInt32(index * 4, part));
  return digest;
}

export function hexadecimal(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function mixBlock(state: Int32Array, bytes: Uint8Array, at: number): void {
  const view = new DataView(bytes.buffer, at, BLOCK_BYTES);
  for (let index = 0; index < 16; index++) words[index] = view.getInt32(index * 4);
  for (let index = 16; index < 80; index++) {
    words[index] = turned(
      word(index - 3) ^ word(index - 8) ^ word(index - 14) ^ word(index - 16),
      1,
    );
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0] = state;
  for (let round = 0; round < 80; round++) {
    const sum = (turned(a, 5) + choice(round, b, c, d) + e + word(round)) | 0;
    e = d;
    d = c;
    c = turned(b, 30);
    b = a;
    a = sum;
  }
  [a, b, c, d, e].forEach((part, index) => {
    state[index] = ((state[index] as number) + part) | 0;
  });
}

/** The round's function of three words, with its constant. */
function choice(round: number, b: number, c: number, d: number): number {
  if (round < 20) return ((b & c) | (~b & d)) + 0x5a827999;
  if (round < 40) return (b ^ c ^ d) + 0x6ed9eba1;
  if (round < 60) return ((b & c) | (b & d) | (c & d)) - 0x70e44324;
  return (b ^ c ^ d) - 0x359d3e2a;
}

function word(index: number): number {
  return words[index] as number;
}

function turned(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}
