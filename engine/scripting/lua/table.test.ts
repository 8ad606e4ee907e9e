import fc from "fast-check";
import { expect, it } from "vitest";
import { LuaTable } from "./table.ts";
import type { LuaValue } from "./values.ts";

const MOST_KEYS = 60;

type Key = number | string;

/** Its entries, as a traversal meets them. */
function traversed(table: LuaTable): (readonly [LuaValue, LuaValue])[] {
  const met: [LuaValue, LuaValue][] = [];
  const entry: LuaValue[] = [];
  for (table.next(undefined, entry, 0); entry[0] !== undefined; table.next(entry[0], entry, 0)) {
    met.push([entry[0], entry[1]]);
  }
  return met;
}

function filled(keys: readonly Key[]): LuaTable {
  const table = new LuaTable();
  for (const key of keys) table.set(key, key);
  return table;
}

const keys: fc.Arbitrary<Key> = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -1, max: 40 }) },
  { weight: 1, arbitrary: fc.constantFrom("a", "b", "c") },
  { weight: 1, arbitrary: fc.constantFrom(0.5, 1.5, 2 ** 26 + 1, 2 ** 53) },
);

it("holds what was set, meets each entry once, and its length is a border", () => {
  const writes = fc.array(fc.tuple(keys, fc.option(fc.nat(9), { nil: undefined })), {
    maxLength: MOST_KEYS,
  });
  fc.assert(
    fc.property(writes, (pairs) => {
      const table = new LuaTable();
      const model = new Map<LuaValue, LuaValue>();
      for (const [key, value] of pairs) {
        table.set(key, value);
        if (value === undefined) model.delete(key);
        else model.set(key, value);
        const { length } = table;
        expect(length === 0 || model.has(length)).toBe(true);
        expect(model.has(length + 1)).toBe(false);
        expect(table.get(key)).toBe(value);
      }
      const met = traversed(table);
      expect(met).toHaveLength(model.size);
      expect(new Map(met)).toEqual(model);
      expect([...table.entries()]).toEqual(met);
    }),
    { numRuns: 500 },
  );
});

it("goes through a number that came into the array after it had been removed from the hash", () => {
  const table = filled([2, 3]);
  table.set(3, undefined);
  for (const key of [1, 3, 4]) table.set(key, key);
  expect(traversed(table).map(([key]) => key)).toEqual([1, 2, 3, 4]);
});

it.each<[string, readonly Key[], number]>([
  ["filled from 2 on", [2, 3, 4, 5, 6, 7], 7],
  ["filled backwards", [8, 7, 6, 5, 4, 3, 2], 8],
  ["of which half or fewer are used", [2, 4, 6, 8, 10, 12], 0],
  ["with text among its numbers", ["a", 2, 3, "b", 4, 5], 5],
  ["far from 1", [1001, 1002, 1003, 1004, 1005], 0],
])("is an array %s: # is %3$i", (_, order, length) => {
  const table = filled(order);
  expect(table.length).toBe(length);
  expect(traversed(table).map(([key]) => key)).toEqual([
    ...order
      .filter((key) => typeof key === "number" && key <= length)
      .sort((left, right) => Number(left) - Number(right)),
    ...order.filter((key) => typeof key !== "number" || key > length),
  ]);
});
