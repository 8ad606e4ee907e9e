/** The seeds that are known to reveal each mutant, kept as data in sim/mutants/detected.json. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Detection, medianSeeds, type MutantResult } from "./search.ts";

export interface KnownSeed {
  readonly seed: number;
  /** The seeds that the search took, this one included. */
  readonly tried: number;
  readonly check: string;
  readonly signature: string;
}

/** By mutant. */
export type Detected = Record<string, readonly KnownSeed[]>;

const file = "sim/mutants/detected.json";

export function readDetected(root: string): Detected {
  return JSON.parse(readFileSync(join(root, file), "utf8")) as Detected;
}

/** Replaces what is known of the mutants that were searched, and forgets those that are no more. */
export function writeDetected(
  root: string,
  known: Detected,
  results: readonly MutantResult[],
  names: readonly string[],
): void {
  const fresh = new Map(results.map((result) => [result.name, knownSeedsOf(result)]));
  const all: Detected = {};
  for (const name of names) {
    const seeds = fresh.get(name) ?? known[name] ?? [];
    if (seeds.length > 0) all[name] = seeds;
  }
  writeFileSync(join(root, file), `${JSON.stringify(all, undefined, 1)}\n`);
}

export function knownSeedsOf({ searches }: MutantResult): KnownSeed[] {
  const found: KnownSeed[] = [];
  for (const search of searches) {
    if (search.found === undefined) continue;
    const { seed, check, signature }: Detection = search.found;
    found.push({ seed, tried: search.tried, check, signature });
  }
  return found;
}

/** Infinity if nothing is known. */
export function medianKnown(seeds: readonly KnownSeed[], searches: number): number {
  const missed = Math.max(0, searches - seeds.length);
  const none = Array.from({ length: missed }, () => ({ tried: 0, found: undefined }));
  const some = seeds.map(({ tried, seed, check, signature }) => ({
    tried,
    found: { seed, check, signature, sentence: "" },
  }));
  return medianSeeds([...some, ...none].map((one) => ({ ...one, firstSeed: 0, others: [] })));
}
