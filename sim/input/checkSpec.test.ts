import { describe, expect, it } from "vitest";
import { scenarios } from "../../scenarios/registry.ts";
import type { RunEdit, RunSpec } from "../live/runSpec.ts";
import type { Scenario } from "../scenario.ts";
import { checkSpec } from "./checkSpec.ts";

const spec: RunSpec = { scenario: "az-outage", seed: 1, overrides: {}, edits: [] };
const pause: RunEdit = {
  kind: "addFault",
  fault: { id: "mine", kind: "machinePause", target: "primary", atMs: 90_000, forMs: 100 },
};

describe("a run that somebody asks for", () => {
  const long = { horizonMs: 120_000 };
  const names = scenarios.map(({ name }) => name);
  it.each(names)("may be %s, at any seed, changed by hand", (scenario) => {
    for (const seed of [1, 2, 3]) {
      expect(() => checkSpec({ ...spec, scenario, seed }, scenarios)).not.toThrow();
      const changed = { scenario, seed, overrides: long, edits: [pause] };
      expect(() => checkSpec(changed, scenarios)).not.toThrow();
    }
  });

  it("may be a generated one whose faults follow its shorter load", () => {
    const short = { ...spec, scenario: "swarm", overrides: { horizonMs: 2000 } };
    expect(() => checkSpec(short, scenarios)).not.toThrow();
  });

  it.each<[string, Partial<RunSpec>, string]>([
    ["a scenario that there is not", { scenario: "az" }, 'unknown scenario "az"'],
    ["a parameter out of range", { overrides: { opsPerSecond: 1e12 } }, "opsPerSecond expects"],
    ["a parameter of another type", { overrides: { leaseMs: "long" } }, "leaseMs expects a number"],
    ["a parameter that there is not", { overrides: { lease: 1 } }, 'unknown parameter "lease"'],
    ["a file with nothing in it", { file: {} as Scenario }, "name must be a text"],
    ["a fault beyond the horizon", { edits: [pause] }, "lies beyond horizonMs"],
    [
      "a fault on nobody",
      { edits: [{ kind: "addFault", fault: { ...pause.fault, atMs: 1, target: "moon" } }] },
      'unknown target "moon"',
    ],
    [
      "a decision out of range",
      { edits: [{ kind: "decision", decision: { stream: "network", value: 7 } }] },
      "decisions[0].value must be a number from 0 to below 1",
    ],
  ])("may not have %s", (_, changed, sentence) => {
    expect(() => checkSpec({ ...spec, ...changed }, scenarios)).toThrow(sentence);
  });
});
