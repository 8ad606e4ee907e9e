/** Many seeds on all cores; ends early, with what is done, when the user wants no more. */
import type { SeedResult } from "../../reports/seedResult.ts";
import type { CampaignAnswer, CampaignPlan } from "./campaignJob.ts";
import { WorkerPool } from "./workerPool.ts";

export interface CampaignOptions {
  readonly plan: CampaignPlan;
  readonly seeds: readonly number[];
  /** 0: as many as there are cores. */
  readonly workers: number;
  /** Told of each seed as it ends. If it throws, the campaign ends with that error. */
  readonly onResult: (result: SeedResult) => void;
  /** Resolves when the user wants no more. */
  readonly interrupted: Promise<void>;
}

export interface CampaignOutcome {
  readonly workers: number;
  /** What kept files from being written. */
  readonly problems: readonly string[];
}

/** Failed seeds beyond this many write no files of their own; each can be replayed. */
const folderLimit = 20;

export async function runCampaign(options: CampaignOptions): Promise<CampaignOutcome> {
  const { plan, seeds, workers, onResult, interrupted } = options;
  const problems: string[] = [];
  let folders = 0;
  const pool = new WorkerPool({ plan, workers, mayWrite: () => folders < folderLimit });
  let failure: unknown;
  const onAnswer = ({ result, problem }: CampaignAnswer): void => {
    if (problem !== "") problems.push(problem);
    if (result.folder !== "") folders += 1;
    if (failure !== undefined) return;
    try {
      onResult(result);
    } catch (error) {
      failure = error;
      void pool.close();
    }
  };
  void interrupted.then(() => pool.close());
  try {
    await pool.run({ seeds, onAnswer });
  } finally {
    await pool.close();
  }
  if (failure !== undefined) throw failure;
  return { workers: Math.min(pool.size, seeds.length), problems };
}
