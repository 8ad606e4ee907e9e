/** Results as they come in from many machines: each seed counts once, however often it was run. */
import type { SeedResult } from "../../../reports/seedResult.ts";
import { differenceOf } from "../resultsFile.ts";

export class FleetResults {
  private readonly bySeed: Map<number, SeedResult> = new Map();
  private readonly differing: Set<string> = new Set();
  private repeats = 0;
  private failures = 0;

  /** True if the seed is new. A result of a run takes the place of one that tells only of a worker's death. */
  add(result: SeedResult): boolean {
    const known = this.bySeed.get(result.seed);
    if (known === undefined) {
      this.bySeed.set(result.seed, result);
      this.failures += result.verdict === "ok" ? 0 : 1;
      return true;
    }
    this.repeats += 1;
    if (known.digest === "" && result.digest !== "") {
      this.bySeed.set(result.seed, result);
      if (result.verdict === "ok") this.failures -= 1;
    }
    if (known.digest === "" || result.digest === "") return false;
    const difference = differenceOf(known, result);
    if (difference !== "") this.differing.add(`seed ${result.seed}: ${difference}`);
    return false;
  }

  get count(): number {
    return this.bySeed.size;
  }

  get failed(): number {
    return this.failures;
  }

  /** How many results were of seeds that were there already: of ranges that were given out again. */
  get repeated(): number {
    return this.repeats;
  }

  /** Seeds of which two workers told different things. */
  get contradictions(): readonly string[] {
    return [...this.differing];
  }

  inOrder(): readonly SeedResult[] {
    return [...this.bySeed.values()].sort((left, right) => left.seed - right.seed);
  }
}
