/** SHA-256 (FIPS 180-4): all that is ever kept of a password. */
import { BLOCK_BYTES, wholeBlocksOf } from "./shaBlocks.ts";

const DIGEST_BYTES = 32;
const ROUNDS = 64;

const roundConstants: Int32Array = Int32Array.from(firstPrimes(ROUNDS), (prime) =>
  fractionBits(prime, 3),
);
const initialState: Int32Array = Int32Array.from(firstPrimes(8), (prime) => fractionBits(prime, 2));
const words: Int32Array = new Int32Array(ROUNDS);

/** The 32 bytes of a digest, a fresh array. sha256("abc") begins with ba 78 16 bf. */
export function sha256(message: Uint8Array): Uint8Array {
  const padded = wholeBlocksOf(message);
  const state = initialState.slice();
  for (let at = 0; at < padded.length; at += BLOCK_BYTES) mixBlock(state, padded, at);
  const digest = new Uint8Array(DIGEST_BYTES);
  const view = new DataView(digest.buffer);
  state.forEach((part, index) => view.setInt32(index * 4, part));
  return digest;
}

function firstPrimes(count: number): number[] {
  const primes: number[] = [];
  for (let number = 2; primes.length < count; number++) {
    if (primes.every((prime) => number % prime !== 0)) primes.push(number);
  }
  return primes;
}

/** The first 32 bits behind the point of a prime's root, found in integers: floor(root(prime · 2^(32·degree))) mod 2^32. */
function fractionBits(prime: number, degree: 2 | 3): number {
  const target = BigInt(prime) << BigInt(32 * degree);
  let low = 0n;
  let high = 1n << 40n;
  while (high - low > 1n) {
    const middle = (low + high) >> 1n;
    if (middle ** BigInt(degree) <= target) low = middle;
    else high = middle;
  }
  return Number(BigInt.asIntN(32, low));
}

function mixBlock(state: Int32Array, bytes: Uint8Array, at: number): void {
  const view = new DataView(bytes.buffer, at, BLOCK_BYTES);
  for (let index = 0; index < 16; index++) words[index] = view.getInt32(index * 4);
  for (let index = 16; index < ROUNDS; index++) {
    const near = word(index - 2);
    const far = word(index - 15);
    const nearMix = turned(near, 17) ^ turned(near, 19) ^ (near >>> 10);
    const farMix = turned(far, 7) ^ turned(far, 18) ^ (far >>> 3);
    words[index] = word(index - 16) + farMix + word(index - 7) + nearMix;
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  for (let round = 0; round < ROUNDS; round++) {
    const choice = (e & f) ^ (~e & g);
    const highMix = turned(e, 6) ^ turned(e, 11) ^ turned(e, 25);
    const first = (h + highMix + choice + (roundConstants[round] as number) + word(round)) | 0;
    const majority = (a & b) ^ (a & c) ^ (b & c);
    const second = ((turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + majority) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + first) | 0;
    d = c;
    c = b;
    b = a;
    a = (first + second) | 0;
  }
  [a, b, c, d, e, f, g, h].forEach((part, index) => {
    state[index] = ((state[index] as number) + part) | 0;
  });
}

function word(index: number): number {
  return words[index] as number;
}

/** Turned to the right. */
function turned(value: number, bits: number): number {
  return (value >>> bits) | (value << (32 - bits));
}
