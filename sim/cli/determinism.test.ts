import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import { azOutage } from "../../scenarios/azOutage.ts";
import type { CampaignAnswer, CampaignPlan, CampaignTask } from "./campaignJob.ts";
import { simulate } from "./realSimulation.ts";

const compiled = fileURLToPath(new URL("../../dist/sim/cli/", import.meta.url));
const overrides = { horizonMs: 9000, faultAtMs: 2000, faultForMs: 4000 };
const seed = 11;

function digestInFreshProcess(): string {
  const folder = mkdtempSync(join(tmpdir(), "digest-"));
  const words = Object.entries(overrides).map(([name, value]) => `${name}=${value}`);
  const argv = [
    join(compiled, "main.js"),
    "scenario=az-outage",
    `seed=${seed}`,
    ...words,
    "json",
    `out=${folder}`,
  ];
  try {
    const text = execFileSync(process.execPath, argv, { encoding: "utf8", maxBuffer: 1 << 28 });
    return (JSON.parse(text) as { digest: string }).digest;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function digestInWorker(): Promise<string> {
  const plan: CampaignPlan = {
    scenario: azOutage,
    overrides,
    out: "",
    trace: "events",
    parts: { script: "", style: "" },
  };
  const task: CampaignTask = { seed, mayWrite: false };
  const worker = new Worker(join(compiled, "campaignWorker.js"), { workerData: plan });
  const answer = await new Promise<CampaignAnswer>((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
    worker.postMessage(task);
  });
  await worker.terminate();
  return answer.result.digest;
}

describe("the same scenario, parameters and seed", () => {
  const first = simulate(azOutage, overrides, seed, { full: false }).run;

  it("find the compiled command line, which `npm test` builds first", () => {
    expect(existsSync(join(compiled, "main.js"))).toBe(true);
  });

  it("give the same digest and checkpoints twice in one process", () => {
    const second = simulate(azOutage, overrides, seed, { full: false }).run;
    expect(second.digest).toBe(first.digest);
    expect(second.checkpoints).toEqual(first.checkpoints);
    expect(second.events).toBeGreaterThan(1000);
  });

  it("give the same digest with the full trace on", () => {
    const full = simulate(azOutage, overrides, seed, { full: true }).run;
    expect(full.digest).toBe(first.digest);
    expect(full.trace.length).toBeGreaterThan(first.trace.length);
  });

  it("give the same digest in a fresh process", () => {
    expect(digestInFreshProcess()).toBe(first.digest);
  });

  it("give the same digest in a worker thread", async () => {
    expect(await digestInWorker()).toBe(first.digest);
  });

  it("give another digest with another seed", () => {
    const other = simulate(azOutage, overrides, seed + 1, { full: false }).run;
    expect(other.digest).not.toBe(first.digest);
  });
});
