/**
 * The 16384 registers of a HyperLogLog in the abstract: which of them an element raises and to what, and what cardinality
 * their values tell. How they are stored is dense.ts and sparse.ts.
 */
import { murmurHash64, type Hash64 } from "../../structures/murmurHash64.ts";

/** Bits of the hash that choose the register; the others are the run of zeros. */
const INDEX_BITS = 14;
export const REGISTERS: number = 1 << INDEX_BITS;
/** Longest run of zeros with the one behind it: 64 - 14 bits and one. */
const LARGEST_RANK = 51;
/** Values that six bits can hold: a damaged register may lie above the largest rank. */
export const REGISTER_VALUES = 64;

const SEED = 0xadc83b19;
/** 1 / (2 ln 2), the constant of the estimator for infinitely many registers. */
const ALPHA = 0.7213475204444817;

/** What x86 makes of an estimate that no 64-bit integer can tell: only registers that no elements bring about have it. */
const BEYOND_INT64: bigint = -(2n ** 63n);

/** The register of an element and the rank that it is to have at least, as rank * REGISTERS + register. */
export function placeOf(element: string): number {
  const hash: Hash64 = { low: 0, high: 0 };
  murmurHash64(element, SEED, hash);
  const register = hash.low & (REGISTERS - 1);
  const low = (hash.low >>> INDEX_BITS) | (hash.high << (32 - INDEX_BITS));
  const high = (hash.high >>> INDEX_BITS) | (1 << (32 - INDEX_BITS));
  const zeros = low === 0 ? 32 + trailingZeros(high) : trailingZeros(low);
  return (zeros + 1) * REGISTERS + register;
}

function trailingZeros(word: number): number {
  return 31 - Math.clz32(word & -word);
}

/** The cardinality by Otmar Ertl's improved estimator (arXiv:1702.01284, algorithm 6) of how many registers have each value. */
export function cardinalityOf(histogram: Int32Array): bigint {
  const count = (value: number): number => histogram[value] as number;
  let z = REGISTERS * tau((REGISTERS - count(LARGEST_RANK)) / REGISTERS);
  for (let rank = LARGEST_RANK - 1; rank >= 1; rank--) {
    z += count(rank);
    z *= 0.5;
  }
  z += REGISTERS * sigma(count(0) / REGISTERS);
  const estimate = Math.round((ALPHA * REGISTERS * REGISTERS) / z);
  return estimate < 2 ** 63 ? BigInt(estimate) : BEYOND_INT64;
}

function sigma(share: number): number {
  if (share === 1) return Infinity;
  let x = share;
  let y = 1;
  let z = x;
  for (;;) {
    x *= x;
    const before = z;
    z += x * y;
    y += y;
    if (before === z) return z;
  }
}

function tau(share: number): number {
  if (share === 0 || share === 1) return 0;
  let x = share;
  let y = 1;
  let z = 1 - x;
  for (;;) {
    x = Math.sqrt(x);
    const before = z;
    y *= 0.5;
    z -= (1 - x) * (1 - x) * y;
    if (before === z) return z / 3;
  }
}
