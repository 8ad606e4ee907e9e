/** A campaign in this browser: seeds are given one by one to workers, each of which asks for the next when it is done. */
import { failedSeed, type SeedResult } from "../../reports/seedResult.ts";
import type { Parameters } from "../../sim/scenario.ts";

/** One worker, as the campaign sees it. */
export interface SeedRunner {
  /** Rejects if the worker dies. */
  run(scenario: string, overrides: Parameters, seed: number): Promise<SeedResult>;
  close(): void;
}

export interface LocalPlan {
  readonly scenario: string;
  readonly overrides: Parameters;
  readonly seeds: { readonly first: number; readonly last: number };
  readonly workers: number;
}

/** So many workers that die before any seed has ended: it is not their seeds. */
const STILLBORN_LIMIT = 3;

export class LocalCampaign {
  readonly #plan: LocalPlan;
  readonly #connect: () => SeedRunner;
  readonly #onResult: (result: SeedResult) => void;
  readonly #runners: Set<SeedRunner> = new Set();
  readonly #stopped: Promise<undefined>;
  #tellStopped: () => void = () => undefined;
  #next: number;
  #ended = 0;
  #dead = 0;
  #isStopped = false;

  constructor(plan: LocalPlan, connect: () => SeedRunner, onResult: (result: SeedResult) => void) {
    this.#plan = plan;
    this.#connect = connect;
    this.#onResult = onResult;
    this.#next = plan.seeds.first;
    this.#stopped = new Promise((resolve) => (this.#tellStopped = () => resolve(undefined)));
  }

  /** Resolves when all seeds have ended, or at `stop`. Rejects if workers cannot run at all. */
  async run(): Promise<void> {
    const { seeds, workers } = this.#plan;
    const count = Math.min(workers, seeds.last - seeds.first + 1);
    try {
      await Promise.all(Array.from({ length: count }, async () => this.#lane()));
    } finally {
      this.stop();
    }
  }

  /** Ends the workers at once: seeds at hand have no result. */
  stop(): void {
    this.#isStopped = true;
    this.#tellStopped();
    for (const runner of this.#runners) runner.close();
    this.#runners.clear();
  }

  async #lane(): Promise<void> {
    let runner: SeedRunner | undefined;
    while (!this.#isStopped && this.#next <= this.#plan.seeds.last) {
      const seed = this.#next;
      this.#next += 1;
      runner ??= this.#start();
      let result: SeedResult | undefined;
      try {
        const { scenario, overrides } = this.#plan;
        result = await Promise.race([runner.run(scenario, overrides, seed), this.#stopped]);
        this.#ended += 1;
      } catch (error) {
        result = this.#bury(runner, seed, error);
        runner = undefined;
      }
      if (result === undefined) return;
      this.#onResult(result);
    }
  }

  #start(): SeedRunner {
    const runner = this.#connect();
    this.#runners.add(runner);
    return runner;
  }

  /** The seed at hand is at fault, unless no worker has ever ended one. */
  #bury(runner: SeedRunner, seed: number, error: unknown): SeedResult {
    this.#runners.delete(runner);
    runner.close();
    this.#dead += 1;
    const reason = error instanceof Error ? error.message : String(error);
    if (this.#dead >= STILLBORN_LIMIT && this.#ended === 0) {
      throw new Error(`The workers die before they have run a single seed: ${reason}`);
    }
    const signature = `worker died: ${reason.replaceAll(/\d+/g, "N")}`;
    return failedSeed(seed, signature, `the worker died: ${reason}`, 0);
  }
}
