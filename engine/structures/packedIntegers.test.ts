import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  countIntegers,
  findInteger,
  integerAt,
  withInteger,
  withoutInteger,
} from "./packedIntegers.ts";

const edges = [15n, 16n, 31n, 32n, 52n, 53n, 54n, 63n]
  .flatMap((power) => [2n ** power, -(2n ** power)])
  .flatMap((edge) => [edge - 1n, edge, edge + 1n])
  .filter((value) => value >= -(2n ** 63n) && value < 2n ** 63n);
const integer = fc.oneof(
  fc.bigInt({ min: -20n, max: 20n }),
  fc.constantFrom(...edges),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
);

function contents(text: string): string[] {
  return Array.from({ length: countIntegers(text) }, (_, index) => integerAt(text, index));
}

describe("packedIntegers", () => {
  it("agrees with a sorted array of bigints under any sequence of changes", () => {
    const change = fc.record({ value: integer, isRemoval: fc.boolean() });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 60 }), (changes) => {
        let text = "";
        const model = new Set<bigint>();
        for (const { value, isRemoval } of changes) {
          const decimal = String(value);
          expect(findInteger(text, decimal) >= 0).toBe(model.has(value));
          if (!isRemoval) text = withInteger(text, decimal) ?? "no integer";
          else if (model.has(value)) text = withoutInteger(text, findInteger(text, decimal));
          if (isRemoval) model.delete(value);
          else model.add(value);
          const ascending = [...model].sort((a, b) => (a < b ? -1 : 1));
          expect(contents(text)).toEqual(ascending.map(String));
        }
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it("takes two, four or eight chars an integer, as the widest so far needs", () => {
    let text = withInteger("", "32767") ?? "";
    expect(text.length).toBe(3);
    text = withInteger(text, "-32768") ?? "";
    expect(text.length).toBe(5);
    text = withInteger(text, "32768") ?? "";
    expect(text.length).toBe(13);
    text = withInteger(text, "-2147483649") ?? "";
    expect(text.length).toBe(33);
    text = withoutInteger(text, 0);
    expect(text.length).toBe(25);
    expect(contents(text)).toEqual(["-32768", "32767", "32768"]);
  });

  it("takes no text that Redis reads as no integer", () => {
    for (const decimal of ["", "a", "1.0", "01", "+1", "-0", " 1", "9223372036854775808"]) {
      expect(withInteger("", decimal)).toBeUndefined();
      expect(findInteger(withInteger("", "1") ?? "", decimal)).toBe(-1);
    }
  });
});
