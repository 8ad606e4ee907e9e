import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { KeyedHash } from "./keyedHash.ts";
import { MemberTable } from "./memberTable.ts";

const hash = new KeyedHash(1, 2);

/** A table with a value for each place, kept as owners of tables keep theirs. */
class Owner {
  readonly table: MemberTable = new MemberTable(hash);
  readonly values: number[] = [];

  set(key: string, value: number): void {
    const place = this.table.find(key);
    this.values[place < 0 ? this.table.add(key) : place] = value;
  }

  get(key: string): number | undefined {
    const place = this.table.find(key);
    return place < 0 ? undefined : this.values[place];
  }

  remove(key: string): boolean {
    const place = this.table.remove(key);
    if (place < 0) return false;
    this.values[place] = this.values[this.table.size] ?? NaN;
    this.values.length = this.table.size;
    return true;
  }

  contents(): string[] {
    return this.values.map((value, place) => `${this.table.keyAt(place)}=${value}`).toSorted();
  }
}

function ownerOf(count: number): Owner {
  const owner = new Owner();
  for (let index = 0; index < count; index++) owner.set(`key:${index}`, index);
  return owner;
}

describe("MemberTable", () => {
  it("agrees with a Map under any sequence of changes, resizing included", () => {
    const change = fc.record({ key: fc.nat(80), isRemoval: fc.boolean() });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 400, size: "max" }), (changes) => {
        const owner = new Owner();
        const model = new Map<string, number>();
        const wrong: string[] = [];
        changes.forEach(({ key, isRemoval }, index) => {
          const name = `k${key}`;
          if (isRemoval) {
            if (owner.remove(name) !== model.delete(name)) wrong.push(`remove ${name} at ${index}`);
          } else {
            owner.set(name, index);
            model.set(name, index);
          }
          if (owner.get(name) !== model.get(name)) wrong.push(`get ${name} at ${index}`);
        });
        expect(wrong).toEqual([]);
        expect(owner.table.size).toBe(model.size);
        expect(owner.contents()).toEqual(
          [...model].map(([key, value]) => `${key}=${value}`).toSorted(),
        );
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it("finds everything while it grows to many segments and shrinks again", () => {
    const owner = ownerOf(100_000);
    expect(owner.table.size).toBe(100_000);
    const wrong: number[] = [];
    for (let index = 0; index < 100_000; index += 997)
      if (owner.get(`key:${index}`) !== index) wrong.push(index);
    for (let index = 0; index < 99_996; index++)
      if (!owner.remove(`key:${index}`)) wrong.push(index);
    expect(wrong).toEqual([]);
    expect(owner.contents()).toEqual([
      "key:99996=99996",
      "key:99997=99997",
      "key:99998=99998",
      "key:99999=99999",
    ]);
    const held = Reflect.get(owner.table, "links") as Int32Array[];
    expect(held.length).toBe(1);
  });

  it("scans every string that stays, however the table grows and shrinks between two calls", () => {
    const step = fc.record({ add: fc.nat(60), remove: fc.nat(60) });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200 }),
        fc.array(step, { minLength: 1, maxLength: 40 }),
        (staying, steps) => {
          const owner = ownerOf(staying);
          const passing: string[] = [];
          const seen = new Set<string>();
          let cursor = 0;
          let round = 0;
          do {
            cursor = owner.table.scan(cursor, (place) => seen.add(owner.table.keyAt(place)));
            const { add, remove } = steps[round % steps.length] ?? { add: 0, remove: 0 };
            for (let index = 0; index < add && passing.length < 2000; index++) {
              const key = `passing:${round}:${index}`;
              owner.set(key, -1);
              passing.push(key);
            }
            for (let index = 0; index < remove; index++) owner.remove(passing.shift() ?? "");
            round++;
          } while (cursor !== 0 && round < 50_000);
          expect(cursor).toBe(0);
          const missed = Array.from({ length: staying }, (_, index) => `key:${index}`).filter(
            (key) => !seen.has(key),
          );
          expect(missed).toEqual([]);
        },
      ),
      { seed: 2, numRuns: 40 },
    );
  });

  it("scans each string once while nothing changes", () => {
    const { table } = ownerOf(5000);
    const seen: string[] = [];
    let cursor = 0;
    do cursor = table.scan(cursor, (place) => seen.push(table.keyAt(place)));
    while (cursor !== 0);
    expect(new Set(seen).size).toBe(5000);
    expect(new MemberTable(hash).scan(0, () => seen.push("none"))).toBe(0);
  });

  it("copies what later changes do not reach, also while it is resized", () => {
    const owner = ownerOf(1025);
    const copy = owner.table.copy();
    for (let index = 0; index < 1000; index++) owner.remove(`key:${index}`);
    owner.set("new", 1);
    expect(copy.size).toBe(1025);
    expect(copy.find("new")).toBe(-1);
    const wrong: number[] = [];
    for (let index = 0; index < 1025; index++)
      if (copy.keyAt(copy.find(`key:${index}`)) !== `key:${index}`) wrong.push(index);
    expect(wrong).toEqual([]);
    copy.add("other");
    expect(owner.table.find("other")).toBe(-1);
  });
});
