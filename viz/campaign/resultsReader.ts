/** Reads results.jsonl as it comes, piece by piece, and summary.json whole. What is wrong with a file is said in a sentence. */
import {
  type CampaignData,
  campaignData,
  CampaignTally,
  type FailureData,
} from "../../reports/campaignData.ts";
import type { CoverageDemand } from "../../reports/coverage.ts";
import { askedSeeds, type ResultsHeader, resultsSchema } from "../../reports/resultsHeader.ts";
import type { SeedResult } from "../../reports/seedResult.ts";
import type { SweepFigures } from "../../reports/sweepFigures.ts";
import { verdictPrecedence } from "../../reports/verdict.ts";
import type { Watched } from "../../reports/watch.ts";
import type { RunVerdict } from "../../sim/run.ts";
import type { Parameters, Scenario } from "../../sim/scenario.ts";

/** Where the viewer is and what it can run. */
export interface ViewerScenarios {
  /** Its address without "#". */
  readonly viewer: string;
  readonly names: readonly string[];
}

export class ResultsReader {
  readonly tally: CampaignTally = new CampaignTally();
  #header: ResultsHeader | undefined;
  #rest = "";
  #lines = 0;

  /** Takes the next piece of the file, wherever it was cut. Throws an Error that says what is wrong with the file. */
  push(text: string): void {
    const lines = `${this.#rest}${text}`.split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) this.#take(line);
  }

  /** The last line is whole if it ends with a line feed: true if something was cut off. Throws an Error that says what is wrong with the file. */
  end(): boolean {
    if (this.#header === undefined) throw foreign();
    return this.#rest.trim() !== "";
  }

  /** After the first line. Throws before it. */
  get header(): ResultsHeader {
    if (this.#header === undefined) throw foreign();
    return this.#header;
  }

  /** Of what was read so far. */
  data(viewer: ViewerScenarios, demand: CoverageDemand): CampaignData {
    const { header } = this;
    const frame = {
      ...watchedOf(header, viewer),
      asked: askedSeeds(header),
      speed: undefined,
      minimal: new Map(),
      missedGoals: [],
    };
    return campaignData(this.tally, frame, demand);
  }

  #take(line: string): void {
    this.#lines += 1;
    if (this.#header === undefined) {
      const first: Partial<ResultsHeader> | undefined = valueOf(line);
      if (first?.schema !== resultsSchema) throw foreign();
      this.#header = first as ResultsHeader;
      return;
    }
    const result: Partial<SeedResult> | undefined = valueOf(line);
    const isWhole = typeof result?.seed === "number" && isVerdict(result.verdict);
    if (!isWhole) {
      throw new Error(
        `Line ${this.#lines} is not the result of a seed: the file was damaged or changed.`,
      );
    }
    this.tally.add(result as SeedResult);
  }
}

const summarySchema = "azimuth-sweep/2";

interface Summary extends SweepFigures {
  readonly schema: string;
  readonly version: string;
  readonly scenario: string;
  readonly file?: Scenario;
  readonly overrides: Parameters;
  readonly verdict: RunVerdict;
  readonly asked: number;
  readonly done: number;
  readonly failures: readonly (Omit<FailureData, "minimal"> &
    Pick<Partial<FailureData>, "minimal">)[];
  readonly missedGoals: readonly string[];
}

/** From the whole text of summary.json. Throws an Error that says what is wrong with the file. */
export function summaryData(text: string, viewer: ViewerScenarios): CampaignData {
  const summary: Partial<Summary> | undefined = valueOf(text);
  if (summary?.schema !== summarySchema) throw foreign();
  const whole = summary as Summary;
  const { verdict, asked, done, failures, missedGoals } = whole;
  return {
    watched: watchedOf(whole, viewer),
    verdict,
    asked,
    done,
    figures: whole,
    failures: failures.map((failure) => ({ minimal: undefined, ...failure })),
    missedGoals,
    speed: undefined,
    seeds: undefined,
  };
}

/** A scenario that the viewer has not and the file does not bring along cannot be linked to. */
function watchedOf(
  { version, scenario, file, overrides }: Omit<Watched, "viewer">,
  { viewer, names }: ViewerScenarios,
): Watched {
  const isKnown = file !== undefined || names.includes(scenario);
  const named = { viewer: isKnown ? viewer : "", version, scenario, overrides };
  return file === undefined ? named : { ...named, file };
}

function isVerdict(verdict: unknown): boolean {
  return verdictPrecedence.some((each) => each === verdict);
}

function valueOf(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function foreign(): Error {
  return new Error(
    "This is no file of a campaign: expected results.jsonl or summary.json, as “npm run sim -- swarm seeds=1..200” leaves them in reports/out/swarm-1..200/.",
  );
}
