/** Runs what the shrinker asks for. */
import { headlineOf } from "../../reports/verdict.ts";
import type { Parameters, Scenario } from "../scenario.ts";
import type { Outcome, Search, Trial } from "../shrink/search.ts";
import { shrink, type Shrunk } from "../shrink/shrink.ts";
import { messageOf } from "./campaignJob.ts";
import type { Simulate } from "./simulation.ts";

export interface ShrinkLimits {
  /** Told how many runs there have been. */
  readonly hasBudget: (runs: number) => boolean;
  readonly onProgress: (search: Search) => void;
}

/** Undefined if the run does not fail. Lets go of the thread after every run, so that Ctrl-C is heard. */
export async function shrinkToEnd(
  scenario: Scenario,
  overrides: Parameters,
  seed: number,
  simulate: Simulate,
  limits: ShrinkLimits,
): Promise<Shrunk | undefined> {
  let runs = 0;
  const { onProgress } = limits;
  const hasBudget = (): boolean => limits.hasBudget(runs);
  const steps = shrink(scenario, overrides, seed, { hasBudget, onProgress });
  let step = steps.next();
  while (step.done !== true) {
    runs += 1;
    const outcome = runTrial(step.value, simulate, {});
    await new Promise((resolve) => setImmediate(resolve));
    step = steps.next(outcome);
  }
  return step.value;
}

/** A run that the harness itself did not survive has a signature like every other failure. */
export function runTrial(trial: Trial, simulate: Simulate, overrides: Parameters): Outcome {
  const { scenario, seed, giveUpAtUs } = trial;
  try {
    const { run, decisions } = simulate(scenario, overrides, seed, { full: false, giveUpAtUs });
    return {
      signature: run.signature,
      digest: run.digest,
      sentence: run.signature === "" ? "" : headlineOf(run),
      loadedUs: run.loadedUs,
      endUs: run.simulatedUs,
      load: run.load,
      faults: run.faults,
      sources: decisions.used,
    };
  } catch (error) {
    const sentence = messageOf(error);
    const failed = { signature: `harness: ${sentence}`, digest: "", sentence };
    return { ...failed, loadedUs: 0, endUs: Infinity, load: [], faults: [] };
  }
}
