import { describe, expect, it } from "vitest";
import {
  distribution,
  failedSeed,
  histogramLines,
  seedResultOf,
  sweepJson,
  sweepReport,
  sweepVerdict,
  type Sweep,
} from "./sweep.ts";
import { testRun } from "./testRun.ts";

function sweepOf(...verdicts: readonly ("ok" | "violation" | "stuck" | "undecided")[]): Sweep {
  const results = verdicts.map((verdict, index) => {
    const seed = index + 1;
    return seedResultOf(testRun({ seed, verdict, operationsPerShard: 50 }), 100 + index, "");
  });
  return { scenario: "az-outage", overrides: {}, asked: verdicts.length, results, wallMs: 900 };
}

describe("the summary of many seeds", () => {
  it("says how many passed and how long failovers took", () => {
    const text = sweepReport(sweepOf("ok", "ok", "ok"));
    expect(text).toContain("✔ ALL HELD  az-outage: 3 seeds passed, 0 failed");
    expect(text).toMatch(
      /3 measured: p50 3\.\d\d s, p90 .*, p99 .*, max .* {2}\(promise < 10\.0 s/,
    );
    expect(text).toContain("Slowest: seed 3, 102 ms");
  });

  it("names each failed seed with its replay command, the worst first", () => {
    const text = sweepReport(sweepOf("ok", "undecided", "violation"));
    expect(text).toContain("✘ VIOLATION  az-outage: 1 seed passed, 2 failed");
    expect(text.indexOf("seed 3: VIOLATION")).toBeLessThan(text.indexOf("seed 2: UNDECIDED"));
    expect(text).toContain("npm run sim -- scenario=az-outage seed=3");
  });

  it("takes the worst verdict, and proves nothing without results", () => {
    expect(sweepVerdict(sweepOf("ok", "stuck", "undecided"))).toBe("stuck");
    expect(sweepVerdict({ ...sweepOf(), asked: 5 })).toBe("harness");
  });

  it("says so when it was interrupted", () => {
    const text = sweepReport({ ...sweepOf("ok", "ok"), asked: 200 });
    expect(text).toContain("2 of 200 seeds passed");
    expect(text).toContain("interrupted: 198 seeds not run");
  });

  it("counts a seed that ended in an exception as a failure of the harness", () => {
    const about = { scenario: "az-outage", seed: 9, overrides: {} };
    const sweep = { ...sweepOf("ok"), asked: 2 };
    const results = [...sweep.results, failedSeed(about, "position 7 twice", 3)];
    expect(sweepReport({ ...sweep, results })).toContain("seed 9: HARNESS FAILED");
  });

  it("writes JSON without the clock of the machine", () => {
    const json = JSON.parse(sweepJson(sweepOf("ok"))) as { results: Record<string, unknown>[] };
    expect(json).toMatchObject({ schema: "azimuth-sweep/1", verdict: "ok", done: 1, asked: 1 });
    expect(Object.keys(json.results[0] ?? {})).not.toContain("wallMs");
  });
});

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
