import { describe, expect, it } from "vitest";
import { axisBounds, barsOf, curveOf } from "./bins.ts";

describe("bars of durations", () => {
  it("hold each duration once, the least and the greatest too", () => {
    const us = [812, 1000, 2000, 2000, 950_000, 10_000_000];
    const bounds = axisBounds(us, []);
    expect(bounds).toEqual([500, 10_000_000]);
    const bars = barsOf(us, bounds);
    expect(bars.reduce((sum, { count }) => sum + count, 0)).toBe(us.length);
    expect(bars.at(-1)?.share).toBe(1);
    expect(bars[0]?.fromUs).toBe(500);
    expect(bars.every(({ fromUs, untilUs }) => fromUs < untilUs)).toBe(true);
  });

  it("have an axis that holds the marks, and one of some length for a single duration", () => {
    expect(axisBounds([2000], [10_000_000])).toEqual([2000, 20_000_000]);
    expect(axisBounds([10_400_000], [4_000_000])).toEqual([2_000_000, 20_000_000]);
    const [low, high] = axisBounds([5000], []);
    expect(low).toBeLessThan(high);
    expect(barsOf([5000], [low, high]).some(({ count }) => count === 1)).toBe(true);
  });

  it("have a cumulative curve that rises from nothing to everything", () => {
    const us = Array.from({ length: 5000 }, (_, at) => 5000 - at);
    const curve = curveOf(us);
    expect(curve.length).toBeLessThan(300);
    expect(curve[0]).toEqual([1, 0]);
    expect(curve.at(-1)).toEqual([5000, 1]);
    expect(curveOf([])).toEqual([]);
  });
});
