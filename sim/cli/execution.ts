/** One execution of a run, as the determinism guard compares it; the same in this process, in a thread and in another process. */
import { headlineOf, verdictOf } from "../../reports/verdict.ts";
import type { DigestCheckpoint } from "../run.ts";
import type { Parameters, Scenario } from "../scenario.ts";
import type { ExecutedEvent } from "../trace/recorder.ts";
import { messageOf } from "./campaignJob.ts";
import type { Simulate } from "./simulation.ts";

/** Plain data: it crosses to the thread or process that executes. */
export interface ExecutionTask {
  readonly scenario: Scenario;
  readonly overrides: Parameters;
  readonly seed: number;
  readonly eventWindow?: { readonly from: number; readonly until: number };
}

export interface Execution {
  readonly digest: string;
  readonly events: number;
  /** With the digest at the run's end as the last. */
  readonly checkpoints: readonly DigestCheckpoint[];
  /** What was found, in words: it must agree as well, though no digest covers it. */
  readonly findings: string;
  readonly executed: readonly ExecutedEvent[];
}

/** A run that ends in an exception has executed too: with the exception as its finding. */
export function execute(task: ExecutionTask, simulate: Simulate): Execution {
  const { scenario, overrides, seed, eventWindow } = task;
  try {
    const window = eventWindow === undefined ? {} : { eventWindow };
    const { run, executed } = simulate(scenario, overrides, seed, { full: false, ...window });
    const { digest, events, simulatedUs } = run;
    const end = { timeUs: simulatedUs, events, digest };
    const findings = `${verdictOf(run)}: ${headlineOf(run)}`;
    return { digest, events, checkpoints: [...run.checkpoints, end], findings, executed };
  } catch (error) {
    const findings = `exception: ${messageOf(error)}`;
    return { digest: "", events: 0, checkpoints: [], findings, executed: [] };
  }
}
