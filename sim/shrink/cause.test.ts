import { describe, expect, it } from "vitest";
import type { TraceEvent } from "../trace/vocabulary.ts";
import { defineScenario } from "../scenario.ts";
import { runScenario } from "../world.ts";
import { findCause, type Cause, type CauseOptions, type FailingRun, type Future } from "./cause.ts";

function causeOf(
  run: FailingRun,
  options: Partial<CauseOptions>,
  fails: (future: Future) => boolean,
): Cause {
  const steps = findCause(run, {
    moments: 10,
    branches: 8,
    hasBudget: () => true,
    onProgress: () => {},
    ...options,
  });
  let step = steps.next();
  while (step.done !== true) step = steps.next(fails(step.value));
  return step.value;
}

const event = (timeUs: number, text: string): TraceEvent => {
  return { timeUs, node: "", kind: "fault.started", shard: -1, position: -1, value: -1, text };
};
const run: FailingRun = {
  loadedUs: 1_000_000,
  endUs: 3_000_000,
  trace: [event(1_500_000, "before"), event(2_222_000, "that"), event(2_900_000, "after")],
};

describe("the point of no return", () => {
  it("lies where the share of failing futures jumps, to within milliseconds", () => {
    const cause = causeOf(run, {}, ({ branch }) => branch.atUs >= 2_222_222 || branch.seed === 3);
    const { from, to } = cause.jump;
    expect([from.failed, from.futures, to.failed]).toEqual([1, 8, 8]);
    expect(from.atUs).toBeLessThan(2_222_222);
    expect(to.atUs).toBeGreaterThanOrEqual(2_222_222);
    expect(to.atUs - from.atUs).toBeLessThanOrEqual(5_000);
    expect(cause.happened.map(({ text }) => text)).toEqual(["that"]);
  });

  it("is not looked for where every future fails", () => {
    const cause = causeOf(run, {}, () => true);
    expect(cause.moments.length).toBe(11);
    expect(cause.happened).toEqual([]);
  });

  it("is told as far as the budget went", () => {
    let futures = 0;
    const hasBudget = (): boolean => futures < 20;
    const cause = causeOf(run, { hasBudget }, () => {
      futures += 1;
      return false;
    });
    expect(cause.moments.map((moment) => moment.futures)).toEqual([8, 8, 4, 8]);
  });

  it("of a real run is the crash that makes the wrong node the heir", () => {
    // The primary crashes; which of the two others follows it is chance. Only db-0-b has a clock that lies when it is cut off.
    const scenario = defineScenario({
      name: "wrong-heir",
      story: "A node with a slow clock is elected.",
      budget: "within",
      parameters: { horizonMs: 4000, leaseMs: 400, opsPerSecond: 5, clients: 2 },
      nemesis: [
        { kind: "clockDrift", target: "node:db-0-b", ratio: -0.7, atMs: 2400, forMs: 1500 },
        { kind: "cut", from: "node:db-0-b", to: "log", atMs: 2500, forMs: 1400 },
        { kind: "machineCrash", target: "node:db-0-a", atMs: 1000, forMs: 300 },
      ],
      expect: [],
    });
    const full = { full: false };
    const failing = runScenario(scenario, {}, 1, full).run;
    expect(failing.signature).toMatch(/^one leader/);
    let futures = 0;
    const cause = causeOf(
      { ...failing, endUs: failing.simulatedUs },
      { moments: 4, branches: 4, hasBudget: () => futures < 28 },
      (future) => {
        futures += 1;
        const other = runScenario(scenario, {}, 1, { ...full, ...future }).run;
        return other.signature === failing.signature;
      },
    );
    const { from, to } = cause.jump;
    expect(from.failed).toBeLessThan(4);
    expect(to.failed).toBe(4);
    // Whose backoff ends first is drawn when the last renewal arrives, just before the crash; the election comes much later.
    const crashUs = failing.loadedUs + 1_000_000;
    expect(from.atUs).toBeGreaterThan(crashUs - 300_000);
    expect(to.atUs).toBeLessThan(crashUs + 150_000);
  });
});
