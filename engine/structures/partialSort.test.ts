import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { partialSort } from "./partialSort.ts";

interface Item {
  readonly rank: number;
  readonly name: number;
}

const byRank = (a: Item, b: Item): number => a.rank - b.rank;

describe("a partial sort", () => {
  it("brings the right items to the places asked for, and loses none", () => {
    const ranks = fc.array(fc.nat(60), { maxLength: 300, size: "max" });
    fc.assert(
      fc.property(ranks, fc.nat(300), fc.nat(300), (drawn, one, other) => {
        fc.pre(drawn.length > 0);
        const [first = 0, last = 0] = [one % drawn.length, other % drawn.length].sort(
          (a, b) => a - b,
        );
        const items = drawn.map((rank, name) => ({ rank, name }));
        partialSort(items, byRank, first, last);
        const sorted = drawn.toSorted((a, b) => a - b);
        expect(items.slice(first, last + 1).map(({ rank }) => rank)).toEqual(
          sorted.slice(first, last + 1),
        );
        expect(items.map(({ name }) => name).toSorted((a, b) => a - b)).toEqual(
          drawn.map((_, name) => name),
        );
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  it("leaves equal items in the order of Redis's steps, which is not that of before", () => {
    const items = Array.from({ length: 10 }, (_, name) => ({ rank: 0, name }));
    partialSort(items, byRank, 0, 2);
    expect(items.map(({ name }) => name)).toEqual([9, 1, 2, 3, 4, 5, 6, 7, 8, 0]);
  });

  it("does not look at what nobody asked for", () => {
    let compared = 0;
    const items = Array.from({ length: 10_000 }, (_, name) => ({
      rank: (name * 7919) % 10_007,
      name,
    }));
    const counting = (a: Item, b: Item): number => {
      compared++;
      return byRank(a, b);
    };
    partialSort(items, counting, 0, 9);
    expect(compared).toBeLessThan(60_000);
  });
});
