/** A run is the same run in Node and in a browser. */
import { describe, expect } from "vitest";
import { scenarioOf } from "../../sim/live/edits.ts";
import type { RunSpec } from "../../sim/live/runSpec.ts";
import type { Parameters } from "../../sim/scenario.ts";
import { runScenario } from "../../sim/world.ts";
import { scenarios } from "../../scenarios/registry.ts";
import { test } from "./harness.ts";
import { addressOf, digestOf } from "./watching.ts";

const runs: readonly (readonly [scenario: string, seed: number, types?: string])[] = [
  ["baseline", 1],
  ["az-outage", 1],
  ["primary-cut-from-log", 3],
  ["bad-hardware", 2],
  ["swarm", 17],
  ["swarm", 2, "scripts"],
  ["swarm", 3, "users"],
];

describe("the digest of a run in the page is that of Node", () => {
  for (const [scenario, seed, types] of runs) {
    const overrides: Parameters = types === undefined ? {} : { types };
    const about = types === undefined ? "" : ` types=${types}`;
    test(`${scenario} seed ${seed}${about}`, async ({ open }) => {
      const spec: RunSpec = { scenario, seed, overrides, edits: [] };
      const { run } = runScenario(scenarioOf(spec, scenarios), overrides, seed, { full: false });
      const page = await open(addressOf(spec));
      expect(await digestOf(page)).toBe(run.digest);
    });
  }
});
