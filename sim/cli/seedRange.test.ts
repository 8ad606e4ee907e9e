import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rangeFrom, seedListText, seedsOf, shardFrom } from "./seedRange.ts";

describe("shards of a range", () => {
  it("hold every seed once, and as many as any other but one", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 1, max: 20 }), (size, n) => {
        const range = { first: 5, last: 5 + size };
        const shards = Array.from({ length: n }, (_, i) =>
          seedsOf(range, { index: i + 1, count: n }),
        );
        const all = shards.flat().sort((left, right) => left - right);
        expect(all).toEqual(Array.from({ length: size + 1 }, (_, index) => 5 + index));
        const sizes = shards.map((shard) => shard.length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it("count from 1", () => {
    expect(shardFrom("3/3")).toEqual({ index: 3, count: 3 });
    expect(seedsOf(rangeFrom("1..7"), shardFrom("2/3"))).toEqual([2, 5]);
    for (const wrong of ["0/3", "4/3", "1", "1/0", "a/b", "-1/2"]) {
      expect(() => shardFrom(wrong)).toThrow(
        `shard expects i/n with i from 1 to n and n up to 10000, such as shard=2/8; got "${wrong}"`,
      );
    }
  });
});

it("a list of seeds is told as ranges", () => {
  expect(seedListText([1, 2, 3, 4, 7, 9, 10], 9)).toBe("1..4, 7, 9..10");
  expect(seedListText([1, 3, 5, 7], 2)).toBe("1, 3 and 2 more ranges");
  expect(seedListText([], 2)).toBe("");
});
