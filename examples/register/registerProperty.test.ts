import { readFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runSystem, type Scenario } from "azimuth/kernel";
import {
  checkSystem,
  PropertyFailure,
  systemScenarios,
  type PropertyReport,
} from "azimuth/property";
import { afterAll, describe, expect, it } from "vitest";
import type { RegisterBug } from "./register.ts";
import { registerSystem } from "./registerSystem.ts";

const folder = mkdtempSync(join(tmpdir(), "azimuth-register-"));
afterAll(() => rmSync(folder, { recursive: true }));

const scenarios = systemScenarios({
  targets: ["writer", "node:register-a"],
  zones: ["a", "b", "c"],
  moments: ["writing"],
  mostFaults: 6,
  horizonMs: { min: 200, max: 800 },
  fixed: { clients: 6, opsPerSecond: 300, keys: 2, clientTimeoutMs: 300 },
});

function check(bug: RegisterBug, runs: number): PropertyReport {
  return checkSystem({
    name: `A register ${bug}`,
    scenarios,
    system: () => registerSystem(bug),
    seed: 1,
    runs,
    shrinkRuns: 60,
    save: (file, text) => writeFileSync(join(folder, file), text),
    replay: (file) => `node replay.js ${file}`,
  });
}

function failureOf(bug: RegisterBug): PropertyFailure {
  try {
    check(bug, 300);
  } catch (error) {
    if (error instanceof PropertyFailure) return error;
    throw error;
  }
  throw new Error(`${bug} was not found`);
}

describe("a property of the register", () => {
  it("holds for the right version", () => {
    const { runs, faulted } = check("", 20);
    expect(runs).toBe(20);
    expect(faulted).toBeGreaterThan(10);
  });

  for (const bug of ["smallQuorum", "earlyAck"] as const) {
    it(`does not hold with the bug ${bug}, and takes at most two faults to show`, () => {
      const { message, signature } = failureOf(bug);
      expect(message).toContain(`Replay: node replay.js a-register-${bug.toLowerCase()}.json`);
      expect(signature).toBe("linearizability: impossible answer to a read");
      const path = join(folder, `a-register-${bug.toLowerCase()}.json`);
      const scenario = JSON.parse(readFileSync(path, "utf8")) as Scenario;
      expect(scenario.nemesis.length).toBeLessThanOrEqual(2);
      // The file alone makes the failure again.
      const again = runSystem(() => registerSystem(bug), scenario, scenario.seed ?? 0);
      expect(again.signature).toBe(signature);
      // And the bug makes it, not the faults.
      const right = runSystem(() => registerSystem(""), scenario, scenario.seed ?? 0);
      expect(right.verdict).toBe("ok");
    });
  }
});
