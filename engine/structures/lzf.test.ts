import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { latin1Bytes, latin1Of } from "../bytes/latin1.ts";
import { LzfCompressor, lzfDecompress } from "./lzf.ts";

function compress(compressor: LzfCompressor, text: string, limit: number): string {
  const output = new Uint8Array(text.length + 4);
  const input = latin1Bytes(`xy${text}z`);
  return latin1Of(output, 0, compressor.compress(input, 2, input.length - 1, output, limit));
}

function decompress(compressed: string, lengthBytes: number): string | undefined {
  const output = new Uint8Array(lengthBytes);
  const input = latin1Bytes(`xy${compressed}z`);
  return lzfDecompress(input, 2, input.length - 1, output) ? latin1Of(output) : undefined;
}

/** Texts with repetitions, near and far, short and long. */
const text: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      fc.string({ unit: fc.constantFrom("a", "b", "\xff"), maxLength: 60 }),
      fc.integer({ min: 1, max: 700 }).map((count) => "ab".repeat(count)),
      fc.uint8Array({ maxLength: 60 }).map((bytes) => latin1Of(bytes)),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(""));

describe("LZF", () => {
  it("gives what redis-server 7.0.15 gives", () => {
    const compressor = new LzfCompressor();
    expect(compress(compressor, "a".repeat(31), 27)).toBe("\x01aa\xe0\x12\0\x01aa");
    expect(compress(compressor, "abcdefghijklmnopqrstuvwxyz", 22)).toBe("");
    const alphabet = "abcdefghijklmnopqrstuvwxyz0123456789";
    const twice = compress(compressor, alphabet + alphabet, 68);
    const literals = `\x1f${alphabet.slice(0, 32)}\x04${alphabet.slice(32)}a`;
    expect(twice).toBe(`${literals}\xe0\x18\x23\x0189`);
  });

  it("gives back what it took, whatever it took before", () => {
    const compressor = new LzfCompressor();
    fc.assert(
      fc.property(text, (original) => {
        const compressed = compress(compressor, original, original.length - 4);
        const isGivenBack = decompress(compressed, original.length) === original;
        expect(isGivenBack || compressed === "").toBe(true);
        expect(compress(new LzfCompressor(), original, original.length - 4)).toBe(compressed);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it("refuses what was cut, or is longer or shorter than it should be", () => {
    const compressed = "\x01aa\xe0\x12\0\x01aa";
    for (let length = 0; length < compressed.length; length++) {
      expect(decompress(compressed.slice(0, length), 31)).toBe(undefined);
    }
    expect(decompress(compressed, 30)).toBe(undefined);
    expect(decompress(compressed, 31)).toBe("a".repeat(31));
    expect(decompress(compressed, 32)).toBe(undefined);
  });

  it("refuses what points in front of its beginning", () => {
    expect(decompress("\0a\x20\0", 4)).toBe("aaaa");
    expect(decompress("\0a\x20\x01", 4)).toBe(undefined);
    expect(decompress("\x20\0", 3)).toBe(undefined);
  });

  it("never writes beyond its output, whatever it is given", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.nat(200), (input, lengthBytes) => {
        const memory = new Uint8Array(lengthBytes + 300).fill(7);
        lzfDecompress(input, 0, input.length, memory.subarray(0, lengthBytes));
        expect(memory.subarray(lengthBytes).every((byte) => byte === 7)).toBe(true);
      }),
      { seed: 2, numRuns: 500 },
    );
  });
});
