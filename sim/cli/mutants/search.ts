/** Looks for a mutant: seed after seed from several beginnings, until a check that is expected to notices. */
import type { Mutant } from "../../mutants/mutant.ts";
import type { SeedAnswer, SeedOrder } from "./protocol.ts";

/** A seed that reveals a mutant. */
export interface Detection {
  readonly seed: number;
  readonly check: string;
  readonly signature: string;
  readonly sentence: string;
}

export interface Search {
  readonly firstSeed: number;
  /** How many seeds it took, the revealing one included; all that were tried if none did. */
  readonly tried: number;
  readonly found: Detection | undefined;
  /** What else noticed something before, if it did: other checks than those expected. */
  readonly others: readonly Detection[];
}

export interface MutantResult {
  readonly name: string;
  readonly searches: readonly Search[];
  /** How often the changed line ran, in all runs together. */
  readonly ran: number;
  readonly runs: number;
  readonly wallMs: number;
}

/** Runs one seed under the mutant. */
export type Ask = (order: SeedOrder) => Promise<SeedAnswer>;

/** What the seed gives with nothing planted. */
export type AskBaseline = (seed: number) => Promise<SeedAnswer>;

export interface SearchOptions {
  readonly firstSeeds: readonly number[];
  /** A search gives up after so many seeds. */
  readonly limit: number;
  readonly baseline: AskBaseline;
  readonly onRun: () => void;
  readonly isStopped: () => boolean;
}

/** Beginnings far enough apart that no search meets another's seeds. */
export function firstSeedsOf(searches: number): readonly number[] {
  return Array.from({ length: searches }, (_, index) => 1 + index * 10_000);
}

/** Undefined if it was stopped before its end. */
export async function searchMutant(
  mutant: Mutant,
  ask: Ask,
  options: SearchOptions,
): Promise<MutantResult | undefined> {
  const searches: Search[] = [];
  const total = { ran: 0, runs: 0, wallMs: 0 };
  for (const firstSeed of options.firstSeeds) {
    const others: Detection[] = [];
    let found: Detection | undefined;
    let tried = 0;
    while (found === undefined && tried < options.limit) {
      if (options.isStopped()) return undefined;
      const answer = await ask({
        seed: firstSeed + tried,
        isTwice: mutant.expect.includes("determinism"),
      });
      tried += 1;
      total.ran += answer.ran;
      total.runs += 1;
      total.wallMs += answer.wallMs;
      options.onRun();
      const detections = await detectionsOf(answer, options.baseline);
      found = detections.find(({ check }) => isExpected(mutant, check));
      if (found === undefined && others.length < 3) others.push(...detections.slice(0, 1));
    }
    searches.push({ firstSeed, tried, found, others });
  }
  return { name: mutant.name, searches, ...total };
}

/** What the mutant made of this seed. Nothing if its line did not run, or if the seed fails in this way without it. */
export async function detectionsOf(
  { seed, findings, ran }: SeedAnswer,
  baseline: AskBaseline,
): Promise<readonly Detection[]> {
  if (findings.length === 0 || ran === 0) return [];
  const usual = (await baseline(seed)).findings.map(({ notice }) => notice);
  return findings
    .filter(({ notice }) => !usual.includes(notice))
    .map(({ notice, signature, sentence }) => ({ seed, check: notice, signature, sentence }));
}

export function isExpected(mutant: Mutant, check: string): boolean {
  return mutant.expect.some((expected) => expected === check);
}

/** Median of the seeds that the searches took; Infinity if more than half found nothing. */
export function medianSeeds(searches: readonly Search[]): number {
  const tried = searches.map((search) => (search.found === undefined ? Infinity : search.tried));
  tried.sort((left, right) => left - right);
  return tried[Math.floor((tried.length - 1) / 2)] ?? Infinity;
}
