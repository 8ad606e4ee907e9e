/** `coverage FILE…`: what the seeds of a campaign have tried, from the results that it left. */
import { coverageOf, coverageProblems } from "../../reports/coverage.ts";
import { swarmDemand } from "../../reports/coverageDemand.ts";
import { coverageReport } from "../../reports/coverageText.ts";
import type { SeedResult } from "../../reports/seedResult.ts";
import { exitCodes } from "../../reports/verdict.ts";
import type { Surroundings } from "./commands.ts";
import { readResults } from "./resultsFile.ts";
import type { Subcommand } from "./subcommands.ts";
import { UsageError } from "../input/usageError.ts";

export const coverageCommand: Subcommand = {
  name: "coverage",
  summary: "what a campaign has tried: marks of the engine, faults by phase, inputs",
  usage: `npm run sim -- coverage FILE… [strict]

Adds up the results.jsonl files of campaigns of swarm seeds, of whatever budgets, and tells which marks
of the engine they hit, which faults met which phases of the protocol, and what they drew.
docs/coverage.md explains the terms.

  strict        a mark that was never hit, a kind of fault that never mattered or an empty cell of
                fault and phase is named, and the exit status is 3: for the nightly campaign
`,
  run: async (argv, around) => tell(argv, around),
};

function tell(argv: readonly string[], around: Surroundings): number {
  const isStrict = argv.includes("strict");
  const paths = argv.filter((word) => word !== "strict");
  if (paths.length === 0) {
    throw new UsageError(
      "coverage needs the results.jsonl of at least one campaign: coverage FILE…",
    );
  }
  const results = paths.flatMap((path) => readResults(path).results);
  const coverage = coverageOf(results);
  around.print(coverageReport(coverage, swarmDemand));
  if (!isStrict) return exitCodes.ok;
  const problems = missedCoverage(results);
  for (const problem of problems) around.complain(`sim: ${problem}\n`);
  return problems.length === 0 ? exitCodes.ok : exitCodes.missed;
}

/** What the nightly campaign must have covered and these results did not, in sentences. */
export function missedCoverage(results: readonly SeedResult[]): readonly string[] {
  return coverageProblems(coverageOf(results), matteringOf(results), swarmDemand);
}

/** By kind, how many faults changed anything. */
function matteringOf(results: readonly SeedResult[]): ReadonlyMap<string, number> {
  const mattered = new Map<string, number>();
  for (const { faults } of results) {
    for (const fault of faults)
      mattered.set(fault.kind, (mattered.get(fault.kind) ?? 0) + fault.mattered);
  }
  return mattered;
}
