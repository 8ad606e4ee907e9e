import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defaultLimits, type EncodingLimits } from "../limits.ts";
import { LexRange, type LexBound } from "./lexRange.ts";
import { ZsetValue } from "./zsetValue.ts";

type Pair = readonly [member: string, score: number];

function limitsOf(entries: number, valueBytes: number = 64): EncodingLimits {
  return {
    ...defaultLimits(),
    zsetMaxListpackEntries: entries,
    zsetMaxListpackValueBytes: valueBytes,
  };
}

function pairsOf(zset: ZsetValue): Pair[] {
  const found: Pair[] = [];
  zset.visit(0, zset.size, (member, score) => found.push([member, score]));
  return found;
}

/** The dumb version: a Map, sorted at each look. */
function sorted(model: ReadonlyMap<string, number>): Pair[] {
  return [...model].toSorted(([a, x], [b, y]) => x - y || (a < b ? -1 : 1));
}

const scores = fc.oneof(
  fc.integer({ min: -5, max: 5 }),
  fc.constantFrom(0.5, -0, 223, 224, 32_767, 32_768, -32_768, -32_769, 2 ** 31, -(2 ** 31)),
  fc.constantFrom(2 ** 53, 1e300, 5e-324, Infinity, -Infinity, 0.1),
);
const members = fc.oneof(
  fc.integer({ min: 0, max: 30 }).map((number) => `m${number}`),
  fc.constantFrom("", "\0", "\u00ff\u00fe", "x".repeat(127), "x".repeat(128), "y".repeat(20_000)),
);
const change = fc.record({ member: members, score: scores, isRemoval: fc.boolean() });

