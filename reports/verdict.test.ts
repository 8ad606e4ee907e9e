import { describe, expect, it } from "vitest";
import { testRun } from "./testRun.ts";
import { exitCodes, headlineOf, replayCommand, verdictOf, worstVerdict } from "./verdict.ts";

describe("the verdict of a run", () => {
  it("follows the precedence violation, harness, stuck, undecided, ok", () => {
    expect(worstVerdict(["ok", "undecided", "stuck"])).toBe("stuck");
    expect(worstVerdict(["stuck", "harness"])).toBe("harness");
    expect(worstVerdict(["harness", "violation", "ok"])).toBe("violation");
    expect(worstVerdict([])).toBe("harness");
  });

  it("is harness when a check examined nothing, whatever the run says of itself", () => {
    const run = testRun();
    const empty = run.checks.map((check, index) =>
      index === 2 ? { ...check, examined: 0 } : check,
    );
    expect(verdictOf({ verdict: "ok", checks: empty })).toBe("harness");
    expect(verdictOf({ verdict: "ok", checks: [] })).toBe("harness");
  });

  it("counts a violation that the scenario expects as held", () => {
    const run = testRun();
    const checks = [{ ...run.checks[0]!, verdict: "expected violation" as const }];
    expect(verdictOf({ verdict: "ok", checks })).toBe("ok");
    expect(headlineOf({ ...run, checks })).toContain("linearizable broke and was named");
  });

  it("maps to the exit codes of the command line", () => {
    expect(exitCodes).toEqual({
      ok: 0,
      violation: 1,
      stuck: 3,
      missed: 3,
      harness: 4,
      undecided: 5,
    });
  });

  it("is said in one sentence, for each kind", () => {
    expect(headlineOf(testRun())).toBe(
      "Every promise held: 1,141 operations acknowledged, none lost, and the longest write outage lasted 3.19 s.",
    );
    expect(headlineOf(testRun({ verdict: "stuck" }))).toBe(
      "The cluster did not come back: no append quorum: log-a and log-b are down",
    );
    expect(headlineOf(testRun({ verdict: "harness" }))).toContain("there was no replica read");
    expect(headlineOf(testRun({ verdict: "undecided" }))).toContain("the search budget ran out");
  });
});

describe("the replay command", () => {
  it("names scenario, seed and every override, quoted for a shell", () => {
    const overrides = { leaseMs: 1000, workload: "registers,cas", target: "it's; rm" };
    expect(replayCommand({ scenario: "az-outage", seed: 7, overrides })).toBe(
      `npm run sim -- scenario=az-outage seed=7 leaseMs=1000 workload=registers,cas target='it'\\''s; rm'`,
    );
  });
});
