/** How the command line runs a scenario. A type of its own, so that its tests can put a made-up run in the world's place. */
import type { Run } from "../run.ts";
import type { Parameters, Scenario } from "../scenario.ts";
import type { ExecutedEvent } from "../trace/recorder.ts";
import type { DecisionReport, RunOptions } from "../world.ts";

type SimulationOptions = Omit<RunOptions, "observer">;

interface Simulated {
  readonly run: Run;
  /** The events of the window, empty without one. */
  readonly executed: readonly ExecutedEvent[];
  readonly decisions: DecisionReport;
}

/** A pure function of its arguments. Throws only if the harness or an assertion failed. */
export type Simulate = (
  scenario: Scenario,
  overrides: Parameters,
  seed: number,
  options: SimulationOptions,
) => Simulated;
