/**
 * Every interleaving of a small world (smallWorld.ts), to a bounded number of actions from two beginnings. The numbers of
 * states are pinned: a change of the protocol changes them, and shall be looked at.
 */
import { describe, expect, it } from "vitest";
import { enumerate, explore } from "./explorer.ts";
import { smallRivals, type SmallState, smallStart } from "./smallWorld.ts";

const budget = { sends: 2, timeouts: 1, crashes: 1, duplicates: 1 };

function visit(make: typeof smallStart, depth: number, instantSync: boolean): number {
  const options = { instantSync, budget };
  const start: SmallState = make(options);
  const { states, violation } = explore(start, depth, options);
  expect(violation).toBeUndefined();
  return states.size;
}

describe("every interleaving of two writers and three log nodes", () => {
  it("keeps every promise, from one leader in peace on", () => {
    expect(visit(smallStart, 5, true)).toBe(9870);
  });

  it("keeps every promise, from one leader in peace on, when syncs complete late", () => {
    expect(visit(smallStart, 4, false)).toBe(2733);
  });

  it("keeps every promise, from two rival leaders on", () => {
    expect(visit(smallRivals, 4, true)).toBe(16505);
  });

  it("keeps every promise, from two rival leaders on, when syncs complete late", () => {
    expect(visit(smallRivals, 4, false)).toBe(16267);
  });

  it.each([
    ["in peace", smallStart, 3],
    ["with rivals", smallRivals, 2],
  ])("visits what an enumeration of all paths visits, %s", (_name, make, depth) => {
    for (const instantSync of [true, false]) {
      const options = { instantSync, budget };
      const naive = enumerate(make(options), depth, options);
      const { states } = explore(make(options), depth, options);
      expect(naive.paths).toBeGreaterThan(states.size / 2);
      expect([...states].sort()).toEqual([...naive.states].sort());
    }
  });
});
