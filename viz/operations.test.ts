import { describe, expect, it } from "vitest";
import { pageDataOf } from "../reports/page.ts";
import { testRun } from "../reports/testRun.ts";
import {
  binOperations,
  decodeOperations,
  firstFrom,
  nearestOperation,
  quantileLine,
  roundStepUs,
} from "./operations.ts";

const run = testRun();
const operations = decodeOperations(pageDataOf(run).operations, run.loadedUs);

describe("operations on the page", () => {
  it("come back from their columns with the times they had", () => {
    expect(operations.count).toBe(run.history.length);
    expect([...operations.dueUs]).toEqual(run.history.map((each) => each.dueUs - run.loadedUs));
  });

  it("are found by time", () => {
    const at = firstFrom(operations, 15_000_000);
    expect(operations.dueUs[at]).toBeGreaterThanOrEqual(15_000_000);
    expect(operations.dueUs[at - 1]).toBeLessThan(15_000_000);
    expect(firstFrom(operations, Infinity)).toBe(operations.count);
  });

  it("fall into exactly one bin each", () => {
    const bins = binOperations(operations, -3_400_000, 64_000_000, 150);
    expect(bins.reduce((sum, bin) => sum + bin.total, 0)).toBe(operations.count);
    for (const bin of bins) {
      expect(bin.counts.reduce((sum, count) => sum + count, 0)).toBe(bin.total);
    }
    const unknown = bins.reduce((sum, bin) => sum + (bin.counts[4] ?? 0), 0);
    expect(unknown).toBe(run.history.filter((each) => each.outcome === "unknown").length);
  });

  it("break the line of quantiles where nothing was answered", () => {
    const bins = binOperations(operations, 10_000_000, 25_000_000, 15);
    const line = quantileLine(operations, 1, bins);
    const dark = line.filter((point) => point.timeUs > 15_500_000 && point.timeUs < 17_500_000);
    expect(dark.length).toBeGreaterThan(0);
    expect(dark.every((point) => point.count === 0)).toBe(true);
    const light = line.filter((point) => point.timeUs < 14_000_000);
    expect(light.every((point) => point.p50Us >= 1800 && point.p99Us >= point.p50Us)).toBe(true);
  });

  it("are hit by a pointer within reach, the nearest one only", () => {
    const xOf = (timeUs: number): number => timeUs / 10_000;
    const timeOf = (x: number): number => x * 10_000;
    const yOf = (latencyUs: number): number => latencyUs / 1000;
    const x = xOf(operations.dueUs[500] ?? 0);
    const y = yOf(operations.latencyUs[500] ?? 0);
    expect(nearestOperation(operations, { x, y, reach: 3 }, { xOf, yOf, timeOf })).toBe(500);
    expect(nearestOperation(operations, { x, y: y + 90, reach: 3 }, { xOf, yOf, timeOf })).toBe(-1);
  });

  it("are binned by round steps", () => {
    expect([3, 10, 11, 450_000, 600_000].map(roundStepUs)).toEqual([5, 10, 20, 500_000, 1_000_000]);
  });
});
