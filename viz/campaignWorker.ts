/** The simulator in a worker of the campaign page: runs one seed a call, or reads a file, and keeps nothing. */
import { expose } from "comlink";
import { swarmDemand } from "../reports/coverageDemand.ts";
import { planText } from "../reports/resultsHeader.ts";
import { type SeedResult, seedResultOf, thrownSeed } from "../reports/seedResult.ts";
import { scenarios } from "../scenarios/registry.ts";
import type { Parameters, Scenario } from "../sim/scenario.ts";
import { drawScenario } from "../sim/swarm/swarm.ts";
import { runScenario } from "../sim/world.ts";
import { about } from "./about.ts";
import type { CampaignWorker } from "./campaign/protocol.ts";
import { readCampaignFile } from "./campaign/readFile.ts";

const worker: CampaignWorker = {
  about: () => {
    const { version, scenarios: infos } = about();
    return { version, scenarios: infos, demand: swarmDemand };
  },
  readFile: async (file, viewer, tell) => {
    const names = scenarios.map(({ name }) => name);
    return readCampaignFile(file, {
      viewer: { viewer, names },
      demand: swarmDemand,
      onShare: tell,
    });
  },
  planOf: async (scenario, overrides) => {
    const { subtle } = crypto as { readonly subtle?: SubtleCrypto };
    if (subtle === undefined) return "";
    const text = new TextEncoder().encode(planText(scenarioNamed(scenario), overrides));
    const hash = new Uint8Array(await subtle.digest("SHA-256", text));
    return [...hash.subarray(0, 8)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  },
  runSeed,
};

function runSeed(name: string, overrides: Parameters, seed: number): SeedResult {
  const beganMs = performance.now();
  try {
    const scenario = drawScenario(scenarioNamed(name), overrides, seed);
    const { run } = runScenario(scenario, overrides, seed, { full: false });
    return seedResultOf(run, performance.now() - beganMs, "");
  } catch (error) {
    return thrownSeed(seed, error, performance.now() - beganMs);
  }
}

function scenarioNamed(name: string): Scenario {
  const found = scenarios.find((each) => each.name === name);
  if (found === undefined) throw new RangeError(`there is no scenario "${name}"`);
  return found;
}

expose(worker);
