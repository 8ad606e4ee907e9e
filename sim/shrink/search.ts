/**
 * The state of a shrinking: the smallest scenario so far that still fails in the same way, and the way to try a smaller one.
 *
 * All of it is written as generators: they give out trials, somebody runs them and hands the outcomes back. So nothing here
 * knows a clock, a thread or a command line, and the same code shrinks in Node, in a worker and in a browser.
 */
import type { FaultRecord, Run } from "../run.ts";
import type { Scenario } from "../scenario.ts";

/** One run that is asked for. */
export interface Trial {
  readonly scenario: Scenario;
  readonly seed: number;
  /** A run without a violation until then does not interest; Infinity: let it end. */
  readonly giveUpAtUs: number;
}

/** What is kept of it. */
export interface Outcome {
  /** `Run.signature`: "" if nothing failed. */
  readonly signature: string;
  readonly digest: string;
  /** What failed, in words; "" if nothing did. */
  readonly sentence: string;
  readonly loadedUs: number;
  readonly endUs: number;
  readonly load: Run["load"];
  readonly faults: readonly FaultRecord[];
  /** Sources of decisions, "stream/entity"; without them only whole streams become constant. */
  readonly sources?: readonly string[];
}

/** A piece of the search: gives out trials, is handed their outcomes, and ends with a result. */
export type Steps<Result> = Generator<Trial, Result, Outcome>;

export interface SearchOptions {
  /** Asked before each trial. Once it says no, what remains is to verify the best that was found. */
  readonly hasBudget: () => boolean;
  /** Called when a smaller scenario was found, and when another kind of thing is tried. */
  readonly onProgress: (search: Search) => void;
}

/** A scenario that fails as it should, with the seed and the run that show it. */
export interface Candidate {
  readonly scenario: Scenario;
  readonly seed: number;
  readonly outcome: Outcome;
}

/** A failing time may move a little when the schedule changes: how much later than the best a candidate may fail. */
const MARGIN_US = 500_000;
const MARGIN_SHARE = 0.25;

export class Search {
  readonly signature: string;
  best: Scenario;
  seed: number;
  outcome: Outcome;
  runs = 0;
  /** What is tried now, in words. */
  doing = "";
  private readonly options: SearchOptions;
  /** The pass that runs may not go on beyond so many runs, lest it leave nothing to the others. */
  private passEnd = Infinity;

  constructor(scenario: Scenario, seed: number, outcome: Outcome, options: SearchOptions) {
    this.signature = outcome.signature;
    this.best = scenario;
    this.seed = seed;
    this.outcome = outcome;
    this.options = options;
  }

  get hasBudget(): boolean {
    return this.runs < this.passEnd && this.options.hasBudget();
  }

  /** Begins a pass, which may take so many runs. */
  begin(doing: string, mostRuns: number = Infinity): void {
    this.doing = doing;
    this.passEnd = this.runs + mostRuns;
    this.options.onProgress(this);
  }

  /**
   * Whether a scenario still fails in the same way; if so it is the best from now on. A schedule that lost a fault or an
   * operation has other delays from there on, and may miss by a hair: so `moreSeeds` other seeds are tried before it is given up.
   */
  *accept(scenario: Scenario, moreSeeds: number): Steps<boolean> {
    const tried = new Set<number>();
    for (let more = 0; more <= moreSeeds; more++) {
      const seed = more === 0 ? this.seed : more;
      if (tried.has(seed)) continue;
      tried.add(seed);
      if (!this.hasBudget) return false;
      const outcome = yield* this.run({ scenario, seed, giveUpAtUs: this.giveUpAtUs });
      if (outcome.signature !== this.signature) continue;
      this.best = scenario;
      this.seed = seed;
      this.outcome = outcome;
      this.options.onProgress(this);
      return true;
    }
    return false;
  }

  save(): Candidate {
    return { scenario: this.best, seed: this.seed, outcome: this.outcome };
  }

  restore({ scenario, seed, outcome }: Candidate): void {
    this.best = scenario;
    this.seed = seed;
    this.outcome = outcome;
  }

  *run(trial: Trial): Steps<Outcome> {
    this.runs += 1;
    return yield trial;
  }

  private get giveUpAtUs(): number {
    const { endUs, loadedUs } = this.outcome;
    return endUs + Math.max(MARGIN_US, Math.round((endUs - loadedUs) * MARGIN_SHARE));
  }
}
