import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HashTable, hashOf, type HashNode } from "./hashTable.ts";

interface Node extends HashNode<Node> {
  readonly value: number;
}

function node(key: string, value: number): Node {
  return { key, hash: hashOf(key), next: undefined, value };
}

function tableOf(count: number): HashTable<Node> {
  const table = new HashTable<Node>();
  for (let index = 0; index < count; index++) table.add(node(`key:${index}`, index));
  return table;
}

describe("HashTable", () => {
  it("agrees with a Map under any sequence of changes, resizing included", () => {
    const change = fc.record({ key: fc.nat(60), isRemoval: fc.boolean() });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 300, size: "max" }), (changes) => {
        const table = new HashTable<Node>();
        const model = new Map<string, number>();
        // A matcher costs far more than a change: what differs is collected, and looked at once.
        const wrong: string[] = [];
        changes.forEach(({ key, isRemoval }, index) => {
          const name = `k${key}`;
          const before = model.get(name);
          if (isRemoval) {
            if (table.remove(name)?.value !== before) wrong.push(`remove ${name} at ${index}`);
            model.delete(name);
          } else if (!model.has(name)) {
            table.add(node(name, index));
            model.set(name, index);
          }
          if (table.get(name)?.value !== model.get(name)) wrong.push(`get ${name} at ${index}`);
        });
        expect(wrong).toEqual([]);
        const found: string[] = [];
        table.forEach((one) => found.push(`${one.key}=${one.value}`));
        const expected = [...model].map(([key, value]) => `${key}=${value}`);
        expect(found.toSorted()).toEqual(expected.toSorted());
        expect(table.size).toBe(model.size);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it("finds everything while it grows to many segments and shrinks again", () => {
    const table = tableOf(100_000);
    expect(table.size).toBe(100_000);
    const wrong: number[] = [];
    for (let index = 0; index < 100_000; index += 997)
      if (table.get(`key:${index}`)?.value !== index) wrong.push(index);
    for (let index = 0; index < 99_990; index++)
      if (table.remove(`key:${index}`)?.value !== index) wrong.push(index);
    expect(wrong).toEqual([]);
    const left: number[] = [];
    table.forEach((one) => left.push(one.value));
    expect(left.toSorted((a, b) => a - b)).toEqual([
      99_990, 99_991, 99_992, 99_993, 99_994, 99_995, 99_996, 99_997, 99_998, 99_999,
    ]);
  });

  it("scans every key that stays, however the table grows and shrinks between two calls", () => {
    const step = fc.record({ add: fc.nat(60), remove: fc.nat(60) });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200 }),
        fc.array(step, { minLength: 1, maxLength: 40 }),
        (staying, steps) => {
          const table = tableOf(staying);
          const passing: string[] = [];
          const seen = new Set<string>();
          let cursor = 0;
          let round = 0;
          do {
            cursor = table.scan(cursor, (one) => seen.add(one.key));
            const { add, remove } = steps[round % steps.length] ?? { add: 0, remove: 0 };
            for (let index = 0; index < add && passing.length < 2000; index++) {
              const key = `passing:${round}:${index}`;
              table.add(node(key, -1));
              passing.push(key);
            }
            for (let index = 0; index < remove; index++) {
              const key = passing.shift();
              if (key !== undefined) table.remove(key);
            }
            round++;
          } while (cursor !== 0 && round < 50_000);
          expect(cursor).toBe(0);
          const missed = Array.from({ length: staying }, (_, index) => `key:${index}`).filter(
            (key) => !seen.has(key),
          );
          expect(missed).toEqual([]);
        },
      ),
      { seed: 2, numRuns: 150 },
    );
  });

  it("scans each key once while nothing changes", () => {
    const table = tableOf(5000);
    const seen: string[] = [];
    let cursor = 0;
    do cursor = table.scan(cursor, (one) => seen.push(one.key));
    while (cursor !== 0);
    expect(seen.length).toBeGreaterThanOrEqual(5000);
    expect(new Set(seen).size).toBe(5000);
  });

  it("draws every key now and then", () => {
    const table = tableOf(20);
    let state = 1;
    const random = (): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state / 4294967296;
    };
    const drawn = new Set<string>();
    for (let index = 0; index < 1000; index++) drawn.add(table.randomNode(random)?.key ?? "");
    expect(drawn.size).toBe(20);
    expect(new HashTable<Node>().randomNode(random)).toBeUndefined();
  });

  /** A Map ends at 2^24 entries. Here only bucket segments and chains grow, and none of them is large. */
  it("keeps every array below 2^14 elements until there are 2^28 buckets", () => {
    const table = tableOf(40_000);
    const segments = Reflect.get(
      Reflect.get(table, "current") as object,
      "segments",
    ) as unknown[][];
    for (const segment of segments) expect(segment?.length ?? 0).toBeLessThanOrEqual(1 << 14);
    expect(2 ** 28 / 2 ** 14).toBe(1 << 14);
  });
});
