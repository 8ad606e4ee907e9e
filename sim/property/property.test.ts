import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { scenarioFrom } from "../input/scenarioFrom.ts";
import { faultKinds, planFault } from "../nemesis/registry.ts";
import type { RunVerdict } from "../run.ts";
import { commonParameters, type Budget, type Scenario } from "../scenario.ts";
import { checkAzimuth } from "./checkAzimuth.ts";
import { checkProperty, type Judged, type PropertyOptions } from "./checkProperty.ts";
import { PropertyFailure } from "./propertyFailure.ts";
import { scenarios } from "./scenarioArbitrary.ts";
import { systemScenarios } from "./systemArbitrary.ts";

const budgets: readonly Budget[] = ["within", "over", "assumption-broken"];

/** A run that nobody made: it fails if a machine crashes while something is written. */
function pretendToRun(scenario: Scenario): Judged {
  const crashes = scenario.nemesis.some(({ kind }) => kind === "machineCrash");
  const writes = scenario.operations?.some(({ access }) => access === "write") === true;
  const verdict: RunVerdict = crashes && writes ? "violation" : "ok";
  const signature = verdict === "ok" ? "" : "zero loss: a write is gone";
  return { verdict, signature, digest: "", loadedUs: 0, checks: [], faults: [] };
}

function failureOf<R extends Judged>(options: PropertyOptions<R>): PropertyFailure {
  try {
    checkProperty(options);
  } catch (error) {
    if (error instanceof PropertyFailure) return error;
    throw error;
  }
  throw new Error("the property holds");
}

const pretended = {
  name: "Nothing is lost",
  scenarios: scenarios(),
  run: pretendToRun,
  seed: 1,
  runs: 100,
};

describe("scenarios out of fast-check", () => {
  for (const budget of budgets) {
    it(`are what a file may hold, and stay in the budget: ${budget}`, () => {
      const damages = new Set<string>();
      const kinds = new Set<string>();
      for (const scenario of fc.sample(scenarios({ budget }), { seed: 1, numRuns: 100 })) {
        expect(scenarioFrom(JSON.parse(JSON.stringify(scenario)))).toEqual({
          ...scenario,
          parameterHelp: {},
        });
        const parameters = { ...commonParameters, ...scenario.parameters };
        const damaged = new Set<string>();
        for (const spec of scenario.nemesis) {
          const { kind, fields } = planFault(spec, parameters);
          kinds.add(kind.kind);
          damages.add(kind.damages(fields));
          if (kind.damages(fields) === "log copy")
            damaged.add(String(fields["target"]).at(-1) ?? "");
        }
        expect(damaged.size).toBeLessThanOrEqual(budget === "over" ? 3 : 1);
      }
      expect(damages.has("clock rate")).toBe(budget === "assumption-broken");
      expect(damages.has("log copy")).toBe(true);
      expect(kinds.size).toBeGreaterThan(faultKinds.length - 4);
    });
  }

  it("aim at the words of a system, and at nothing of Azimuth's", () => {
    const shape = systemScenarios({ targets: ["leader"], zones: ["x"], mostFaults: 20 });
    const words = new Set<string>();
    for (const { nemesis } of fc.sample(shape, { seed: 1, numRuns: 100 }))
      for (const { target, from, to } of nemesis)
        for (const word of [target, from, to]) if (word !== undefined) words.add(String(word));
    expect([...words].toSorted()).toEqual([
      "clients",
      "everything",
      "leader",
      "machines",
      "zone:x",
    ]);
  });
});

