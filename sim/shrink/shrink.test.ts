import { describe, expect, it } from "vitest";
import { defineScenario, type OfferedSpec, type Scenario } from "../scenario.ts";
import { runScenario } from "../world.ts";
import type { Outcome, Trial } from "./search.ts";
import { shrink, type Shrunk } from "./shrink.ts";

const LOADED_US = 1_000_000;

const operations: OfferedSpec[] = Array.from({ length: 200 }, (_, index) => ({
  atMs: 20 * index + 3.25,
  shard: index % 2,
  workload: index % 3 === 0 ? "registers" : "counters",
  access: index % 5 === 0 ? "write" : "read",
  key: index % 4,
  draw: index,
}));

const crowded: Scenario = defineScenario({
  name: "crowded",
  story: "Many faults.",
  budget: "within",
  parameters: { shards: 2, clients: 7, horizonMs: 6000, leaseMs: 700, entryBytes: 100 },
  nemesis: Array.from({ length: 20 }, (_, index) => ({
    kind: index % 2 === 0 ? "machineCrash" : "cut",
    atMs: 200 + 190 * index,
    forMs: 77 + index,
  })),
  operations,
  expect: [],
});

interface Ran {
  readonly shrunk: Shrunk | undefined;
  readonly trials: readonly Trial[];
}

/** A world in which the rule says what fails; the digest is the trial itself. */
function shrinkWith(
  rule: (scenario: Scenario, seed: number) => string,
  mostRuns = 1000,
  scenario = crowded,
): Ran {
  const trials: Trial[] = [];
  const hasBudget = (): boolean => trials.length < mostRuns;
  const steps = shrink(scenario, {}, 5, { hasBudget, onProgress: () => {} });
  let step = steps.next();
  while (step.done !== true) {
    trials.push(step.value);
    const { scenario: tried, seed } = step.value;
    const signature = rule(tried, seed);
    const outcome: Outcome = {
      signature,
      digest: JSON.stringify([tried, seed]),
      sentence: signature,
      loadedUs: LOADED_US,
      endUs: LOADED_US + 4_500_000,
      load: tried.operations ?? [],
      faults: [],
      sources: ["disk/log-a", "network/a→b", "network/b→a", "network/b→c"],
    };
    step = steps.next(outcome);
  }
  return { shrunk: step.value, trials };
}

const kindsOf = (scenario: Scenario): string[] =>
  scenario.nemesis.map((spec) => String(spec["id"] ?? spec.kind));

