import { describe, expect, it } from "vitest";
import { failedSeed, leaderChangesInFlight, seedResultOf } from "./seedResult.ts";
import { sweepJson, sweepReport, type Sweep } from "./sweep.ts";
import { sweepVerdict } from "./sweepFigures.ts";
import { testRun } from "./testRun.ts";

function sweepOf(...verdicts: readonly ("ok" | "violation" | "stuck" | "undecided")[]): Sweep {
  const results = verdicts.map((verdict, index) => {
    const seed = index + 1;
    return seedResultOf(testRun({ seed, verdict, operationsPerShard: 50 }), 100 + index, "");
  });
  const speed = { wallMs: 900, workers: 2, ran: 3 };
  const version = "0.1.0-0123456789ab";
  const about = { viewer: "http://view/", version, scenario: "az-outage", overrides: {} };
  return { ...about, asked: verdicts.length, results, speed, minimal: new Map(), missedGoals: [] };
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

  it("groups failures by what failed, the worst first, each with the command that replays its smallest", () => {
    const text = sweepReport(sweepOf("ok", "undecided", "violation", "undecided"));
    expect(text).toContain("✘ VIOLATION  az-outage: 1 seed passed, 3 failed");
    expect(text).toContain("  1 violation, 2 undecided, 1 all held");
    expect(text.indexOf("VIOLATION, 1 seed: made up: violation")).toBeLessThan(
      text.indexOf("UNDECIDED, 2 seeds: made up: undecided\n    seeds 2, 4\n"),
    );
    expect(text).toContain("npm run sim -- scenario=az-outage seed=2");
    expect(text).toContain(
      "    watch: http://view/#scenario=az-outage&seed=2&v=0.1.0-0123456789ab\n",
    );
  });

  it("says whether faults mattered, and how often leaders changed", () => {
    const text = sweepReport(sweepOf("ok", "ok"));
    expect(text).toContain("100 % of the seeds had a fault that mattered; a seed had 1.0 faults");
    expect(text).toContain("100 % of the seeds changed a leader with operations in flight");
    const { results } = sweepOf("ok");
    const faults = [{ kind: "clog", injected: 3, mattered: 0 }];
    const idle = results.map((result) => ({ ...result, faults, leaderChanges: 0 }));
    const other = sweepReport({ ...sweepOf(), asked: 1, results: idle });
    expect(other).toMatch(/clog +3 +0 +never changed anything/);
    expect(other).toContain("0.0 % of the seeds changed a leader");
  });

  it("counts what broke as expected, by check", () => {
    const { results } = sweepOf("ok", "ok", "ok");
    const broken = results.map((result, index) => ({
      ...result,
      expectedViolations: index === 0 ? [] : ["one leader", "linearizability"].slice(0, index),
    }));
    expect(sweepReport({ ...sweepOf(), asked: 3, results: broken })).toContain(
      "broken as expected, and named: one leader in 2 seeds, linearizability in 1 seed",
    );
    expect(sweepReport(sweepOf("ok"))).not.toContain("broken as expected");
  });

  it("takes the worst verdict, and proves nothing without results", () => {
    expect(sweepVerdict(sweepOf("ok", "stuck", "undecided"))).toBe("stuck");
    expect(sweepVerdict(sweepOf())).toBe("harness");
  });

  it("says so when seeds were not run", () => {
    const text = sweepReport({ ...sweepOf("ok", "ok"), asked: 200 });
    expect(text).toContain("2 of 200 seeds passed");
    expect(text).toContain("not complete: 198 seeds not run");
  });

  it("counts only the runs of this session into its speed", () => {
    const speed = { wallMs: 30_000, workers: 2, ran: 1 };
    const text = sweepReport({ ...sweepOf("ok", "ok", "ok"), speed });
    expect(text).toContain("Speed: 2 runs a minute on 2 workers, 1 a worker; 1 run in 30.0 s");
  });

  it("counts a seed that ended in an exception as a failure of the harness", () => {
    const sweep = { ...sweepOf("ok"), asked: 2 };
    const failed = failedSeed(9, "exception: position N twice", "position 7 twice", 3);
    const text = sweepReport({ ...sweep, results: [...sweep.results, failed] });
    expect(text).toContain("HARNESS FAILED, 1 seed: exception: position N twice");
    expect(text).toContain("seed 9: position 7 twice");
  });

  it("writes JSON without the clock of the machine", () => {
    const text = sweepJson(sweepOf("ok", "stuck"));
    expect(JSON.parse(text)).toMatchObject({
      schema: "azimuth-sweep/2",
      version: "0.1.0-0123456789ab",
      verdict: "stuck",
      done: 2,
      asked: 2,
      verdicts: { ok: 1, stuck: 1 },
      failures: [{ signature: "made up: stuck", count: 1, seeds: [2] }],
    });
    expect(text).not.toContain("wallMs");
  });
});

describe("a change of leader with operations in flight", () => {
  const role = (node: string, epoch: number, fromUs: number, untilUs: number) =>
    ({ node, role: "primary", epoch, fromUs, untilUs }) as const;
  const nodes = [
    { node: "x", kind: "database", zone: "a", shard: 0 },
    { node: "y", kind: "database", zone: "b", shard: 0 },
  ] as const;
  const [operation] = testRun({ operationsPerShard: 1 }).history;
  const spanning = (invokedUs: number, completedUs: number) =>
    operation === undefined ? [] : [{ ...operation, shard: 0, invokedUs, completedUs }];
  const change = [role("x", 1, 100, 500), role("y", 2, 900, 2000)];

  it("counts if one was waiting as the old leader stopped or the new one began", () => {
    const about = { nodes, roles: change, loadedUs: 200 };
    expect(leaderChangesInFlight({ ...about, history: spanning(490, 510) })).toBe(1);
    expect(leaderChangesInFlight({ ...about, history: spanning(800, 901) })).toBe(1);
    expect(leaderChangesInFlight({ ...about, history: spanning(510, 890) })).toBe(0);
    expect(leaderChangesInFlight({ ...about, history: [] })).toBe(0);
  });

  it("is none before the load, or where the same leader goes on", () => {
    const history = spanning(0, 3000);
    expect(leaderChangesInFlight({ nodes, roles: change, loadedUs: 1000, history })).toBe(0);
    const same = [role("x", 1, 100, 500), role("x", 1, 900, 2000)];
    expect(leaderChangesInFlight({ nodes, roles: same, loadedUs: 0, history })).toBe(0);
  });
});
