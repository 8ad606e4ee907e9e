import { describe, expect, it } from "vitest";
import { distribution, histogramLines } from "./histogram.ts";

describe("distributions", () => {
  it("give quantiles that were measured", () => {
    const values = Array.from({ length: 100 }, (_, index) => (100 - index) * 10);
    expect(distribution(values)).toEqual({
      count: 100,
      p50Us: 500,
      p90Us: 900,
      p99Us: 990,
      maxUs: 1000,
    });
    expect(distribution([])).toEqual({ count: 0, p50Us: 0, p90Us: 0, p99Us: 0, maxUs: 0 });
  });

  it("draw every value into one bar", () => {
    const lines = histogramLines([1_000_000, 1_010_000, 1_100_000, 3_000_000]);
    const counts = lines.map((line) => Number(/s\s+(\d+)/.exec(line)?.[1]));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(4);
    expect(lines[0]).toMatch(/1\.00 s\s+3\s+█{50}/);
    expect(histogramLines([5000, 5000])).toEqual(["  all took 5.00 ms"]);
  });
});