describe("shrink", () => {
  it("has nothing to do where nothing fails", () => {
    const { shrunk, trials } = shrinkWith(() => "");
    expect(shrunk).toBeUndefined();
    expect(trials.length).toBe(1);
  });

  it("keeps the two faults and the one operation that matter, and makes the rest as everywhere", () => {
    const { shrunk, trials } = shrinkWith(({ nemesis, operations: offered = [] }) => {
      const atMs = nemesis.map((spec) => Number(spec.atMs));
      const isBroken = nemesis.some(({ kind }) => kind === "cut") && atMs.length >= 2;
      return isBroken && offered.some(({ access }) => access === "write") ? "lost" : "";
    });
    expect(shrunk?.scenario.nemesis.length).toBe(2);
    expect(shrunk?.scenario.operations?.length).toBe(1);
    expect(shrunk?.scenario.operations?.[0]).toMatchObject({ shard: 0, key: 0, draw: 0 });
    expect(shrunk?.scenario.parameters).toMatchObject({ clients: 1, replicas: 0 });
    expect(shrunk?.scenario.parameters["entryBytes"]).toBeUndefined();
    expect(shrunk?.isVerified).toBe(true);
    expect(shrunk?.before).toEqual({ faults: 20, operations: 200 });
    expect(shrunk?.needs.map(({ without }) => without)).toEqual(["", ""]);
    expect(trials.length).toBeLessThan(250);
  });

  it("does not take another failure for the same, and says that a fault's absence uncovers one", () => {
    const { shrunk } = shrinkWith(({ nemesis }) => {
      if (nemesis.length === 0) return "something else";
      return nemesis.some((spec) => Number(spec["forMs"]) >= 50) ? "lost" : "";
    });
    expect(shrunk?.signature).toBe("lost");
    expect(shrunk?.scenario.nemesis.length).toBe(1);
    expect(shrunk?.needs.map(({ without }) => without)).toEqual(["something else"]);
  });

  it("tries other seeds before it gives a fault up, and brings the one that fails", () => {
    const { shrunk } = shrinkWith(({ nemesis }, seed) => {
      if (nemesis.length >= 15) return "rare";
      return nemesis.length > 0 && seed === 2 ? "rare" : "";
    });
    expect(shrunk?.scenario.nemesis.length).toBe(1);
    expect(shrunk?.seed).toBe(2);
  });

  it("takes faults away in other orders where the first left many", () => {
    const nemesis = crowded.nemesis.map(({ atMs }, index) => {
      return { kind: "machineCrash", target: `node:${index}`, atMs, forMs: 50 };
    });
    const { shrunk } = shrinkWith(
      (scenario) => {
        const targets = scenario.nemesis.map(({ target }) => target);
        const isLong = [0, 1, 2, 3].every((index) => targets.includes(`node:${index}`));
        return isLong || targets.includes("node:12") ? "either" : "";
      },
      3000,
      { ...crowded, nemesis },
    );
    expect(shrunk?.scenario.nemesis.map(({ target }) => target)).toEqual(["node:12"]);
  });

  it("leaves durations and times short and round", () => {
    const { shrunk } = shrinkWith(({ nemesis }) =>
      nemesis.some((spec) => Number(spec.atMs) > 1500 && Number(spec["forMs"]) > 60) ? "late" : "",
    );
    expect(shrunk?.scenario.nemesis).toEqual([expect.objectContaining({ atMs: 2000, forMs: 100 })]);
    expect(shrunk?.scenario.operations).toEqual([]);
  });

  it("makes delays constant by the stream, or else by the entity", () => {
    const { shrunk } = shrinkWith(({ decisions = [] }) => {
      const isFixed = decisions.some(
        ({ stream, entity = "a→b" }) => stream === "network" && entity === "a→b",
      );
      return isFixed ? "" : "by chance";
    });
    const fixed = (shrunk?.scenario.decisions ?? []).map(({ stream, entity = "all" }) => [
      stream,
      entity,
    ]);
    expect(fixed).toEqual([
      ["clock", "all"],
      ["infrastructure", "all"],
      ["disk", "all"],
      ["network", "b→a"],
      ["network", "b→c"],
    ]);
  });

  it("leaves out what faults can do without: names, moments to wait for", () => {
    const nemesis = crowded.nemesis.map((spec) => ({ ...spec, when: "electing", waitMs: 50 }));
    const { shrunk } = shrinkWith(
      ({ nemesis: left }) => (left.some(({ kind }) => kind === "cut") ? "cut" : ""),
      1000,
      { ...crowded, nemesis },
    );
    expect(shrunk?.scenario.nemesis).toEqual([{ kind: "cut", atMs: expect.any(Number), forMs: 1 }]);
  });

  it("names every fault first, so that dropping one shifts the decisions of no other", () => {
    const { trials } = shrinkWith(({ nemesis }) => (nemesis.length >= 3 ? "three" : ""), 40);
    const [, explicit] = trials;
    expect(kindsOf(explicit?.scenario ?? crowded).slice(0, 2)).toEqual(["0-machineCrash", "1-cut"]);
  });

  it("ends with its budget, and verifies what it has by then", () => {
    const { shrunk, trials } = shrinkWith(({ nemesis }) => (nemesis.length >= 2 ? "two" : ""), 10);
    expect(shrunk?.isVerified).toBe(true);
    expect(shrunk?.scenario.nemesis.length).toBeLessThan(20);
    expect(trials.length).toBe(10 + 2 + (shrunk?.scenario.nemesis.length ?? 0));
  });

  it("gives the same result with the same budget of runs", () => {
    const rule = ({ nemesis }: Scenario, seed: number): string =>
      nemesis.length > 4 + (seed % 3) ? "many" : "";
    expect(shrinkWith(rule, 60).trials).toEqual(shrinkWith(rule, 60).trials);
  });

  it("says when two runs of the result disagree", () => {
    let count = 0;
    const { shrunk } = shrinkWith(() => {
      count += 1;
      return count < 12 ? "flaky" : "";
    }, 10);
    expect(shrunk?.isVerified).toBe(false);
  });
});

describe("a real run", () => {
  it("with a clock beyond the bound among other faults shrinks to that clock and one cut", () => {
    const lie: Scenario = defineScenario({
      name: "clock-lie",
      story: "A clock runs far too slowly while its node is cut off, among harmless faults.",
      budget: "within",
      parameters: { horizonMs: 4000, leaseMs: 400, opsPerSecond: 30, keys: 3, clients: 4 },
      nemesis: [
        { kind: "loss", from: "log", to: "everything", ratio: 0.1, atMs: 300, forMs: 200 },
        { kind: "machinePause", target: "logFollower", atMs: 500, forMs: 150 },
        { kind: "clockDrift", target: "primary", ratio: -0.7, atMs: 900, forMs: 4000 },
        { kind: "reorder", from: "clients", to: "everything", ratio: 0.2, atMs: 1000, forMs: 500 },
        { kind: "cut", from: "primary", to: "log", atMs: 1500, forMs: 3000 },
        { kind: "machinePause", target: "monitor", atMs: 1700, forMs: 150 },
      ],
      expect: [],
    });
    let runs = 0;
    const steps = shrink(lie, {}, 1, { hasBudget: () => runs < 60, onProgress: () => {} });
    let step = steps.next();
    while (step.done !== true) {
      runs += 1;
      const { scenario, seed, giveUpAtUs } = step.value;
      const { run } = runScenario(scenario, {}, seed, { full: false, giveUpAtUs });
      step = steps.next({ ...run, sentence: "", endUs: run.simulatedUs });
    }
    const shrunk = step.value;
    expect(shrunk?.scenario.nemesis.map(({ kind }) => kind)).toEqual(["clockDrift", "cut"]);
    expect(shrunk?.isVerified).toBe(true);
    expect(shrunk?.needs.map(({ without }) => without)).toEqual(["", ""]);
  });
});
