/** What a campaign can be told beside its scenario. */
import { rangeFrom, shardFrom, type SeedRange, type Shard } from "./seedRange.ts";
import { UsageError } from "../input/usageError.ts";

export interface CampaignSettings {
  readonly seeds: SeedRange;
  readonly shard: Shard;
  /** 0: as many as there are cores. */
  readonly workers: number;
  /** A results.jsonl whose seeds need not run again, "" for none. */
  readonly resume: string;
  /** Where JUnit XML goes, "" for nowhere. */
  readonly junit: string;
  /** Seconds for making failures small, 0 for none. */
  readonly minimiseSeconds: number;
  /** Whether a mark that was never hit, or a kind of fault that never mattered, fails the campaign. */
  readonly isCoverageRequired: boolean;
}

/** The keys that mean something with seeds=A..B only. */
export const campaignKeys: readonly string[] = [
  "workers",
  "shard",
  "resume",
  "junit",
  "minimise",
  "coverage",
];

const standardMinimiseSeconds = 60;

export function campaignSettings(
  seeds: string,
  pairs: ReadonlyMap<string, string>,
): CampaignSettings {
  return {
    seeds: rangeFrom(seeds),
    shard: shardFrom(pairs.get("shard")),
    workers: workersFrom(pairs.get("workers")),
    resume: fileFrom(pairs, "resume", "a results.jsonl"),
    junit: fileFrom(pairs, "junit", "a file"),
    minimiseSeconds: secondsFrom(pairs.get("minimise")),
    isCoverageRequired: coverageFrom(pairs.get("coverage")),
  };
}

export function workersFrom(text: string | undefined): number {
  if (text === undefined) return 0;
  const workers = /^\d+$/.test(text) ? Number(text) : 0;
  if (workers >= 1 && workers <= 256) return workers;
  throw new UsageError(`workers expects a whole number from 1 to 256; got "${text}"`);
}

function secondsFrom(text: string | undefined): number {
  if (text === undefined) return standardMinimiseSeconds;
  if (/^\d{1,5}$/.test(text)) return Number(text);
  throw new UsageError(
    `minimise expects a whole number of seconds, 0 for none, such as minimise=${standardMinimiseSeconds}; got "${text}"`,
  );
}

function coverageFrom(text: string | undefined): boolean {
  if (text === undefined || text === "told") return false;
  if (text === "required") return true;
  throw new UsageError(`coverage must be one of told, required; got "${text}"`);
}

function fileFrom(pairs: ReadonlyMap<string, string>, key: string, what: string): string {
  const path = pairs.get(key);
  if (path === "") throw new UsageError(`${key} needs ${what}: ${key}=FILE`);
  return path ?? "";
}
