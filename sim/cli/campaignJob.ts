/** One seed of a campaign: run it, keep what the summary needs, write the files if it failed. Runs in a worker thread. */
import { join } from "node:path";
import type { PageParts } from "../../reports/html.ts";
import type { TraceDetail } from "../../reports/jsonLines.ts";
import { seedResultOf, thrownSeed, type SeedResult } from "../../reports/seedResult.ts";
import { verdictOf } from "../../reports/verdict.ts";
import { watchRun } from "../../reports/watch.ts";
import type { Parameters, Scenario } from "../scenario.ts";
import { writeReport } from "./outputFiles.ts";
import type { Simulate } from "./simulation.ts";
import { watched } from "./watched.ts";

/** What all seeds of a campaign share. Plain data: it crosses to the workers. */
export interface CampaignPlan {
  readonly scenario: Scenario;
  readonly overrides: Parameters;
  readonly out: string;
  readonly trace: TraceDetail;
  readonly parts: PageParts;
}

/** Main thread → worker: some seeds, run one after another. */
export interface CampaignTask {
  readonly seeds: readonly number[];
  /** Whether a failed run may write its files: after many failures one more folder helps nobody. */
  readonly mayWrite: boolean;
}

/** Worker → main thread, one a seed. `problem` tells what kept the files from being written, "" if nothing did. */
export interface CampaignAnswer {
  readonly result: SeedResult;
  readonly problem: string;
}

export function runSeed(
  plan: CampaignPlan,
  seed: number,
  mayWrite: boolean,
  simulate: Simulate,
  clockMs: () => number,
): CampaignAnswer {
  const startedMs = clockMs();
  const { scenario, overrides } = plan;
  try {
    const { run } = simulate(scenario, overrides, seed, { full: plan.trace === "full" });
    const wallMs = clockMs() - startedMs;
    if (verdictOf(run) === "ok" || !mayWrite) {
      return { result: seedResultOf(run, wallMs, ""), problem: "" };
    }
    const folder = join(plan.out, `${scenario.name}-${seed}`);
    try {
      const watch = watchRun(watched(scenario, overrides), run);
      writeReport(folder, run, { trace: plan.trace, page: plan.parts, watch });
    } catch (error) {
      return { result: seedResultOf(run, wallMs, ""), problem: messageOf(error) };
    }
    return { result: seedResultOf(run, wallMs, folder), problem: "" };
  } catch (error) {
    return { result: thrownSeed(seed, error, clockMs() - startedMs), problem: "" };
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
