import { describe, expect, it } from "vitest";
import type { Scenario } from "../scenario.ts";
import { planFault } from "../nemesis/registry.ts";
import { drawScenario } from "./swarm.ts";

const frame: Scenario = {
  name: "swarm",
  story: "Drawn.",
  budget: "within",
  generator: "swarm",
  parameters: { budget: "within" },
  nemesis: [],
  expect: [],
};

describe("drawScenario", () => {
  it("gives the same scenario for the same seed, and others for others", () => {
    expect(drawScenario(frame, {}, 7)).toEqual(drawScenario(frame, {}, 7));
    expect(drawScenario(frame, {}, 7)).not.toEqual(drawScenario(frame, {}, 8));
  });

  it("gives plain data that survives a file", () => {
    const drawn = drawScenario(frame, {}, 3);
    expect(JSON.parse(JSON.stringify(drawn))).toEqual(drawn);
    expect(drawn.generator).toBeUndefined();
  });

  it("leaves a scenario that is not drawn as it is", () => {
    const { generator: _, ...own } = frame;
    expect(drawScenario(own, {}, 7)).toBe(own);
  });

  it("takes its budget from the overrides, and refuses one that there is not", () => {
    expect(drawScenario(frame, { budget: "over" }, 1).budget).toBe("over");
    expect(() => drawScenario(frame, { budget: "under" }, 1)).toThrow(
      'budget must be one of within, over, assumption-broken; got "under"',
    );
  });

  it("draws no fault on a shard or at a time that the overrides have taken away", () => {
    for (let seed = 0; seed < 50; seed++) {
      const { nemesis } = drawScenario(frame, { shards: 1, horizonMs: 2000 }, seed);
      for (const fault of nemesis) {
        expect(fault["shard"] ?? 0).toBe(0);
        expect(Number(fault.atMs)).toBeLessThan(2000);
      }
    }
  });

  it("damages the log copies of one zone only, unless the budget is over", () => {
    const zonesDamaged = (budget: string, seed: number): Set<string> => {
      const drawn = drawScenario(frame, { budget }, seed);
      const zones = new Set<string>();
      for (const spec of drawn.nemesis) {
        const { kind, fields } = planFault(spec, { ...drawn.parameters, faultForMs: 1000 });
        const damage = kind.damages(fields);
        const allowed = ["nothing", "log copy"];
        if (budget === "assumption-broken") allowed.push("clock rate");
        expect(allowed).toContain(damage);
        if (damage === "log copy") zones.add(String(fields["target"]).slice(-1));
      }
      return zones;
    };
    let damaged = 0;
    for (let seed = 0; seed < 200; seed++) {
      const within = zonesDamaged("within", seed);
      expect(within.size).toBeLessThanOrEqual(1);
      damaged += within.size;
    }
    expect(damaged).toBeGreaterThan(50);
  });

  it("breaks a clock in every run whose assumption may break", () => {
    for (let seed = 0; seed < 50; seed++) {
      const { nemesis } = drawScenario(frame, { budget: "assumption-broken" }, seed);
      const ratios = nemesis
        .filter(({ kind }) => kind === "clockDrift")
        .map(({ ratio }) => Number(ratio));
      expect(Math.min(...ratios)).toBeLessThan(-0.1);
    }
  });
});
