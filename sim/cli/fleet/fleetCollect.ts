/** `fleet collect`: waits for the results of a campaign, counts each seed once, and sums them up as any other campaign. */
import { join } from "node:path";
import { plural } from "../../../reports/figures.ts";
import { finishSweep, folderName, interruptedStatus } from "../campaignCommand.ts";
import type { Surroundings } from "../commands.ts";
import { progressText } from "../progress.ts";
import { ResultsWriter } from "../resultsFile.ts";
import { UsageError } from "../../input/usageError.ts";
import { watchedOf } from "../watched.ts";
import { noCampaign } from "./fleetPlan.ts";
import { FleetResults } from "./fleetResults.ts";
import type { FleetServer } from "./fleetServer.ts";

export interface CollectOptions {
  readonly campaign: string;
  readonly out: string;
  readonly junit: string;
  readonly isJson: boolean;
  /** False: take what is there and wait for no more. */
  readonly waits: boolean;
}

/** Without a further result for so long, what is stored has been read. */
const QUIET_MS = 2000;

export async function collectFromFleet(
  server: FleetServer,
  options: CollectOptions,
  around: Surroundings,
): Promise<number> {
  const { campaign, waits, out } = options;
  const plan = await server.planOf(campaign);
  if (plan === undefined) throw new UsageError(noCampaign(campaign));
  const { header } = plan;
  const asked = header.seeds.last - header.seeds.first + 1;
  const results = new FleetResults();
  const startedMs = around.clockMs();
  let stop = (): void => undefined;
  const stopped = new Promise<void>((resolve) => (stop = resolve));
  void around.interrupted().then(stop);
  let quiet: NodeJS.Timeout | undefined;
  const restart = (): void => {
    clearTimeout(quiet);
    if (!waits) quiet = setTimeout(stop, QUIET_MS);
  };
  restart();
  await Promise.race([
    server.whenLost(),
    server.readResults(
      campaign,
      (result) => {
        restart();
        if (!results.add(result)) return;
        const elapsedMs = around.clockMs() - startedMs;
        const { count, failed } = results;
        const state = { name: campaign, asked, kept: 0, done: count, failed, elapsedMs };
        around.progress(progressText(state));
        if (count === asked) stop();
      },
      stopped,
    ),
  ]);
  clearTimeout(quiet);
  around.progress("");
  const inOrder = results.inOrder();
  const folder = join(out, folderName(header));
  const writer = new ResultsWriter(join(folder, "results.jsonl"), header, inOrder);
  const { contradictions, repeated } = results;
  const problems = contradictions.map((each) => `two workers told different things of ${each}`);
  const sweep = {
    ...watchedOf(header),
    asked,
    results: inOrder,
    speed: undefined,
    minimal: new Map(),
    missedGoals: [],
  };
  const status = finishSweep(sweep, { ...options, folder, problems }, around);
  if (repeated > 0) {
    around.complain(
      `${plural(repeated, "result")} came twice, of ranges that were given out again; each seed counts once\n`,
    );
  }
  if (inOrder.length === asked) return status;
  around.complain(
    `Not complete: ${inOrder.length} of ${asked} seeds are in, and in ${writer.path}. What follows stays on the server: collect again.\n`,
  );
  return interruptedStatus;
}
