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
        const deadlines = new Map<number, number>();
        for (const { name, deadline } of changes) {
          const entry = present.get(name);
          if (deadline < 0) {
            if (entry !== undefined) heap.remove(entry);
            present.delete(name);
          } else if (entry === undefined) {
            const made: Entry = { name, heapIndex: -1 };
            present.set(name, made);
            heap.add(made, deadline);
          } else {
            heap.move(entry, deadline);
          }
          if (deadline < 0) deadlines.delete(name);
          else deadlines.set(name, deadline);
          const { first } = heap;
          const earliest = first === undefined ? Infinity : heap.deadlineOf(first);
          expect(earliest).toBe(Math.min(...deadlines.values()));
          expect(heap.size).toBe(deadlines.size);
        }
        const held = [...present.values()].map((one) => [one.name, heap.deadlineOf(one)] as const);
        expect(new Map(held)).toEqual(deadlines);
        const drained: number[] = [];
        for (let first = heap.first; first !== undefined; first = heap.first) {
          drained.push(heap.deadlineOf(first));
          heap.remove(first);
          expect(first.heapIndex).toBe(-1);
        }
        expect(drained).toEqual(drained.toSorted((a, b) => a - b));
      }),
      { seed: 1, numRuns: 300 },
    );
  });
});
