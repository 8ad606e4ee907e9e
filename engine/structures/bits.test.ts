import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { combineBits, countBits, findBit, type BitOperation } from "./bits.ts";

/** Long runs of equal bytes among others, at every alignment. */
const bytes: fc.Arbitrary<Uint8Array> = fc
  .tuple(
    fc.array(
      fc.oneof(fc.tuple(fc.constantFrom(0, 0xff), fc.nat(150)), fc.tuple(fc.nat(255), fc.nat(3))),
      { maxLength: 6 },
    ),
    fc.nat(7),
  )
  .map(([runs, offset]) => {
    const values = runs.flatMap(([value, count]) => Array.from({ length: count }, () => value));
    const memory = new Uint8Array(values.length + offset + 9).fill(0x5a);
    memory.set(values, offset);
    return memory.subarray(offset, offset + values.length);
  });

function bitsOf(array: Uint8Array): string {
  return Array.from(array, (byte) => byte.toString(2).padStart(8, "0")).join("");
}

describe("bits of byte arrays", () => {
  it("are counted in any range", () => {
    fc.assert(
      fc.property(bytes, fc.nat(), fc.nat(), (array, a, b) => {
        const bits = bitsOf(array);
        const start = a % (bits.length + 1);
        const end = b % (bits.length + 1);
        const expected = bits.slice(start, Math.max(start, end)).replaceAll("0", "").length;
        expect(countBits(array, start, end)).toBe(expected);
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  it("are found in any range", () => {
    fc.assert(
      fc.property(bytes, fc.constantFrom(0, 1), fc.nat(), fc.nat(), (array, value, a, b) => {
        const bits = bitsOf(array);
        const start = a % (bits.length + 1);
        const end = b % (bits.length + 1);
        const expected = bits.slice(0, Math.max(start, end)).indexOf(String(value), start);
        expect(findBit(array, value, start, end)).toBe(expected);
      }),
      { seed: 2, numRuns: 500 },
    );
  });

  it("are combined as if shorter arrays went on in zeros", () => {
    const operation = fc.constantFrom<BitOperation[]>("and", "or", "xor", "not");
    const compute = (name: BitOperation, a: number, b: number): number => {
      if (name === "and") return a & b;
      return name === "or" ? a | b : a ^ b;
    };
    fc.assert(
      fc.property(operation, fc.array(bytes, { minLength: 1, maxLength: 4 }), (name, all) => {
        const sources = name === "not" ? all.slice(0, 1) : all;
        const length = Math.max(...sources.map((source) => source.length));
        const expected = Array.from({ length }, (_, at) => {
          const column = sources.map((source) => source[at] ?? 0);
          if (name === "not") return ~(column[0] ?? 0) & 0xff;
          return column.reduce((a, b) => compute(name, a, b));
        });
        expect([...combineBits(name, sources)]).toEqual(expected);
      }),
      { seed: 3, numRuns: 300 },
    );
  });

  it("of no arrays are none", () => {
    expect(combineBits("or", []).length).toBe(0);
  });
});
