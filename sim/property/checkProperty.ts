/**
 * A property: every scenario that fast-check draws runs as it should. One that does not is made smaller twice. fast-check takes
 * structure away (faults, operations, durations, shards) for as long as the run still fails in the same way; then whoever knows
 * more of what a scenario means goes on from there. What is left is thrown as an error that a person can read and replay.
 */
import fc from "fast-check";
import type { Arbitrary } from "fast-check";
import type { FaultRecord, Run, RunVerdict } from "../run.ts";
import type { Scenario } from "../scenario.ts";
import { scenarioText } from "../scenarioText.ts";
import { PropertyFailure } from "./propertyFailure.ts";

/** What a run must tell to be judged. `runScenario` and `runSystem` tell more. */
export type Judged = Pick<Run, "verdict" | "signature" | "digest" | "loadedUs" | "checks"> & {
  readonly faults: readonly FaultRecord[];
};

/** A scenario, the seed that makes it fail, and how. */
export interface Failure<R extends Judged> {
  readonly scenario: Scenario;
  readonly seed: number;
  readonly complaint: string;
  readonly run: R;
}

export type ComplaintOf<R extends Judged> = (run: R, scenario: Scenario) => string;

export interface PropertyOptions<R extends Judged> {
  /** What must hold, in words; names the scenario's file. */
  readonly name: string;
  readonly scenarios: Arbitrary<Scenario>;
  readonly run: (scenario: Scenario, seed: number) => R;
  /**
   * What is wrong with a run, in words without names and numbers: two failures with the same words are the same. "" if
   * nothing is. Left out: a violation, and within the budget a run that is stuck.
   */
  readonly complaint?: (run: R) => string;
  /** fast-check's seed, and that of each run. Always said: a red run must be red again. */
  readonly seed: number;
  readonly runs: number;
  /** fast-check's path to a counterexample, as a failure tells it: that one is met at once. */
  readonly path?: string;
  /** Runs that fast-check's shrinking may cost, and as many again for `shrinkOn`. */
  readonly shrinkRuns?: number;
  /** Makes a failure smaller still, in so many runs. */
  readonly shrinkOn?: (
    failure: Failure<R>,
    complaintOf: ComplaintOf<R>,
    runs: number,
  ) => Failure<R>;
  /** Keeps the minimal scenario; without it the failure shows it. */
  readonly save?: (file: string, text: string) => void;
  /** The command that replays a saved scenario. */
  readonly replay?: (file: string) => string;
}

export interface PropertyReport {
  readonly runs: number;
  /** Runs in which at least one fault changed something. */
  readonly faulted: number;
}

const standardShrinkRuns = 150;
/** A schedule that lost a fault or an operation may miss by a hair: so many seeds are tried for each. */
const SEEDS_A_CANDIDATE = 3;

/** Throws PropertyFailure; whatever a run throws, if it is the first of its kind. */
export function checkProperty<R extends Judged>(options: PropertyOptions<R>): PropertyReport {
  const trials = new Trials(options);
  const property = fc.property(options.scenarios, (scenario) => trials.passes(scenario));
  const { failed, counterexamplePath, errorInstance, numRuns } = fc.check(property, {
    seed: options.seed,
    numRuns: options.runs,
    ...(options.path === undefined ? {} : { path: options.path }),
  });
  if (!failed) return { runs: numRuns, faulted: trials.faulted };
  const { smallest } = trials;
  if (smallest === undefined) throw errorInstance;
  throw failureOf(options, smallest, numRuns, counterexamplePath ?? "");
}

class Trials<R extends Judged> {
  faulted = 0;
  /** The smallest failure so far. */
  smallest: Failure<R> | undefined = undefined;
  private readonly options: PropertyOptions<R>;
  private shrinkRuns: number;

  constructor(options: PropertyOptions<R>) {
    this.options = options;
    this.shrinkRuns = options.shrinkRuns ?? standardShrinkRuns;
  }

  passes(scenario: Scenario): boolean {
    if (this.smallest !== undefined) return !this.failsAlike(scenario, this.smallest);
    const { options } = this;
    const found = attempt(options, scenario, scenario.seed ?? options.seed);
    if (found.run.faults.some(({ mattered }) => mattered)) this.faulted += 1;
    if (found.complaint === "") return true;
    this.smallest = found;
    return false;
  }

  /** Once something failed, only what fails in the same way counts. */
  private failsAlike(scenario: Scenario, smallest: Failure<R>): boolean {
    const seeds = new Set([smallest.seed, 1, 2, 3]);
    for (const seed of [...seeds].slice(0, SEEDS_A_CANDIDATE)) {
      if (this.shrinkRuns <= 0) return false;
      this.shrinkRuns -= 1;
      const found = attempt(this.options, scenario, seed);
      if (found.complaint !== smallest.complaint) continue;
      this.smallest = found;
      return true;
    }
    return false;
  }
}

function attempt<R extends Judged>(
  options: PropertyOptions<R>,
  scenario: Scenario,
  seed: number,
): Failure<R> {
  const run = options.run(scenario, seed);
  return { scenario, seed, run, complaint: complaintIn(options)(run, scenario) };
}

function complaintIn<R extends Judged>({ complaint }: PropertyOptions<R>): ComplaintOf<R> {
  return complaint ?? standardComplaint;
}

const failing: readonly RunVerdict[] = ["violation", "harness"];

function standardComplaint(run: Judged, scenario: Scenario): string {
  const isStuck = run.verdict === "stuck" && scenario.budget === "within";
  return isStuck || failing.includes(run.verdict) ? run.signature : "";
}

function failureOf<R extends Judged>(
  options: PropertyOptions<R>,
  smallest: Failure<R>,
  runs: number,
  path: string,
): PropertyFailure {
  const budget = options.shrinkRuns ?? standardShrinkRuns;
  const found = options.shrinkOn?.(smallest, complaintIn(options), budget) ?? smallest;
  const scenario = { ...found.scenario, seed: found.seed };
  const file = `${slugOf(options.name)}.json`;
  options.save?.(file, scenarioText(scenario));
  return new PropertyFailure({
    ...found,
    scenario,
    property: options.name,
    runs,
    command: options.save === undefined ? "" : commandFor(options, file),
    again: `seed: ${options.seed}, path: "${path}"`,
  });
}

function commandFor<R extends Judged>(options: PropertyOptions<R>, file: string): string {
  return options.replay?.(file) ?? `npm run sim -- scenario=${file}`;
}

function slugOf(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-|-$/g, "")
    .slice(0, 64);
}
