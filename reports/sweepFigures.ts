/** What the seeds of a campaign come to together. Everything here follows from the results alone, in whatever order they came. */
import type { RunVerdict } from "../sim/run.ts";
import { distribution, type Distribution } from "./histogram.ts";
import type { FaultTally, SeedResult } from "./seedResult.ts";
import { verdictPrecedence, worstVerdict } from "./verdict.ts";

export interface SweepFigures {
  readonly verdicts: Readonly<Record<RunVerdict, number>>;
  readonly failovers: { readonly planned: Distribution; readonly unplanned: Distribution };
  readonly operations: {
    readonly offered: number;
    readonly acknowledged: number;
    readonly unknown: number;
    readonly lost: number;
    readonly meanOffered: number;
  };
  /** By check: in how many seeds it broke as the budget allows, and said so. */
  readonly expectedViolations: Readonly<Record<string, number>>;
  /** Share of the seeds in which a shard changed its leader with operations in flight. */
  readonly leaderChangeShare: number;
  /** Share of the seeds with at least one fault that mattered. */
  readonly matteringShare: number;
  readonly meanFaults: number;
  readonly meanMatteringFaults: number;
  /** By kind, in alphabetical order. */
  readonly faults: readonly FaultTally[];
}

export function sweepFigures(results: readonly SeedResult[]): SweepFigures {
  const sum = (pick: (result: SeedResult) => number): number =>
    results.reduce((before, result) => before + pick(result), 0);
  const mean = (pick: (result: SeedResult) => number): number =>
    results.length === 0 ? 0 : sum(pick) / results.length;
  const share = (holds: (result: SeedResult) => boolean): number =>
    mean((result) => (holds(result) ? 1 : 0));
  return {
    verdicts: verdictCounts(results),
    failovers: {
      planned: distribution(results.flatMap((result) => result.plannedUs)),
      unplanned: distribution(results.flatMap((result) => result.unplannedUs)),
    },
    operations: {
      offered: sum((result) => result.offered),
      acknowledged: sum((result) => result.acknowledged),
      unknown: sum((result) => result.unknown),
      lost: sum((result) => result.lost),
      meanOffered: mean((result) => result.offered),
    },
    expectedViolations: countNames(results.flatMap((result) => result.expectedViolations)),
    leaderChangeShare: share((result) => result.leaderChanges > 0),
    matteringShare: share((result) => total(result, "mattered") > 0),
    meanFaults: mean((result) => total(result, "injected")),
    meanMatteringFaults: mean((result) => total(result, "mattered")),
    faults: faultTotals(results),
  };
}

/** The worst verdict of all; a sweep without results proves nothing, and one that missed its goals has not held. */
export function sweepVerdict(sweep: {
  readonly results: readonly Pick<SeedResult, "verdict">[];
  readonly missedGoals: readonly string[];
}): RunVerdict {
  const verdict = worstVerdict(sweep.results.map((result) => result.verdict));
  return sweep.missedGoals.length === 0 ? verdict : worstVerdict([verdict, "missed"]);
}

function total(result: SeedResult, field: "injected" | "mattered"): number {
  return result.faults.reduce((sum, fault) => sum + fault[field], 0);
}

function verdictCounts(results: readonly SeedResult[]): Readonly<Record<RunVerdict, number>> {
  const counts = { ok: 0, violation: 0, harness: 0, stuck: 0, missed: 0, undecided: 0 };
  for (const verdict of verdictPrecedence) {
    counts[verdict] = results.filter((result) => result.verdict === verdict).length;
  }
  return counts;
}

/** The most frequent first. */
function countNames(names: readonly string[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([, left], [, right]) => right - left));
}

function faultTotals(results: readonly SeedResult[]): readonly FaultTally[] {
  const totals = new Map<string, FaultTally>();
  for (const { faults } of results) {
    for (const { kind, injected, mattered } of faults) {
      const known = totals.get(kind) ?? { kind, injected: 0, mattered: 0 };
      totals.set(kind, {
        kind,
        injected: known.injected + injected,
        mattered: known.mattered + mattered,
      });
    }
  }
  return [...totals.values()].sort((left, right) => (left.kind < right.kind ? -1 : 1));
}
