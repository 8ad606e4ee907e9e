/** seeds=A..B: a pool of worker threads, each given the next seed when it is free. */
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { failedSeed, type SeedResult } from "../../reports/sweep.ts";
import {
  messageOf,
  type CampaignAnswer,
  type CampaignPlan,
  type CampaignTask,
} from "./campaignJob.ts";

export interface CampaignOptions {
  readonly plan: CampaignPlan;
  readonly firstSeed: number;
  readonly lastSeed: number;
  /** 0: as many as there are cores. */
  readonly workers: number;
  readonly onProgress: (done: number, failed: number) => void;
  /** Resolves when the user wants no more. */
  readonly interrupted: Promise<void>;
}

export interface CampaignOutcome {
  /** In order of seeds; fewer than asked if interrupted. */
  readonly results: readonly SeedResult[];
  /** What kept files from being written. */
  readonly problems: readonly string[];
}

/** Failed seeds beyond this many write no files of their own; each can be replayed. */
const folderLimit = 20;

export async function runCampaign(options: CampaignOptions): Promise<CampaignOutcome> {
  const results: SeedResult[] = [];
  const problems: string[] = [];
  const seeds = options.lastSeed - options.firstSeed + 1;
  const count = Math.min(seeds, options.workers > 0 ? options.workers : availableParallelism());
  let nextSeed = options.firstSeed;
  let isStopped = false;
  let folders = 0;
  void options.interrupted.then(() => (isStopped = true));

  const take = (): CampaignTask | undefined => {
    if (isStopped || nextSeed > options.lastSeed) return undefined;
    return { seed: nextSeed++, mayWrite: folders < folderLimit };
  };
  const done = (answer: CampaignAnswer): void => {
    results.push(answer.result);
    if (answer.problem !== "") problems.push(answer.problem);
    if (answer.result.folder !== "") folders++;
    const failed = results.filter((result) => result.verdict !== "ok").length;
    options.onProgress(results.length, failed);
  };
  const lanes = Array.from({ length: count }, () => runLane(options, take, done));
  await Promise.race([Promise.all(lanes.map((lane) => lane.finished)), options.interrupted]);
  await Promise.all(lanes.map((lane) => lane.stop()));
  results.sort((left, right) => left.seed - right.seed);
  return { results, problems };
}

/** As `npm run sim` gives the main thread: three semi-spaces of 64 MB. Runs keep much of what they make. */
const YOUNG_MEGABYTES = 192;

interface Lane {
  readonly finished: Promise<void>;
  readonly stop: () => Promise<unknown>;
}

/** One worker after another: a worker that dies (out of memory, say) costs its seed and is replaced. */
function runLane(
  { plan }: CampaignOptions,
  take: () => CampaignTask | undefined,
  done: (answer: CampaignAnswer) => void,
): Lane {
  let worker: Worker | undefined;
  let isEnding = false;
  const start = (first: CampaignTask): Promise<void> =>
    new Promise((resolve) => {
      let task: CampaignTask | undefined = first;
      let reason = "it ended by itself";
      const current = new Worker(new URL("./campaignWorker.js", import.meta.url), {
        workerData: plan,
        resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MEGABYTES },
      });
      worker = current;
      current.on("message", (answer: CampaignAnswer) => {
        done(answer);
        task = take();
        if (task === undefined) void current.terminate();
        else current.postMessage(task);
      });
      current.on("error", (error) => (reason = messageOf(error)));
      current.on("exit", () => {
        if (task !== undefined && !isEnding) done(deathOf(plan, task.seed, reason));
        const following = task === undefined || isEnding ? undefined : take();
        if (following === undefined) resolve();
        else void start(following).then(resolve);
      });
      current.postMessage(first);
    });
  const first = take();
  const finished = first === undefined ? Promise.resolve() : start(first);
  const stop = async (): Promise<unknown> => {
    isEnding = true;
    return worker?.terminate();
  };
  return { finished, stop };
}

function deathOf(plan: CampaignPlan, seed: number, reason: string): CampaignAnswer {
  const about = { scenario: plan.scenario.name, seed, overrides: plan.overrides };
  return { result: failedSeed(about, `the worker thread died: ${reason}`, 0), problem: "" };
}
