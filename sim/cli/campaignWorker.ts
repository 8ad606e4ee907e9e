/** The worker thread of a campaign: batches of seeds come in, a small result goes out as each seed ends. */
import { parentPort, workerData } from "node:worker_threads";
import { runSeed, type CampaignPlan, type CampaignTask } from "./campaignJob.ts";
import { simulate } from "./realSimulation.ts";

const port = parentPort;
if (port === null) throw new Error("campaignWorker runs in a worker thread only");
const plan = workerData as CampaignPlan;
port.on("message", ({ seeds, mayWrite }: CampaignTask) => {
  for (const seed of seeds) {
    port.postMessage(runSeed(plan, seed, mayWrite, simulate, () => performance.now()));
  }
});
