import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LatencyHistogram } from "./latencyHistogram.ts";

function histogramOf(durationsUs: readonly number[]): LatencyHistogram {
  const histogram = new LatencyHistogram();
  for (const duration of durationsUs) histogram.record(duration);
  return histogram;
}

function powersOf(histogram: LatencyHistogram): [number, number][] {
  const powers: [number, number][] = [];
  histogram.forEachPower((microseconds, cumulative) => powers.push([microseconds, cumulative]));
  return powers;
}

describe("latency histogram", () => {
  it("tells the powers that redis-server tells", () => {
    // LATENCY HISTOGRAM of a Redis 7.0.15 shows 1, 2, 4, 8, 16, 33, 66, 132, 264 … microseconds.
    expect(powersOf(histogramOf([1, 2, 3, 5, 9, 17, 40, 80, 200]))).toEqual([
      [1, 1],
      [2, 2],
      [4, 3],
      [8, 4],
      [16, 5],
      [33, 6],
      [66, 7],
      [132, 8],
      [264, 9],
    ]);
  });

  it("counts what is longer than a second as a second, and nothing as a nanosecond", () => {
    expect(powersOf(histogramOf([5_000_000]))).toEqual([[1_073_741, 1]]);
    expect(powersOf(histogramOf([0, 0]))).toEqual([[1, 2]]);
    expect(histogramOf([]).percentileNs(50)).toBe(0);
  });

  it("finds percentiles within two digits of the truth", () => {
    const durations = fc.array(fc.integer({ min: 1, max: 900_000 }), { minLength: 1 });
    fc.assert(
      fc.property(durations, fc.integer({ min: 1, max: 100 }), (all, percent) => {
        const sorted = all.toSorted((left, right) => left - right);
        const place = Math.max(1, Math.floor((percent / 100) * all.length + 0.5)) - 1;
        const trueNs = (sorted[place] ?? 0) * 1000;
        const found = histogramOf(all).percentileNs(percent);
        expect(found).toBeGreaterThanOrEqual(trueNs);
        expect(found).toBeLessThanOrEqual(trueNs * 1.008);
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it("ends the sum at the number of durations", () => {
    const durations = fc.array(fc.integer({ min: 0, max: 2_000_000 }), { minLength: 1 });
    fc.assert(
      fc.property(durations, (all) => {
        const powers = powersOf(histogramOf(all));
        expect(powers.at(-1)?.[1]).toBe(all.length);
        for (const [microseconds, cumulative] of powers) {
          const shorter = all.filter((one) => Math.min(one, 1_000_000) <= microseconds).length;
          expect(cumulative).toBe(shorter);
        }
      }),
      { seed: 1, numRuns: 200 },
    );
  });
});
