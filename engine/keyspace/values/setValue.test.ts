import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defaultLimits } from "../limits.ts";
import { SetValue } from "./setValue.ts";

const limits = { ...defaultLimits(), setMaxIntsetEntries: 8 };

const member = fc.oneof(
  fc.integer({ min: -12, max: 12 }).map(String),
  fc.constantFrom("9223372036854775807", "-9223372036854775808", "9007199254740993", "01", "", "a"),
  fc.integer({ min: 0, max: 90 }).map((number) => `member:${number}`),
  fc.constantFrom("x".repeat(64), "x".repeat(65), "\0\xff\x01"),
);
const change = fc.record({ member, isRemoval: fc.boolean() });

function contents(set: SetValue): string[] {
  const found: string[] = [];
  set.forEach((one) => found.push(one));
  return found;
}

function setOf(members: readonly string[]): SetValue {
  const set = new SetValue();
  for (const one of members) set.add(one, limits);
  return set;
}

describe("SetValue", () => {
  it("agrees with a Set under any sequence of changes, whatever form it takes", () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 150, size: "max" }), (changes) => {
        let set = new SetValue();
        const model = new Set<string>();
        for (const { member: one, isRemoval } of changes) {
          const wasThere = model.has(one);
          expect(set.has(one)).toBe(wasThere);
          const isChange = isRemoval ? set.delete(one) : set.add(one, limits);
          expect(isChange).toBe(isRemoval === wasThere);
          if (isRemoval) model.delete(one);
          else model.add(one);
          expect([set.size, set.isEmpty]).toEqual([model.size, model.size === 0]);
        }
        const expected = [...model].toSorted();
        expect(contents(set).toSorted()).toEqual(expected);
        const places = Array.from({ length: set.size }, (_, index) => set.at(index));
        expect(places).toEqual(contents(set));
        const copied = set.copy();
        for (const one of model) set.delete(one);
        expect(set.isEmpty).toBe(true);
        set = copied;
        expect(contents(set).toSorted()).toEqual(expected);
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  it("is an intset as long as all members ever added were integers, and few", () => {
    const set = setOf(["5", "-3", "70000", "1"]);
    expect([set.encoding, contents(set)]).toEqual(["intset", ["-3", "1", "5", "70000"]]);
    set.add("x", limits);
    set.delete("x");
    expect(set.encoding).toBe("hashtable");
    expect(contents(set).toSorted()).toEqual(["-3", "1", "5", "70000"]);
    const many = setOf(Array.from({ length: 8 }, (_, index) => String(index)));
    expect(many.encoding).toBe("intset");
    many.add("8", limits);
    expect(many.encoding).toBe("hashtable");
    expect(many.size).toBe(9);
  });

  it("counts its bytes by what it holds", () => {
    const small = setOf(["a", "bc"]);
    expect(small.sizeBytes - new SetValue().sizeBytes).toBe(6);
    const large = setOf(Array.from({ length: 100 }, (_, index) => `member:${index}`));
    const before = large.sizeBytes;
    large.add("member:x".repeat(10), limits);
    expect(large.sizeBytes - before).toBe(48 + 80);
    large.delete("member:x".repeat(10));
    expect(large.sizeBytes).toBe(before);
  });
});
