import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { azOutage } from "../../scenarios/azOutage.ts";
import { swarm } from "../../scenarios/swarm.ts";
import { guardRun } from "./determinismGuard.ts";
import { inFreshProcess, inThisProcess, inWorkerThread } from "./executors.ts";
import { simulate } from "./realSimulation.ts";

/** `npm test` builds it first. */
const compiled = new URL("../../dist/sim/cli/executionWorker.js", import.meta.url);
const overrides = { horizonMs: 9000, faultAtMs: 2000, faultForMs: 4000 };
const seed = 11;

describe("the same scenario, parameters and seed", () => {
  const first = simulate(azOutage, overrides, seed, { full: false }).run;

  it("give the same digest and checkpoints twice in one process", () => {
    const second = simulate(azOutage, overrides, seed, { full: false }).run;
    expect(second.digest).toBe(first.digest);
    expect(second.checkpoints).toEqual(first.checkpoints);
    expect(second.events).toBeGreaterThan(1000);
  });

  it("give the same digest with the full trace on", () => {
    const full = simulate(azOutage, overrides, seed, { full: true }).run;
    expect(full.digest).toBe(first.digest);
    expect(full.trace.length).toBeGreaterThan(first.trace.length);
  });

  it("give the same events and findings in a worker thread and in a fresh process", async () => {
    expect(existsSync(compiled)).toBe(true);
    const executors = [
      inThisProcess("this process", simulate),
      inWorkerThread(compiled),
      inFreshProcess(compiled),
    ];
    const task = { scenario: azOutage, overrides, seed };
    expect(await guardRun(task, executors)).toMatchObject({ digest: first.digest, difference: "" });
    const drawn = { scenario: swarm, overrides: {}, seed };
    expect(await guardRun(drawn, executors)).toMatchObject({ difference: "" });
    await Promise.all(executors.map((executor) => executor.close()));
  });

  it("give another digest with another seed", () => {
    const other = simulate(azOutage, overrides, seed + 1, { full: false }).run;
    expect(other.digest).not.toBe(first.digest);
  });
});
