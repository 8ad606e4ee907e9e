/** The whole simulation of a scenario: engine, world, clients, digest and every check. */
import { scenarios } from "../scenarios/registry.ts";
import type { Parameters } from "../sim/scenario.ts";
import { runScenario } from "../sim/world.ts";
import type { Counted } from "./measured.ts";

/** Runs with the seeds from `firstSeed` on, their figures summed up. */
export function runSimulations(
  name: string,
  overrides: Parameters,
  firstSeed: number,
  runs: number,
): Counted {
  const sum = { simulatedSeconds: 0, steps: 0, events: 0, operations: 0, syncs: 0, verdict: "ok" };
  for (let seed = firstSeed; seed < firstSeed + runs; seed++) {
    const one = runSimulation(name, overrides, seed);
    sum.simulatedSeconds += one.simulatedSeconds;
    sum.steps += one.steps;
    sum.events += one.events;
    sum.operations += one.operations;
    if (sum.verdict === "ok") sum.verdict = one.verdict;
  }
  return sum;
}

function runSimulation(name: string, overrides: Parameters, seed: number): Counted {
  const scenario = scenarios.find((candidate) => candidate.name === name);
  if (scenario === undefined) throw new RangeError(`no scenario "${name}"`);
  const { run } = runScenario(scenario, overrides, seed, { full: false });
  // A scenario's own expectations are meant for its own horizon: the checks of every run must hold here.
  const isExpectation = (check: string): boolean =>
    scenario.expect.some((expectation) => check.startsWith(expectation.check));
  const failed = run.checks.find((check) => check.verdict !== "ok" && !isExpectation(check.name));
  return {
    simulatedSeconds: run.simulatedUs / 1e6,
    steps: run.steps,
    events: run.events,
    operations: run.operations.offered,
    syncs: 0,
    verdict: failed === undefined ? "ok" : `${failed.name}: ${failed.sentence}`,
  };
}
