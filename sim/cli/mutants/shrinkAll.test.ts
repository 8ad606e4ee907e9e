import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { swarm } from "../../../scenarios/swarm.ts";
import { mutants } from "../../mutants/registry.ts";
import type { Mutant } from "../../mutants/mutant.ts";
import {
  isGood,
  isShrinkable,
  resultLine,
  shrinkMutants,
  shrinkTable,
  type ShrinkResult,
} from "./shrinkAll.ts";

const mutant: Mutant = {
  name: "planted",
  file: "engine/node.ts",
  before: "a",
  after: "ran()",
  bug: "Something is wrong.",
  rule: "rule 1",
  expect: ["zero loss"],
};

function result(left: number, mattered = 20, isVerified = true): ShrinkResult {
  const faults = Array.from({ length: left }, (_, index) => `fault ${index}`);
  const found = { seed: 3, mattered, signature: "zero loss: gone", faults, needed: left };
  const cost = { operations: 2, isVerified, runs: 150, cpuMs: 7500 };
  return { mutant, answer: { ...found, ...cost }, error: "" };
}

describe("the shrinking of mutants", () => {
  it("is good with a median of three faults and no schedule above five", () => {
    expect(isGood([result(0), result(3), result(5)])).toBe(true);
    expect(isGood([result(4), result(4), result(1)])).toBe(false);
    expect(isGood([result(0), result(1), result(6)])).toBe(false);
    expect(isGood([result(1, 20, false)])).toBe(false);
  });

  it("says what became of each, and apart from all of those that began with many faults", () => {
    expect(resultLine(result(2))).toBe(
      "✔ planted: seed 3, 20 faults that mattered → 2 and 2 operations, 150 runs in 7.5 CPU s\n",
    );
    expect(resultLine({ mutant, answer: undefined, error: "" })).toBe("– planted: no run failed\n");
    const table = shrinkTable([result(2), result(0, 4)]);
    expect(table).toContain("2 mutants shrunk: median 2 faults left, at most 2; at most 7.5 CPU s");
    expect(table).toContain("1 from runs with at least 15 faults that mattered");
  });

  it("leaves out what no single run shows", () => {
    const left = mutants.filter((one) => !isShrinkable(one));
    expect(left.length).toBeGreaterThan(0);
    expect(left.every(({ expect: notices }) => /canary|determinism/.test(notices.join()))).toBe(
      true,
    );
  });

  it("happens in a process with the bug planted", async () => {
    const strings = {
      overrides: { faults: 6, types: "strings" },
      baseline: () => Promise.reject(new Error("not asked")),
    };
    const early = mutants.filter(({ name }) => name === "reply-before-durable");
    const [found] = await shrinkMutants(
      early,
      {
        root: fileURLToPath(new URL("../../../", import.meta.url)),
        scenario: swarm,
        ...strings,
        loads: {
          strings,
          all: strings,
          evicted: strings,
          cached: strings,
          scripts: strings,
          users: strings,
        },
        mutants,
        detected: {},
      },
      1,
      () => false,
      { firstSeed: 1, seeds: 3, leastFaults: 1, seconds: 60, mostRuns: 60 },
      () => {},
    );
    expect(found?.error).toBe("");
    expect(found?.answer).toMatchObject({ faults: [], isVerified: true });
    expect(found?.answer?.operations).toBeLessThan(5);
    expect(found?.answer?.signature).toMatch(/^zero loss: /);
  });
});
