/** `fleet work`: takes ranges of seeds from the server, runs them on all cores, and sends each result as its seed ends. */
import { failedSeed } from "../../../reports/seedResult.ts";
import { countText, plural } from "../../../reports/figures.ts";
import type { PageParts } from "../../../reports/html.ts";
import { rangeText, seedsOf } from "../seedRange.ts";
import { UsageError } from "../../input/usageError.ts";
import { WorkerPool } from "../workerPool.ts";
import { DELIVERY_LIMIT, noCampaign, whyNotMine, type FleetPlan } from "./fleetPlan.ts";
import type { DeliveredRange, FleetServer } from "./fleetServer.ts";

export interface WorkOptions {
  /** "": whatever campaign of this version has ranges left, until interrupted. */
  readonly campaign: string;
  readonly workers: number;
  readonly version: string;
  /** Told once a range, in whole lines. */
  readonly tell: (line: string) => void;
  readonly interrupted: Promise<void>;
}

export interface WorkDone {
  readonly ranges: number;
  readonly seeds: number;
}

/** How long one question for a range waits, and how often an idle worker looks for new campaigns. */
const WAIT_MS = 1000;
const LOOK_MS = 2000;

/** Its results are read on another machine, where this one's files are of no use. */
const noParts: PageParts = { script: "", style: "" };

export async function workForFleet(server: FleetServer, options: WorkOptions): Promise<WorkDone> {
  const worker = new FleetWorker(server, options);
  const asked = options.campaign;
  if (asked !== "") {
    const plan = await server.planOf(asked);
    if (plan === undefined) throw new UsageError(noCampaign(asked));
    const reason = whyNotMine(asked, plan, options.version);
    if (reason !== "") throw new UsageError(reason);
    await worker.serve(asked, plan);
  } else {
    await worker.serveAll();
  }
  return worker.done;
}

class FleetWorker {
  private readonly server: FleetServer;
  private readonly options: WorkOptions;
  private readonly refused: Set<string> = new Set();
  private isStopped = false;
  private ranges = 0;
  private seeds = 0;

  constructor(server: FleetServer, options: WorkOptions) {
    this.server = server;
    this.options = options;
    void options.interrupted.then(() => (this.isStopped = true));
  }

  get done(): WorkDone {
    return { ranges: this.ranges, seeds: this.seeds };
  }

  async serveAll(): Promise<void> {
    const { tell, version, interrupted } = this.options;
    let isIdle = false;
    while (!this.isStopped) {
      const open = (await this.server.campaigns()).filter(
        ({ rangesWaiting, rangesAtWork }) => rangesWaiting + rangesAtWork > 0,
      );
      for (const { campaign, plan } of open) {
        const reason = whyNotMine(campaign, plan, version);
        if (reason === "" || this.refused.has(campaign)) continue;
        this.refused.add(campaign);
        tell(`not taken: ${reason}`);
      }
      const mine = open.find(({ campaign }) => !this.refused.has(campaign));
      if (mine !== undefined) {
        isIdle = false;
        await this.serve(mine.campaign, mine.plan);
        continue;
      }
      if (!isIdle) tell("no ranges left; waiting for a campaign (Ctrl-C ends)");
      isIdle = true;
      await Promise.race([sleep(LOOK_MS), interrupted]);
    }
  }

  /** Until no range of the campaign is left, with anybody, or the user wants no more. */
  async serve(campaign: string, plan: FleetPlan): Promise<void> {
    const { scenario, header } = plan;
    const { overrides } = header;
    const pool = new WorkerPool({
      plan: { scenario, overrides, out: "", trace: "events", parts: noParts },
      workers: this.options.workers,
      mayWrite: () => false,
    });
    this.options.tell(`${campaign}: at work on ${plural(pool.size, "thread")}`);
    try {
      const queue = await this.server.rangesOf(campaign);
      while (!this.isStopped) {
        const delivered = await queue.next(WAIT_MS);
        if (delivered === undefined) {
          const state = await this.server.stateOf(campaign);
          if (state === undefined) throw new UsageError(`campaign ${campaign} was dropped`);
          if (state.rangesWaiting + state.rangesAtWork === 0) return;
          continue;
        }
        // It came while the user was ending us: somebody else's.
        if (this.isStopped) return delivered.giveBack();
        await this.runRange(campaign, plan, delivered, pool);
      }
    } finally {
      await pool.close();
    }
  }

  private async runRange(
    campaign: string,
    plan: FleetPlan,
    delivered: DeliveredRange,
    pool: WorkerPool,
  ): Promise<void> {
    const { range, delivery } = delivered;
    const heartbeat = setInterval(() => delivered.touch(), Math.ceil(plan.silenceMs / 4));
    const sent: Promise<void>[] = [];
    let failed = 0;
    try {
      let seeds = seedsOf(range, { index: 1, count: 1 });
      // A worker fell silent over it: what it had done is there.
      if (delivery > 1) seeds = await this.withoutResult(campaign, seeds);
      if (delivery > DELIVERY_LIMIT) {
        await this.reportPoison(campaign, seeds);
      } else {
        await pool.run({
          seeds,
          onAnswer: ({ result }) => {
            if (result.verdict !== "ok") failed += 1;
            sent.push(this.server.publishResult(campaign, result));
          },
        });
        await Promise.all(sent);
      }
      await delivered.done();
      this.ranges += 1;
      this.seeds += seeds.length;
      const again = delivery > 1 ? ` (given out for the ${ordinal(delivery)} time)` : "";
      const note = failed > 0 ? `, ${countText(failed)} failed` : "";
      this.options.tell(
        `${campaign}: ${plural(seeds.length, "seed")} of ${rangeText(range)} done${note}${again}`,
      );
    } finally {
      clearInterval(heartbeat);
      await Promise.allSettled(sent);
    }
  }

  private async withoutResult(
    campaign: string,
    seeds: readonly number[],
  ): Promise<readonly number[]> {
    const rest: number[] = [];
    for (const seed of seeds) {
      if (!(await this.server.hasResult(campaign, seed))) rest.push(seed);
    }
    return rest;
  }

  private async reportPoison(campaign: string, seeds: readonly number[]): Promise<void> {
    const message = `${DELIVERY_LIMIT} workers were given this seed's range and fell silent; it was not tried again`;
    for (const seed of seeds) {
      const result = failedSeed(seed, "fleet: workers fell silent", message, 0);
      await this.server.publishResult(campaign, result);
    }
  }
}

function ordinal(count: number): string {
  if (count === 2) return "2nd";
  return count === 3 ? "3rd" : `${count}th`;
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