describe("a sorted set", () => {
  it.each([
    ["packed", 1000, 100_000],
    ["in an index", 0, 64],
    ["changing its form", 12, 64],
  ])("agrees with a sorted Map while it is %s", (_form, entries, valueBytes) => {
    const limits = limitsOf(entries, valueBytes);
    fc.assert(
      fc.property(fc.array(change, { maxLength: 120, size: "max" }), (changes) => {
        const zset = new ZsetValue();
        const model = new Map<string, number>();
        const wrong: string[] = [];
        for (const { member, score, isRemoval } of changes) {
          if (isRemoval) {
            if (zset.remove(member) !== model.delete(member)) wrong.push(`remove ${member}`);
          } else {
            zset.set(member, score, limits);
            // An equal score is no change: -0 does not replace 0.
            if (model.get(member) !== score) model.set(member, score);
          }
          if (zset.scoreOf(member) !== model.get(member)) wrong.push(`score of ${member}`);
        }
        expect(wrong).toEqual([]);
        const pairs = sorted(model);
        expect(pairsOf(zset)).toEqual(pairs);
        expect(zset.size).toBe(model.size);
        expect(zset.isEmpty).toBe(model.size === 0);
        expect(pairs.map(([member]) => zset.rankOf(member))).toEqual(pairs.map((_, rank) => rank));
        expect(zset.rankOf("absent")).toBe(-1);
      }),
      { seed: 1, numRuns: 120 },
    );
  });

  it.each([
    ["packed", 1000],
    ["in an index", 0],
  ])("finds windows, visits and removes ranks while it is %s", (_, entries) => {
    const pairs = fc.uniqueArray(fc.tuple(members, scores), {
      selector: ([member]) => member,
      maxLength: 40,
      size: "max",
    });
    const range = fc.tuple(scores, scores, fc.boolean(), fc.boolean());
    const cut = fc.tuple(fc.nat(40), fc.nat(40));
    fc.assert(
      fc.property(
        pairs,
        range,
        cut,
        (drawn, [min, max, isMinExcluded, isMaxExcluded], [at, length]) => {
          const zset = new ZsetValue();
          for (const [member, score] of drawn) zset.set(member, score, limitsOf(entries, 100_000));
          const all = sorted(new Map(drawn));
          const isIn = ([, score]: Pair): boolean =>
            (isMinExcluded ? score > min : score >= min) &&
            (isMaxExcluded ? score < max : score <= max);
          const { first, count } = zset.scoreWindow({ min, max, isMinExcluded, isMaxExcluded });
          expect(all.slice(first, first + count)).toEqual(all.filter(isIn));

          const start = Math.min(at, all.length);
          const removed = Math.min(length, all.length - start);
          const up: Pair[] = [];
          zset.visit(start, length, (member, score) => up.push([member, score]));
          expect(up).toEqual(all.slice(start, start + length));
          const down: Pair[] = [];
          if (start < all.length)
            zset.visitDown(start, length, (member, score) => down.push([member, score]));
          const least = Math.max(start - length + 1, 0);
          expect(down).toEqual(
            start < all.length
              ? all
                  .slice(least, start + 1)
                  .toReversed()
                  .slice(0, length)
              : [],
          );

          const copy = zset.copy();
          zset.removeRanks(start, removed);
          expect(pairsOf(zset)).toEqual(all.toSpliced(start, removed));
          expect(pairsOf(copy)).toEqual(all);
          expect(
            all
              .slice(start, start + removed)
              .filter(([member]) => zset.scoreOf(member) !== undefined),
          ).toEqual([]);
        },
      ),
      { seed: 2, numRuns: 300 },
    );
  });

  it("finds ranges of members the same way in both forms when all scores are the same", () => {
    const bound: fc.Arbitrary<LexBound> = fc.oneof(
      fc.constantFrom<LexBound>({ kind: "first" }, { kind: "last" }),
      fc.record({
        kind: fc.constant("member" as const),
        member: members,
        isExcluded: fc.boolean(),
      }),
    );
    fc.assert(
      fc.property(fc.uniqueArray(members, { maxLength: 20 }), bound, bound, (all, min, max) => {
        const packed = new ZsetValue();
        const indexed = new ZsetValue();
        for (const member of all) {
          packed.set(member, 7, limitsOf(1000, 100_000));
          indexed.set(member, 7, limitsOf(0));
        }
        const range = new LexRange(min, max);
        const isIn = (member: string): boolean =>
          range.isAboveMin(member) && range.isBelowMax(member);
        const expected = all.filter(isIn).toSorted((a, b) => (a < b ? -1 : 1));
        const found = [packed, indexed].flatMap((zset) =>
          [false, true].map((isReverse) => {
            const { first, count } = zset.lexWindow(range, isReverse);
            return pairsOf(zset)
              .slice(first, first + count)
              .map(([member]) => member);
          }),
        );
        expect(found).toEqual([expected, expected, expected, expected]);
      }),
      { seed: 3, numRuns: 500 },
    );
  });

  it("begins a range of members at the first that is in it when scores differ, as Redis does", () => {
    const zset = new ZsetValue();
    for (const [index, member] of ["b", "d", "a", "c"].entries())
      zset.set(member, index, limitsOf(128));
    const range = new LexRange(
      { kind: "member", member: "b", isExcluded: false },
      { kind: "member", member: "c", isExcluded: false },
    );
    expect(zset.lexWindow(range, false)).toEqual({ first: 0, count: 1 });
    expect(zset.lexWindow(range, true)).toEqual({ first: 3, count: 1 });
  });

  it("leaves the packed form for good where its limits end", () => {
    const limits = limitsOf(3, 4);
    const many = new ZsetValue();
    for (const member of ["a", "b", "c"]) many.set(member, 1, limits);
    expect(many.encoding).toBe("listpack");
    many.set("c", 2, limits);
    expect(many.encoding).toBe("listpack");
    many.set("d", 1, limits);
    expect(many.encoding).toBe("skiplist");
    many.removeRanks(0, 3);
    expect(many.encoding).toBe("skiplist");
    const long = new ZsetValue();
    long.set("abcd", 1, limits);
    expect(long.encoding).toBe("listpack");
    long.set("abcde", 1, limits);
    expect(long.encoding).toBe("skiplist");
    expect(pairsOf(long)).toEqual([
      ["abcd", 1],
      ["abcde", 1],
    ]);
  });

  it("scans everything, packed in one step", () => {
    const seen: string[] = [];
    const packed = new ZsetValue();
    const indexed = new ZsetValue();
    for (let index = 0; index < 100; index++) {
      packed.set(`m${index}`, index, limitsOf(128));
      indexed.set(`m${index}`, index, limitsOf(0));
    }
    expect(packed.scan(0, (member, score) => seen.push(`${member}=${score}`))).toBe(0);
    expect(seen.length).toBe(100);
    const again = new Set<string>();
    let steps = 0;
    let cursor = 0;
    do {
      cursor = indexed.scan(cursor, (member, score) => again.add(`${member}=${score}`));
      steps++;
    } while (cursor !== 0);
    expect(steps).toBeGreaterThan(10);
    expect([...again].toSorted()).toEqual(seen.toSorted());
  });

  it("knows its bytes", () => {
    const zset = new ZsetValue();
    const empty = zset.sizeBytes;
    zset.set("abc", 1, limitsOf(128));
    expect(zset.sizeBytes).toBe(empty + 5);
    zset.set("x".repeat(100), 1, limitsOf(128));
    const indexed = zset.sizeBytes;
    expect(indexed).toBeGreaterThan(200);
    zset.remove("abc");
    expect(zset.sizeBytes).toBeLessThan(indexed - 50);
  });
});