describe("a property", () => {
  it("reports how much was run", () => {
    const run = (): Judged => pretendToRun({ ...commonScenario, nemesis: [] });
    expect(checkProperty({ ...pretended, run, runs: 30 })).toEqual({ runs: 30, faulted: 0 });
  });

  it("that fails is shrunk to what it takes: one fault, one write, the smallest cluster", () => {
    const { scenario, signature } = failureOf({ ...pretended, shrinkRuns: 2000 });
    expect(signature).toBe("zero loss: a write is gone");
    expect(scenario.nemesis.map(({ kind }) => kind)).toEqual(["machineCrash"]);
    expect(scenario.operations?.map(({ access, key }) => [access, key])).toEqual([["write", 0]]);
    expect(scenario.parameters).toMatchObject({ shards: 1, replicas: 1, horizonMs: 1500 });
  });

  it("fails the same way again from the seed and path that the failure tells, at once", () => {
    const first = failureOf(pretended);
    const path = /path: "([\d:]+)"/.exec(first.message)?.[1] ?? "";
    let runs = 0;
    const run = (scenario: Scenario): Judged => {
      runs += 1;
      return pretendToRun(scenario);
    };
    const again = failureOf({ ...pretended, run, path, shrinkRuns: 0 });
    expect(again.scenario).toEqual(first.scenario);
    expect(runs).toBe(1);
  });

  it("keeps shrinking on one failure when another comes along", () => {
    const complaint = (run: Judged): string => run.signature;
    const run = (scenario: Scenario): Judged => {
      const { length } = scenario.nemesis;
      const signature = length >= 4 ? "four faults" : length > 0 ? "few faults" : "";
      return { ...pretendToRun(scenario), verdict: "violation", signature };
    };
    const scenariosOfMany = scenarios().filter(({ nemesis }) => nemesis.length >= 6);
    const options = { ...pretended, scenarios: scenariosOfMany, run, complaint, shrinkRuns: 2000 };
    const { scenario, signature } = failureOf(options);
    expect(signature).toBe("four faults");
    expect(scenario.nemesis.length).toBe(6);
  });

  it("passes on what a run throws", () => {
    const run = (): Judged => {
      throw new RangeError("no such parameter");
    };
    expect(() => checkProperty({ ...pretended, run })).toThrow("no such parameter");
  });

  it("says in one message what broke, what it takes, and how to see it again", () => {
    const saved: string[] = [];
    const save = (file: string, text: string): void => void saved.push(file, text);
    const { message, scenario } = failureOf({ ...pretended, save, shrinkRuns: 2000 });
    expect(message.split("\n")).toEqual([
      '"Nothing is lost" does not hold: zero loss: a write is gone',
      "It takes no fault, seed 1:",
      "  and 1 operation",
      "Replay: npm run sim -- scenario=nothing-is-lost.json",
      "Signature: zero loss: a write is gone",
      expect.stringMatching(/^Found by fast-check in run \d+; to meet it again: seed: 1, path: "/),
    ]);
    expect(saved[0]).toBe("nothing-is-lost.json");
    expect(scenarioFrom(JSON.parse(saved[1] ?? ""))).toEqual({ ...scenario, parameterHelp: {} });
  });
});

const commonScenario: Scenario = {
  name: "none",
  story: "Nothing.",
  budget: "within",
  parameters: {},
  nemesis: [],
  expect: [],
};

describe("Azimuth", () => {
  it("keeps its promises within the budget, whatever fast-check draws", () => {
    const { runs, faulted } = checkAzimuth({
      name: "Azimuth keeps its promises",
      scenarios: scenarios({ mostOperations: 80, horizonMs: { min: 800, max: 2000 } }),
      seed: 1,
      runs: 6,
    });
    expect(runs).toBe(6);
    expect(faulted).toBeGreaterThan(3);
  });

  it("that is asked for what nobody promises fails with one fault", () => {
    let failure: PropertyFailure | undefined;
    try {
      checkAzimuth({
        name: "No machine ever goes down",
        scenarios: scenarios({
          mostFaults: 4,
          mostOperations: 10,
          horizonMs: { min: 500, max: 900 },
        }),
        complaint: ({ trace }) =>
          trace.some(({ kind }) => kind === "machine.crashed") ? "a machine went down" : "",
        seed: 1,
        runs: 50,
        shrinkRuns: 15,
      });
    } catch (error) {
      failure = error as PropertyFailure;
    }
    expect(failure?.signature).toBe("a machine went down");
    expect(failure?.scenario.nemesis.length).toBe(1);
    expect(failure?.message).toContain("It takes 1 fault, seed");
  });
});
