import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CountedTree } from "./countedTree.ts";

interface Entry {
  readonly score: number;
  readonly member: string;
}

/** The dumb version: a sorted array. */
class SortedArray {
  entries: Entry[] = [];

  addAll(added: readonly Entry[]): void {
    this.entries.push(...added);
    this.entries.sort(
      (a, b) => a.score - b.score || (a.member < b.member ? -1 : Number(a.member > b.member)),
    );
  }
}

function entriesOf(tree: CountedTree): Entry[] {
  const found: Entry[] = [];
  tree.visit(0, tree.size, (member, score) => found.push({ score, member }));
  return found;
}

/** Draws that repeat: a linear congruential generator. */
function drawing(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 4294967296) * below);
  };
}

function check(tree: CountedTree, model: SortedArray): void {
  expect(tree.size).toBe(model.entries.length);
  expect(entriesOf(tree)).toEqual(model.entries);
}

describe("the counted tree", () => {
  it("keeps the order of a sorted array whatever is added, removed singly and removed by ranges", () => {
    let largest = 0;
    let refused = 0;
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2 ** 31 - 1 }),
        fc.integer({ min: 1, max: 40 }),
        (seed, spread) => {
          const draw = drawing(seed);
          const tree = new CountedTree();
          const model = new SortedArray();
          for (let step = 0; step < 25; step++) {
            const kind = draw(4);
            if (kind <= 1) {
              const added: Entry[] = [];
              for (let count = draw(120); count > 0; count--) {
                const entry = { score: draw(spread), member: `m${step}-${count}` };
                tree.add(entry.score, entry.member);
                added.push(entry);
              }
              model.addAll(added);
            } else if (kind === 2) {
              let removed = 0;
              const wanted = Math.min(draw(60), model.entries.length);
              for (let count = 0; count < wanted; count++) {
                const [one] = model.entries.splice(draw(model.entries.length), 1);
                if (tree.remove(one?.score ?? 0, one?.member ?? "")) removed++;
              }
              refused += wanted - removed;
            } else {
              const first = draw(model.entries.length + 1);
              const count = draw(model.entries.length - first + 1);
              tree.removeRange(first, count);
              model.entries.splice(first, count);
            }
            largest = Math.max(largest, model.entries.length);
            check(tree, model);
          }
        },
      ),
      { seed: 1, numRuns: 60 },
    );
    expect(refused).toBe(0);
    expect(largest).toBeGreaterThan(500);
  });

  it("counts, ranks and visits as a sorted array does", () => {
    const draw = drawing(7);
    const tree = new CountedTree();
    const model = new SortedArray();
    for (let added = 0; added < 6000; added++) {
      tree.add(draw(900), `m${added}`);
    }
    model.entries = entriesOf(tree);
    const scores = model.entries.map((one) => one.score);
    expect(scores).toEqual(scores.toSorted((a, b) => a - b));
    for (const score of [-1, 0, 0.5, 1, 449, 450.5, 899, 900, Infinity, -Infinity]) {
      expect(tree.countBelow(score, false)).toBe(scores.filter((one) => one < score).length);
      expect(tree.countBelow(score, true)).toBe(scores.filter((one) => one <= score).length);
    }
    for (let rank = 0; rank < model.entries.length; rank += 37) {
      const one = model.entries[rank];
      expect(tree.rankOf(one?.score ?? 0, one?.member ?? "")).toBe(rank);
    }
    expect(tree.rankOf(3, "absent")).toBe(-1);
    for (let round = 0; round < 200; round++) {
      const first = draw(6000);
      const count = draw(300);
      const up: string[] = [];
      tree.visit(first, count, (member) => up.push(member));
      expect(up).toEqual(model.entries.slice(first, first + count).map((one) => one.member));
      const down: string[] = [];
      tree.visitDown(first, count, (member) => down.push(member));
      const least = Math.max(first - count + 1, 0);
      expect(down).toEqual(
        count === 0
          ? []
          : model.entries
              .slice(least, first + 1)
              .map((one) => one.member)
              .toReversed(),
      );
    }
  });

  it("counts members of one score in the order of their bytes", () => {
    const tree = new CountedTree();
    const members = Array.from({ length: 3000 }, (_, index) => `\u00ff${(index * 7919) % 3001}`);
    for (const member of members) tree.add(0, member);
    const sorted = members.toSorted((a, b) => (a < b ? -1 : 1));
    for (let index = 0; index < sorted.length; index += 13) {
      const member = sorted[index] ?? "";
      expect(tree.countBelowMember(member, false)).toBe(index);
      expect(tree.countBelowMember(member, true)).toBe(index + 1);
    }
    expect(tree.countBelowMember("", true)).toBe(0);
    expect(tree.countBelowMember("\u00ff\u00ff", false)).toBe(3000);
  });

  it("holds infinities, both zeros, and no order between equal ones but the member's", () => {
    const tree = new CountedTree();
    tree.add(Infinity, "b");
    tree.add(-0, "d");
    tree.add(0, "c");
    tree.add(-Infinity, "a");
    expect(entriesOf(tree).map((one) => one.member)).toEqual(["a", "c", "d", "b"]);
    expect(Object.is(entriesOf(tree)[2]?.score, -0)).toBe(true);
    expect(tree.rankOf(0, "d")).toBe(2);
  });

  it("is empty again after everything was removed, and goes on", () => {
    const tree = new CountedTree();
    for (let added = 0; added < 5000; added++) tree.add(added, "m");
    tree.removeRange(0, 5000);
    expect(tree.size).toBe(0);
    expect(entriesOf(tree)).toEqual([]);
    expect(tree.countBelow(Infinity, true)).toBe(0);
    tree.add(1, "x");
    expect(entriesOf(tree)).toEqual([{ score: 1, member: "x" }]);
    expect(tree.remove(1, "y")).toBe(false);
  });

  it("copies what later changes do not reach", () => {
    const tree = new CountedTree();
    for (let added = 0; added < 1000; added++) tree.add(added % 10, `m${added}`);
    const copy = tree.copy();
    tree.removeRange(100, 800);
    tree.add(5, "new");
    expect(copy.size).toBe(1000);
    expect(entriesOf(copy).length).toBe(1000);
    expect(copy.rankOf(5, "new")).toBe(-1);
    copy.add(5, "other");
    expect(tree.rankOf(5, "other")).toBe(-1);
    expect(tree.size).toBe(201);
  });
});
