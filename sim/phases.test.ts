import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { phases } from "./phases.ts";
import { defineScenario } from "./scenario.ts";
import { runScenario } from "./world.ts";

describe("phases", () => {
  it("of a fault are what the cluster was in the middle of when it began", () => {
    const scenario = defineScenario({
      name: "phases",
      story: "Each fault meets what the one before has done.",
      budget: "within",
      parameters: { horizonMs: 6000, leaseMs: 500, opsPerSecond: 100 },
      nemesis: [
        { kind: "machinePause", target: "replica", atMs: 500, forMs: 400 },
        { kind: "zoneOutage", target: "primary", atMs: 1500, forMs: 3000 },
        { kind: "clog", from: "replica", to: "clients", atMs: 2010, forMs: 10 },
        { kind: "clog", from: "replica", to: "clients", atMs: 4900, forMs: 10 },
      ],
      expect: [],
    });
    const { run } = runScenario(scenario, {}, 1, { full: false });
    expect(run.verdict).toBe("ok");
    const [calm, outage, failover, back] = run.faults.map((fault) => fault.phases);
    expect(calm).toContain("steady");
    expect(outage).toContain("steady");
    expect(failover).toEqual(expect.arrayContaining(["no lease", "node is away"]));
    expect(failover).toContain("log node is away");
    expect(failover).not.toContain("steady");
    expect(back).toContain("node recovers");
  });

  it("are explained in docs/coverage.md, and no other", () => {
    const page = readFileSync(new URL("../docs/coverage.md", import.meta.url), "utf8");
    const told = [...page.matchAll(/^\| `([^`]+)` \| (.+) \|$/gm)].map(([, name, means]) => [
      name,
      means,
    ]);
    expect(told).toEqual(Object.entries(phases));
  });
});
