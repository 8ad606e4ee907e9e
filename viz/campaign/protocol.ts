/** What the campaign page and its workers say to each other through Comlink. A worker runs one seed a call, or reads a file. */
import type { CoverageDemand } from "../../reports/coverage.ts";
import type { SeedResult } from "../../reports/seedResult.ts";
import type { Parameters } from "../../sim/scenario.ts";
import type { ScenarioInfo } from "../protocol.ts";
import type { ReadCampaign } from "./readFile.ts";

export interface CampaignAbout {
  /** Fingerprint of engine, world and scenarios: runs of one version are equal. */
  readonly version: string;
  readonly scenarios: readonly ScenarioInfo[];
  /** What there is to cover. */
  readonly demand: CoverageDemand;
}

export interface CampaignWorker {
  about(): CampaignAbout;
  /** Rejects with what is wrong with the file. `tell` hears the share that was read, 0 to 1. */
  readFile(file: Blob, viewer: string, tell: (share: number) => void): Promise<ReadCampaign>;
  /** The fingerprint that results.jsonl has of scenario and overrides; "" where the browser has no cryptography, as on a plain http address. */
  planOf(scenario: string, overrides: Parameters): Promise<string>;
  /** Never rejects for what a run does: an exception is a result too. */
  runSeed(scenario: string, overrides: Parameters, seed: number): SeedResult;
}
