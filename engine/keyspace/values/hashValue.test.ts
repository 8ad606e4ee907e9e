import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defaultLimits } from "../limits.ts";
import { HashValue } from "./hashValue.ts";

const limits = {
  ...defaultLimits(),
  hashMaxListpackEntries: 20,
  hashMaxListpackValueBytes: 300,
};

const field = fc.oneof(
  fc.integer({ min: 0, max: 30 }).map((number) => `f${number}`),
  fc.constantFrom("", "\0\xff", "x".repeat(300)),
  { weight: 1, arbitrary: fc.constant("x".repeat(301)) },
);
const value = fc.oneof(fc.constantFrom("", "1", "value"), fc.constant("y".repeat(254)));
const change = fc.record({ field, value, isRemoval: fc.boolean() });

/** In their order while the hash is packed, else sorted. */
function inOrder(hash: HashValue, pairs: readonly (readonly [string, string])[]): string[] {
  const lines = pairs.map(([one, its]) => JSON.stringify([one, its]));
  return hash.encoding === "listpack" ? lines : lines.toSorted();
}

function contents(hash: HashValue): [string, string][] {
  const found: [string, string][] = [];
  hash.forEach((one, its) => found.push([one, its]));
  return found;
}

describe("HashValue", () => {
  it("agrees with a Map under any sequence of changes, in its order while it is packed", () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 120, size: "max" }), (changes) => {
        const hash = new HashValue();
        const model = new Map<string, string>();
        for (const { field: one, value: its, isRemoval } of changes) {
          const wasThere = model.has(one);
          const isChange = isRemoval ? hash.delete(one) : hash.set(one, its, limits);
          expect(isChange).toBe(isRemoval === wasThere);
          if (isRemoval) model.delete(one);
          else model.set(one, its);
          expect([hash.get(one), hash.has(one)]).toEqual([model.get(one), model.has(one)]);
          expect([hash.size, hash.isEmpty]).toEqual([model.size, model.size === 0]);
        }
        const found = contents(hash);
        expect(inOrder(hash, found)).toEqual(inOrder(hash, [...model]));
        expect(Array.from({ length: hash.size }, (_, index) => hash.at(index))).toEqual(
          found.map(([one]) => one),
        );
        const copied = hash.copy();
        for (const one of model.keys()) hash.delete(one);
        expect(contents(copied)).toEqual(found);
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  it("keeps its packed form up to the limits, and none beyond", () => {
    const hash = new HashValue();
    for (let index = 0; index < 20; index++) hash.set(`f${index}`, "", limits);
    hash.set("f0", "v", limits);
    expect(hash.encoding).toBe("listpack");
    hash.set("f20", "", limits);
    expect(hash.encoding).toBe("hashtable");
    hash.delete("f20");
    expect(hash.encoding).toBe("hashtable");
    const long = new HashValue();
    long.set("f", "x".repeat(300), limits);
    expect(long.encoding).toBe("listpack");
    long.set("f", "x".repeat(301), limits);
    expect(long.encoding).toBe("hashtable");
  });

  it("grows beyond many segments and gives each field its value, also after others have gone", () => {
    const hash = new HashValue();
    for (let index = 0; index < 20_000; index++) hash.set(`f${index}`, `v${index}`, limits);
    for (let index = 0; index < 20_000; index += 3) hash.delete(`f${index}`);
    const wrong: string[] = [];
    for (let index = 0; index < 20_000; index++) {
      const expected = index % 3 === 0 ? undefined : `v${index}`;
      if (hash.get(`f${index}`) !== expected) wrong.push(`f${index}`);
    }
    expect(wrong).toEqual([]);
    expect(hash.size).toBe(13_333);
    hash.forEach((one, its) => {
      if (its !== `v${one.slice(1)}`) wrong.push(one);
    });
    expect(wrong).toEqual([]);
  });

  it("counts its bytes by what it holds", () => {
    const empty = new HashValue().sizeBytes;
    const hash = new HashValue();
    hash.set("ab", "cde", limits);
    expect(hash.sizeBytes - empty).toBe(7);
    hash.set("ab", "x".repeat(301), limits);
    expect(hash.sizeBytes - empty).toBe(76 + 2 + 301);
    hash.set("ab", "x", limits);
    hash.delete("ab");
    expect(hash.sizeBytes).toBe(empty);
  });
});
