import { describe, expect, it } from "vitest";
import { murmurHash64, type Hash64 } from "./murmurHash64.ts";

const SEED = 0xadc83b19;

function hashOf(text: string): bigint {
  const hash: Hash64 = { low: 1, high: 2 };
  murmurHash64(text, SEED, hash);
  return (BigInt(hash.high >>> 0) << 32n) | BigInt(hash.low >>> 0);
}

/** As the algorithm is written down, in numbers of any size. */
function slowly(text: string): bigint {
  const multiplier = 0xc6a4a7935bd1e995n;
  const cut = (value: bigint): bigint => BigInt.asUintN(64, value);
  const codes = Array.from(text, (char) => BigInt(char.charCodeAt(0)));
  const wordAt = (at: number, bytes: number): bigint =>
    codes.slice(at, at + bytes).reduceRight((word, code) => (word << 8n) | code, 0n);
  let hash = cut(BigInt(SEED) ^ (BigInt(text.length) * multiplier));
  let at = 0;
  for (; at + 8 <= text.length; at += 8) {
    let word = cut(wordAt(at, 8) * multiplier);
    word = cut((word ^ (word >> 47n)) * multiplier);
    hash = cut((hash ^ word) * multiplier);
  }
  if (at < text.length) hash = cut((hash ^ wordAt(at, 7)) * multiplier);
  hash = cut((hash ^ (hash >> 47n)) * multiplier);
  return hash ^ (hash >> 47n);
}

describe("murmurHash64", () => {
  it("hashes as MurmurHash64A", () => {
    expect(hashOf("hello").toString(16)).toBe("f656f01eecfe400");
  });

  it("agrees with plain 64-bit arithmetic at every length and for every byte", () => {
    for (let length = 0; length < 70; length++) {
      const codes = Array.from({ length }, (_, index) => (index * 197 + length * 31) & 0xff);
      const text = String.fromCharCode(...codes);
      expect(hashOf(text)).toBe(slowly(text));
    }
  });
});
