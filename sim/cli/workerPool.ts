/**
 * Worker threads that run the seeds of one plan. A worker is given seeds in batches and the next batch before it has finished the last,
 * so that it never waits for the main thread. A worker that dies (out of memory, say) or never ends costs its seed and is replaced.
 */
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { failedSeed } from "../../reports/seedResult.ts";
import {
  messageOf,
  type CampaignAnswer,
  type CampaignPlan,
  type CampaignTask,
} from "./campaignJob.ts";

export interface PoolOptions {
  readonly plan: CampaignPlan;
  /** 0: as many as there are cores. */
  readonly workers: number;
  /** Whether a failed run may still write its files. */
  readonly mayWrite: () => boolean;
  /** The compiled worker; tests give their own. */
  readonly script?: URL;
  readonly seedLimitMs?: number;
}

export interface SeedJob {
  /** Answers come in the order in which seeds end. */
  readonly seeds: readonly number[];
  readonly onAnswer: (answer: CampaignAnswer) => void;
}

/** Three semi-spaces of 16 MB: several workers share the processor's cache, and larger ones were slower. */
const YOUNG_MEGABYTES = 48;

/** A batch is about this long, but never so long that other workers stand idle at the end. */
const BATCH_MS = 250;
const HIGHEST_BATCH = 32;

/** No run takes this long: one that does will never end. */
const SEED_LIMIT_MS = 15 * 60_000;

/** So many workers that die before they answered anything: it is not their seeds. */
const STILLBORN_LIMIT = 3;

interface Lane {
  worker: Worker | undefined;
  /** Seeds that the worker has and did not answer, in its order: the first is the one at hand. */
  readonly given: number[];
  /** When the seed at hand began, or was given. */
  sinceMs: number;
  /** Why the worker died, once it has. */
  reason: string;
}

export class WorkerPool {
  readonly size: number;
  private readonly options: PoolOptions;
  private readonly lanes: Lane[];
  /** Seeds to give out: those from `taken` on, and before them what a dead worker gave back. */
  private seeds: readonly number[] = [];
  private taken = 0;
  private returned: number[] = [];
  private job: SeedJob | undefined = undefined;
  private settle: { resolve: () => void; reject: (error: Error) => void } | undefined = undefined;
  private stillborn = 0;
  private answered = 0;
  private spentMs = 0;
  private isClosed = false;
  private readonly watchdog: NodeJS.Timeout;

  constructor(options: PoolOptions) {
    this.options = options;
    this.size = options.workers > 0 ? options.workers : availableParallelism();
    this.lanes = Array.from({ length: this.size }, () => ({
      worker: undefined,
      given: [],
      sinceMs: 0,
      reason: "",
    }));
    this.watchdog = setInterval(() => this.endTheEndless(), 1000);
    this.watchdog.unref();
  }

  /**
   * Resolves when every seed has its answer, or when the pool is closed. Rejects if workers cannot run at all. One job at a time; the
   * threads stay for the next.
   */
  run(job: SeedJob): Promise<void> {
    if (this.job !== undefined) throw new Error("the pool runs one job at a time");
    this.job = job;
    this.seeds = job.seeds;
    this.taken = 0;
    this.returned = [];
    return new Promise((resolve, reject) => {
      this.settle = { resolve, reject };
      for (const lane of this.lanes) this.feed(lane);
      this.settleIfDone();
    });
  }

  /** Ends the threads at once; seeds at hand get no answer. */
  async close(): Promise<void> {
    this.isClosed = true;
    clearInterval(this.watchdog);
    await Promise.all(this.lanes.map(async (lane) => lane.worker?.terminate()));
    this.finish();
  }

  private finish(): void {
    const settle = this.settle;
    this.job = undefined;
    this.settle = undefined;
    settle?.resolve();
  }

  private fail(error: Error): void {
    const settle = this.settle;
    this.settle = undefined;
    this.job = undefined;
    settle?.reject(error);
  }

  private settleIfDone(): void {
    if (this.waiting > 0 || this.lanes.some((lane) => lane.given.length > 0)) return;
    this.finish();
  }

  private get waiting(): number {
    return this.returned.length + this.seeds.length - this.taken;
  }

  private takeBatch(size: number): readonly number[] {
    if (this.returned.length > 0) return this.returned.splice(0, size);
    const batch = this.seeds.slice(this.taken, this.taken + size);
    this.taken += batch.length;
    return batch;
  }

  /** Keeps a second batch with the worker while it runs the first. */
  private feed(lane: Lane): void {
    const size = this.batchSize();
    if (this.isClosed || this.waiting === 0 || lane.given.length > size) return;
    lane.worker ??= this.start(lane);
    const seeds = this.takeBatch(size);
    if (lane.given.length === 0) lane.sinceMs = performance.now();
    lane.given.push(...seeds);
    lane.worker.postMessage({ seeds, mayWrite: this.options.mayWrite() } satisfies CampaignTask);
  }

  private batchSize(): number {
    if (this.answered === 0) return 1;
    const share = Math.ceil(this.waiting / (this.size * 4));
    const seedMs = Math.max(this.spentMs / this.answered, 1);
    return Math.max(1, Math.min(HIGHEST_BATCH, share, Math.floor(BATCH_MS / seedMs)));
  }

  private start(lane: Lane): Worker {
    const script = this.options.script ?? new URL("./campaignWorker.js", import.meta.url);
    const worker = new Worker(script, {
      workerData: this.options.plan,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MEGABYTES },
    });
    lane.reason = "it ended by itself";
    let hasAnswered = false;
    worker.on("message", (answer: CampaignAnswer) => {
      hasAnswered = true;
      this.stillborn = 0;
      this.take(lane, answer);
    });
    worker.on("error", (error) => (lane.reason = messageOf(error)));
    worker.on("exit", () => {
      if (this.isClosed) return;
      lane.worker = undefined;
      if (!hasAnswered) this.stillborn += 1;
      if (this.stillborn >= STILLBORN_LIMIT && this.answered === 0) {
        this.fail(
          new Error(`worker threads die before they have run a single seed: ${lane.reason}`),
        );
        return;
      }
      this.bury(lane);
    });
    return worker;
  }

  private take(lane: Lane, answer: CampaignAnswer): void {
    if (this.job === undefined) return;
    lane.given.shift();
    lane.sinceMs = performance.now();
    this.answered += 1;
    this.spentMs += answer.result.wallMs;
    this.job.onAnswer(answer);
    this.feed(lane);
    this.settleIfDone();
  }

  /** The seed at hand is at fault; what the worker had not begun goes back. */
  private bury(lane: Lane): void {
    const { reason } = lane;
    const [guilty, ...others] = lane.given.splice(0);
    this.returned.push(...others);
    if (guilty !== undefined && this.job !== undefined) {
      const message = `the worker thread died: ${reason}`;
      const signature = `worker died: ${reason.replaceAll(/\d+/g, "N")}`;
      const wallMs = performance.now() - lane.sinceMs;
      this.job.onAnswer({ result: failedSeed(guilty, signature, message, wallMs), problem: "" });
    }
    this.feed(lane);
    this.settleIfDone();
  }

  private endTheEndless(): void {
    const limitMs = this.options.seedLimitMs ?? SEED_LIMIT_MS;
    for (const lane of this.lanes) {
      if (lane.given.length === 0 || performance.now() - lane.sinceMs < limitMs) continue;
      lane.reason = `its run had not ended after ${limitMs / 1000} s`;
      void lane.worker?.terminate();
    }
  }
}
