/** How the command line runs a scenario. A type of its own, so that its tests can put a made-up run in the world's place. */
import type { Run } from "../run.ts";
import type { Parameters, Scenario } from "../scenario.ts";
import type { ExecutedEvent } from "../trace/recorder.ts";

interface SimulationOptions {
  /** Records single messages, operations and syncs in the trace too. */
  readonly full: boolean;
  /** Keeps every executed event whose number lies in [from, until). */
  readonly eventWindow?: { readonly from: number; readonly until: number };
}

interface Simulated {
  readonly run: Run;
  /** The events of the window, empty without one. */
  readonly executed: readonly ExecutedEvent[];
}

/** A pure function of its arguments. Throws only if the harness or an assertion failed. */
export type Simulate = (
  scenario: Scenario,
  overrides: Parameters,
  seed: number,
  options: SimulationOptions,
) => Simulated;
