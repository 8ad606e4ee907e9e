/** The worker thread of a campaign: seeds come in one at a time, results go out. */
import { parentPort, workerData } from "node:worker_threads";
import { runSeed, type CampaignPlan, type CampaignTask } from "./campaignJob.ts";
import { simulate } from "./realSimulation.ts";

const port = parentPort;
if (port === null) throw new Error("campaignWorker runs in a worker thread only");
const plan = workerData as CampaignPlan;
port.on("message", (task: CampaignTask) => {
  port.postMessage(runSeed(plan, task, simulate, () => performance.now()));
});
