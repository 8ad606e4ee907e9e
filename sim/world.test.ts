import { describe, expect, it } from "vitest";
import type { Run } from "./run.ts";
import { defineScenario, type Parameters, type Scenario } from "./scenario.ts";
import { firstDifference, tellDifference, type ComparableRun } from "./trace/compare.ts";
import { runScenario } from "./world.ts";

const crash = defineScenario({
  name: "test-crash",
  story: "the primary crashes for a second",
  budget: "within",
  parameters: { horizonMs: 6000, faultAtMs: 1000, faultForMs: 1000 },
  nemesis: [{ kind: "machineCrash", target: "primary", atMs: "$faultAtMs" }],
  expect: [],
});

function run(overrides: Parameters, seed: number, full = false): Run {
  return runScenario(crash, overrides, seed, { full }).run;
}

function comparable(overrides: Parameters, seed: number): ComparableRun {
  const first = run(overrides, seed);
  return {
    checkpoints: first.checkpoints,
    execute: (eventWindow) =>
      runScenario(crash, overrides, seed, { full: false, eventWindow }).executed,
  };
}

describe("world", () => {
  it("survives the crash of a primary: every promise held, and the probe measured the failover", () => {
    const result = run({}, 1);
    expect(result.checks.filter((check) => check.verdict !== "ok")).toEqual([]);
    expect(result.verdict).toBe("ok");
    expect(result.failovers.length).toBe(1);
    const failover = result.failovers[0];
    expect((failover?.firstAckUs ?? 0) - (failover?.faultUs ?? 0)).toBeLessThan(4_000_000);
    expect(failover?.to).not.toBe(failover?.from);
    expect(result.operations.lost).toBe(0);
    expect(result.leases.length).toBeGreaterThanOrEqual(2);
  });

  it("is a pure function of its seed: the same digest twice, with a full trace too, and another for another seed", () => {
    const first = run({}, 3);
    const second = run({}, 3);
    const full = run({}, 3, true);
    expect(second.digest).toBe(first.digest);
    expect(second.checkpoints).toEqual(first.checkpoints);
    expect(second.trace).toEqual(first.trace);
    expect(full.digest).toBe(first.digest);
    expect(full.trace.length).toBeGreaterThan(first.trace.length * 10);
    expect(run({}, 4).digest).not.toBe(first.digest);
  });

  it("offers a list of operations in place of the load: with those that a run offered it is that run again", () => {
    const first = run({}, 3);
    expect(first.load.length).toBeGreaterThan(1000);
    const again = runScenario({ ...crash, operations: first.load }, {}, 3, { full: false }).run;
    expect(again.digest).toBe(first.digest);
    expect(again.load).toEqual(first.load);
    const fewer = { ...crash, operations: first.load.slice(0, 100) };
    expect(runScenario(fewer, {}, 3, { full: false }).run.load.length).toBe(100);
  });

  it("names the first event in which two runs differ, and none for equal ones", () => {
    expect(firstDifference(comparable({}, 5), comparable({}, 5))).toBeUndefined();
    const difference = firstDifference(comparable({}, 5), comparable({ faultForMs: 1001 }, 5));
    expect(difference).toBeDefined();
    if (difference === undefined) return;
    // Both runs are equal until the crash has lasted exactly one second.
    const loadedUs = run({}, 5).loadedUs;
    expect(difference.left?.timeUs).toBe(loadedUs + 2_000_000);
    expect(tellDifference(difference)).toMatch(
      /^last equal event: #\d+ at .*\nleft: {2}#\d+ at .*action of the world/,
    );
  });

  it("serves several shards with five replicas each", () => {
    const result = runScenario(crash, { shards: 3, replicas: 5, horizonMs: 3000 }, 1, {
      full: false,
    }).run;
    expect(result.verdict).toBe("ok");
    expect(result.nodes.filter((node) => node.kind === "database").length).toBe(18);
    expect(new Set(result.history.map((operation) => operation.shard)).size).toBe(3);
  });

  it("refuses parameters that make no sense, in words", () => {
    expect(() => run({ shard: 2 }, 1)).toThrow(
      /test-crash has no parameter "shard": it has shards/,
    );
    expect(() => run({ replicas: -1 }, 1)).toThrow(
      'replicas must be a number from 0 to 5, got "-1"',
    );
    expect(() => run({ shards: 1.5 }, 1)).toThrow("shards must be a whole number");
    expect(() => run({ commitRule: "most" }, 1)).toThrow(
      'commitRule must be majority or all, got "most"',
    );
  });

  it("ends every fault when the load ends, and the cluster recovers by itself", () => {
    const long = defineScenario({
      ...crash,
      nemesis: [
        { kind: "cut", from: "clients", to: "everything", atMs: 400, forMs: 3_600_000 },
        { kind: "diskFull", target: "node:log-a", atMs: 500, forMs: 3_600_000 },
      ],
    });
    const result = runScenario(long, {}, 1, { full: false }).run;
    const endUs = result.loadedUs + 6_000_000;
    expect(result.faults.map((fault) => fault.untilUs)).toEqual([endUs, endUs]);
    expect(result.verdict).toBe("ok");
  });

  it("may stop over its budget, and says why, when two of three disks of the log are gone", () => {
    const result = runScenario(twoDisksGone("over"), { horizonMs: 3000 }, 1, { full: false }).run;
    expect(result.verdict).toBe("ok");
    const liveness = result.checks.find((check) => check.name === "liveness");
    expect(liveness?.verdict).toBe("expected violation");
    expect(liveness?.sentence).toMatch(
      /^after all faults had ended: log-. (is repairing|is blank|does not run); it may stop, since the copies of the log of shard 0 on log-a and log-b are gone/,
    );
    expect(result.operations.lost).toBe(0);
  });

  it("says that it is stuck, and why, when it stops where it promised to go on", () => {
    const result = runScenario(twoDisksGone("within"), { horizonMs: 3000 }, 1, { full: false }).run;
    expect(result.verdict).toBe("stuck");
    expect(result.signature).toMatch(/^liveness: after all faults had ended: NODE /);
    expect(result.operations.lost).toBe(0);
  });
});

function twoDisksGone(budget: Scenario["budget"]): Scenario {
  return defineScenario({
    ...crash,
    budget,
    nemesis: ["zone:a", "zone:b"].map((target) => ({
      kind: "zoneOutage",
      target,
      disks: "lost",
      atMs: 1000,
      forMs: 1000,
    })),
  });
}
