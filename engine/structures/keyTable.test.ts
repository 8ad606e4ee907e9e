import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { KeyedHash } from "./keyedHash.ts";
import { KeyTable } from "./keyTable.ts";

const hash = new KeyedHash(1, 2);

/** A generator good enough to draw keys with. */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 4294967296;
  };
}

function filled(keys: number): KeyTable<number> {
  const table = new KeyTable<number>(hash);
  for (let index = 0; index < keys; index++) {
    table.exchange(`key:${index}`, index);
    table.setStamp(`key:${index}`, index);
  }
  return table;
}

function contentsOf(table: KeyTable<number>): Map<string, number> {
  const found = new Map<string, number>();
  let visits = 0;
  table.forEach((key, value) => {
    visits++;
    found.set(key, value);
  });
  expect(visits).toBe(found.size);
  return found;
}

describe("KeyTable", () => {
  it("holds what a Map holds, after any changes", () => {
    const change = fc.record({
      key: fc.nat(400).map((number) => `k${number}`),
      value: fc.nat(9),
      isDeletion: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 600, size: "max" }), (changes) => {
        const table = new KeyTable<number>(hash);
        const model = new Map<string, number>();
        for (const { key, value, isDeletion } of changes) {
          const before = model.get(key);
          if (isDeletion) model.delete(key);
          else model.set(key, value);
          const told = isDeletion ? table.delete(key) : table.exchange(key, value);
          expect(told).toBe(before);
          expect([table.get(key), table.has(key)]).toEqual([model.get(key), model.has(key)]);
        }
        expect(table.size).toBe(model.size);
        expect(contentsOf(table)).toEqual(model);
      }),
      { seed: 1, numRuns: 150 },
    );
  });

  it("grows to many segments and shrinks to none", () => {
    const table = filled(50_000);
    const wrong = (valueOf: (index: number) => number | undefined): number => {
      let count = 0;
      for (let index = 0; index < 50_000; index++) {
        if (table.get(`key:${index}`) !== valueOf(index)) count++;
      }
      return count;
    };
    expect([table.size, wrong((index) => index)]).toEqual([50_000, 0]);
    for (let index = 0; index < 50_000; index += 2) table.delete(`key:${index}`);
    const isLeft = (index: number): boolean => index % 2 === 1;
    expect([table.size, wrong((index) => (isLeft(index) ? index : undefined))]).toEqual([
      25_000, 0,
    ]);
    for (let index = 1; index < 50_000; index += 2) table.delete(`key:${index}`);
    expect(table.size).toBe(0);
    expect(contentsOf(table).size).toBe(0);
    expect(table.randomKey(dice(1))).toBeUndefined();
    let met = 0;
    let cursor = 0;
    do cursor = table.scan(cursor, 1000, () => met++);
    while (cursor !== 0);
    expect(met).toBe(0);
  });

  it("stamps keys as its owner says: when they are made, used and given another value", () => {
    const table = new KeyTable<number>(hash, {
      fresh: () => 1,
      used: (stamp) => stamp + 10,
      replaced: (stamp) => stamp + 100,
    });
    table.exchange("k", 5);
    expect(table.stampOf("k")).toBe(1);
    expect([table.use("k"), table.use("none")]).toEqual([5, undefined]);
    expect(table.stampOf("k")).toBe(11);
    expect(table.get("k")).toBe(5);
    table.exchange("k", 6);
    expect(table.stampOf("k")).toBe(111);
  });

  it("keeps the stamps of keys through splits and removals", () => {
    const table = filled(5000);
    table.exchange("key:7", 70);
    expect(table.stampOf("key:7")).toBe(7);
    table.setStamp("key:7", 4_000_000_000);
    for (let index = 100; index < 5000; index++) table.delete(`key:${index}`);
    expect(table.stampOf("key:7")).toBe(4_000_000_000);
    expect(table.stampOf("key:99")).toBe(99);
    expect(table.stampOf("key:100")).toBeUndefined();
  });

  it("scans every key that stays exactly once, whatever else comes and goes between two steps", () => {
    const random = dice(5);
    for (let round = 0; round < 6; round++) {
      const table = filled(3000);
      const seen = new Map<string, number>();
      let cursor = 0;
      let others = 0;
      do {
        cursor = table.scan(cursor, 1 + Math.floor(random() * 40), (key) =>
          seen.set(key, (seen.get(key) ?? 0) + 1),
        );
        const isGrowing = round % 2 === 0;
        for (let step = 0; step < 100; step++) {
          if (isGrowing) table.exchange(`other:${others++}`, 0);
          else table.delete(`key:${1000 + (others++ % 2000)}`);
        }
      } while (cursor !== 0);
      const stayed = Array.from({ length: 1000 }, (_, index) => seen.get(`key:${index}`));
      expect(new Set(stayed)).toEqual(new Set([1]));
    }
  });

  it("visits about as many keys a step of a scan as were asked for", () => {
    const table = filled(20_000);
    let most = 0;
    let steps = 0;
    let cursor = 0;
    do {
      let met = 0;
      cursor = table.scan(cursor, 10, () => met++);
      most = Math.max(most, met);
      steps++;
    } while (cursor !== 0);
    expect(most).toBeLessThan(50);
    expect(steps).toBeGreaterThan(1500);
  });

  it("draws keys evenly", () => {
    const table = filled(4000);
    const random = dice(9);
    const byThousand = new Map<number, number>();
    for (let draw = 0; draw < 40_000; draw++) {
      const thousand = Math.floor((table.get(table.randomKey(random) ?? "") ?? -1) / 1000);
      byThousand.set(thousand, (byThousand.get(thousand) ?? 0) + 1);
    }
    expect(byThousand.size).toBe(4);
    for (const drawn of byThousand.values()) expect(Math.abs(drawn - 10_000)).toBeLessThan(1500);
  });

  it("draws from the few keys that are left of many", () => {
    const table = filled(20_000);
    for (let index = 3; index < 20_000; index++) table.delete(`key:${index}`);
    const drawn = new Set<string | undefined>();
    const random = dice(2);
    for (let draw = 0; draw < 500; draw++) drawn.add(table.randomKey(random));
    expect(drawn).toEqual(new Set(["key:0", "key:1", "key:2"]));
  });

  it("keeps keys whose hashes agree in their low bits without a directory for each", () => {
    const table = new KeyTable<number>(hash);
    const alike: string[] = [];
    for (let index = 0; alike.length < 3000; index++) {
      const key = `c${index}`;
      if ((hash.of(key) & 0x3ff) === 5) alike.push(key);
    }
    for (const [index, key] of alike.entries()) table.exchange(key, index);
    expect(alike.map((key) => table.get(key))).toEqual(alike.map((_, index) => index));
    const seen = new Set<string>();
    let steps = 0;
    for (let cursor = table.scan(0, 100, (key) => seen.add(key)); cursor !== 0; steps++) {
      cursor = table.scan(cursor, 100, (key) => seen.add(key));
    }
    expect(seen.size).toBe(3000);
    expect(steps).toBeLessThan(5000);
  });

  it("forgets everything when cleared", () => {
    const table = filled(3000);
    expect(table.has("key:1")).toBe(true);
    table.clear();
    // The key that was looked for last, too.
    expect([table.size, table.get("key:1")]).toEqual([0, undefined]);
    table.exchange("key:1", 8);
    expect(table.get("key:1")).toBe(8);
  });
});
