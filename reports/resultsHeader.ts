/** The first line of results.jsonl: which campaign the seeds below it belong to. */
import type { Parameters, Scenario } from "../sim/scenario.ts";

export const resultsSchema = "azimuth-results/1";

/** Two files belong together if version and plan agree: then a seed means the same run in both. */
export interface ResultsHeader {
  readonly schema: typeof resultsSchema;
  readonly version: string;
  readonly scenario: string;
  /** Where the viewer does not have the scenario itself: links to its runs bring it along. */
  readonly file?: Scenario;
  readonly overrides: Parameters;
  /** A fingerprint of scenario and overrides: SHA-256 of `planText`, its first sixteen digits. */
  readonly plan: string;
  /** Both ends belong to it. */
  readonly seeds: { readonly first: number; readonly last: number };
  /** One of `count` equal parts; `index` counts from 1. */
  readonly shard: { readonly index: number; readonly count: number };
}

/** What a plan's fingerprint is made of. The scenario's content counts, not its name alone: a file of that name may have been edited. */
export function planText(scenario: Scenario, overrides: Parameters): string {
  const sorted = Object.entries(overrides).sort(([left], [right]) => (left < right ? -1 : 1));
  return JSON.stringify([scenario, sorted]);
}

/** How many seeds the campaign was to run. */
export function askedSeeds({ seeds, shard }: Pick<ResultsHeader, "seeds" | "shard">): number {
  const all = seeds.last - seeds.first + 1;
  return Math.max(0, Math.ceil((all - shard.index + 1) / shard.count));
}
