/** What a fleet is asked to do: a campaign, cut into ranges of seeds. Plain data, in JSON on the wire. */
import { createHash } from "node:crypto";
import type { SeedResult } from "../../../reports/seedResult.ts";
import type { Scenario } from "../../scenario.ts";
import type { ResultsHeader } from "../../../reports/resultsHeader.ts";
import { planFingerprint } from "../resultsFile.ts";
import type { SeedRange } from "../seedRange.ts";
import { UsageError } from "../../input/usageError.ts";

const fleetSchema = "azimuth-fleet/1";

/** A range is given to so many workers; if all fell silent over it, the next one only reports it. */
export const DELIVERY_LIMIT = 3;

export interface FleetPlan {
  readonly schema: typeof fleetSchema;
  readonly header: ResultsHeader;
  /** In full: a worker may not have the file that it was read from. */
  readonly scenario: Scenario;
  /** A range whose worker has been silent for so long is given to another. */
  readonly silenceMs: number;
}

export function makePlan(header: ResultsHeader, scenario: Scenario, silenceMs: number): FleetPlan {
  return { schema: fleetSchema, header, scenario, silenceMs };
}

/** Throws UsageError if the text is no plan, or its scenario is not the one that its fingerprint was made of. */
export function planFrom(text: string, campaign: string): FleetPlan {
  const plan = jsonFrom(text) as Partial<FleetPlan> | undefined;
  if (plan?.schema !== fleetSchema || plan.header === undefined || plan.scenario === undefined) {
    throw new UsageError(`campaign ${campaign} has no plan of schema ${fleetSchema}`);
  }
  if (planFingerprint(plan.scenario, plan.header.overrides) !== plan.header.plan) {
    throw new UsageError(`the plan of campaign ${campaign} was changed on its way`);
  }
  return plan as FleetPlan;
}

/** A worker of other code would give other results under the same name. */
export function whyNotMine(campaign: string, plan: FleetPlan, version: string): string {
  if (plan.header.version === version) return "";
  return `campaign ${campaign} was submitted by version ${plan.header.version}, and this is version ${version}: build the submitter's commit here, or submit it again from this one`;
}

/**
 * The same campaign has the same name, so that submitting it twice does not run it twice. Letters that are fit for names of streams
 * and subjects only.
 */
export function campaignName({ scenario, seeds, version, plan }: ResultsHeader): string {
  const hash = createHash("sha256").update(`${version} ${plan}`).digest("hex").slice(0, 8);
  return `${scenario}-${seeds.first}-${seeds.last}-${hash}`;
}

/** Consecutive ranges of at most `size` seeds. */
export function cutRange({ first, last }: SeedRange, size: number): readonly SeedRange[] {
  const ranges: SeedRange[] = [];
  for (let from = first; from <= last; from += size) {
    ranges.push({ first: from, last: Math.min(last, from + size - 1) });
  }
  return ranges;
}

export function seedRangeFrom(text: string): SeedRange {
  const range = jsonFrom(text) as Partial<SeedRange> | undefined;
  const { first, last } = range ?? {};
  if (typeof first === "number" && typeof last === "number" && first <= last) {
    return { first, last };
  }
  throw new UsageError(`a message of the queue is no range of seeds: ${text.slice(0, 80)}`);
}

export function seedResultFrom(text: string): SeedResult {
  const result = jsonFrom(text) as Partial<SeedResult> | undefined;
  if (typeof result?.seed === "number" && typeof result.verdict === "string") {
    return result as SeedResult;
  }
  throw new UsageError(`a message of the results is no result of a seed: ${text.slice(0, 80)}`);
}

function jsonFrom(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function noCampaign(campaign: string): string {
  return `there is no campaign ${campaign} on this server ("fleet list" names them all)`;
}
