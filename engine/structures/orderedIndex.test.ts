import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OrderedIndex } from "./orderedIndex.ts";

function keyOf(number: number): string {
  return String.fromCharCode(number >>> 8, number & 0xff);
}

function keysOf(index: OrderedIndex<{ key: string }>, from?: string): string[] {
  const keys: string[] = [];
  index.visitFrom(from, ({ key }) => keys.push(key) > 0);
  return keys;
}

describe("OrderedIndex", () => {
  it("agrees with a sorted array under any sequence of changes", () => {
    const change = fc.record({ number: fc.nat(400), isRemoval: fc.boolean() });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 900, size: "max" }), fc.nat(400), (changes, at) => {
        const index = new OrderedIndex<{ key: string }>();
        const model = new Set<string>();
        const wrong: string[] = [];
        for (const { number, isRemoval } of changes) {
          const key = keyOf(number);
          if (isRemoval) {
            if ((index.remove(key) !== undefined) !== model.delete(key))
              wrong.push(`remove ${number}`);
          } else if (!model.has(key)) {
            index.add({ key });
            model.add(key);
          }
        }
        const sorted = [...model].sort();
        const probe = keyOf(at);
        expect(wrong).toEqual([]);
        expect(keysOf(index)).toEqual(sorted);
        expect(keysOf(index, probe)).toEqual(sorted.filter((key) => key >= probe));
        expect(index.size).toBe(sorted.length);
        expect(index.first?.key).toBe(sorted[0]);
        expect(index.last?.key).toBe(sorted.at(-1));
        expect(index.get(probe)?.key).toBe(sorted.find((key) => key === probe));
        expect(index.floor(probe)?.key).toBe(sorted.findLast((key) => key <= probe));
        expect(index.above(probe)?.key).toBe(sorted.find((key) => key > probe));
        expect(index.below(probe)?.key).toBe(sorted.findLast((key) => key < probe));
      }),
      { seed: 1, numRuns: 60 },
    );
  });

  it("compares bytes, not letters of a language", () => {
    const index = new OrderedIndex<{ key: string }>();
    for (const key of ["\xe4", "b", "B", "", "\0"]) index.add({ key });
    expect(keysOf(index)).toEqual(["", "\0", "B", "b", "\xe4"]);
  });

  it("stops a visit that returns false", () => {
    const index = new OrderedIndex<{ key: string }>();
    for (let number = 0; number < 1000; number++) index.add({ key: keyOf(number) });
    let visited = 0;
    index.visitFrom(keyOf(500), () => ++visited < 100);
    expect(visited).toBe(100);
  });
});
