import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ExpiryHeap, type Expiring } from "./expiryHeap.ts";

interface Entry extends Expiring {
  readonly name: number;
}

describe("ExpiryHeap", () => {
  it("has the earliest deadline first under any additions, moves and removals", () => {
    const change = fc.record({ name: fc.nat(15), deadline: fc.integer({ min: -1, max: 50 }) });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 120, size: "max" }), (changes) => {
        const heap = new ExpiryHeap<Entry>();
        const present = new Map<number, Entry>();
        for (const { name, deadline } of changes) {
          const entry = present.get(name);
          if (deadline < 0) {
            if (entry !== undefined) heap.remove(entry);
            present.delete(name);
          } else if (entry === undefined) {
            const made: Entry = { name, expireAtUnixMs: deadline, heapIndex: -1 };
            present.set(name, made);
            heap.add(made);
          } else {
            entry.expireAtUnixMs = deadline;
            heap.moved(entry);
          }
          const earliest = Math.min(...[...present.values()].map((one) => one.expireAtUnixMs));
          expect(heap.first?.expireAtUnixMs ?? Infinity).toBe(earliest);
          expect(heap.size).toBe(present.size);
        }
        const drained: number[] = [];
        for (let first = heap.first; first !== undefined; first = heap.first) {
          drained.push(first.expireAtUnixMs);
          heap.remove(first);
          expect(first.heapIndex).toBe(-1);
        }
        expect(drained).toEqual(drained.toSorted((a, b) => a - b));
      }),
      { seed: 1, numRuns: 300 },
    );
  });
});
