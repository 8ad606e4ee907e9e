/**
 * What the page of a campaign is drawn from: plain JSON, small enough to stand in the page of ten thousand seeds. The command line makes
 * it of the results that it has, the viewer of the lines of results.jsonl as they are read.
 */
import type { RunVerdict } from "../sim/run.ts";
import {
  addToCoverage,
  type Coverage,
  type CoverageDemand,
  emptyCoverage,
  type InputFigures,
  inputFigures,
} from "./coverage.ts";
import { failureGroups, type MinimalExample, replayOf } from "./failureGroups.ts";
import type { SeedLatency, SeedResult } from "./seedResult.ts";
import type { Sweep, SweepSpeed } from "./sweep.ts";
import { sweepFigures, sweepVerdict, type SweepFigures } from "./sweepFigures.ts";
import type { Watched } from "./watch.ts";

export interface CampaignData {
  readonly watched: Watched;
  readonly verdict: RunVerdict;
  readonly asked: number;
  readonly done: number;
  readonly figures: SweepFigures;
  readonly failures: readonly FailureData[];
  readonly missedGoals: readonly string[];
  /** How fast it went; undefined where the results do not say. */
  readonly speed: SweepSpeed | undefined;
  /** What only the results of single seeds tell; undefined for a summary. */
  readonly seeds: SeedsData | undefined;
}

export interface FailureData {
  readonly signature: string;
  readonly verdict: RunVerdict;
  readonly seeds: readonly number[];
  readonly example: {
    readonly seed: number;
    readonly headline: string;
    readonly replay: string;
    /** Where its files are, "" if nowhere. */
    readonly folder: string;
  };
  readonly minimal: MinimalExample | undefined;
}

/** Columns are in order of seeds and as long as there are seeds, unless they bring seeds of their own. */
export interface SeedsData {
  readonly seed: readonly number[];
  readonly verdict: readonly RunVerdict[];
  readonly planned: Durations;
  readonly unplanned: Durations;
  /** Of the seeds in which writes stopped. */
  readonly writeOutages: Durations;
  /** Empty in files from before latencies were kept. */
  readonly latencies: readonly LatencyDurations[];
  readonly work: WorkFigures;
  readonly coverage: CoverageData;
}

/** Durations with the seeds in which they were measured: two columns. */
export interface Durations {
  readonly seed: readonly number[];
  readonly us: readonly number[];
}

export interface LatencyDurations {
  readonly access: SeedLatency["access"];
  readonly quantile: "p50" | "p99";
  readonly durations: Durations;
}

export interface WorkFigures {
  readonly events: number;
  readonly simulatedUs: number;
  /** The machine's time, added up over all workers. */
  readonly wallMs: number;
  readonly slowest: { readonly seed: number; readonly wallMs: number } | undefined;
}

export interface CoverageData {
  /** By kind of fault and phase. */
  readonly cells: readonly MatrixCell[];
  /** The rows and columns of the matrix: empty cells are to be seen. */
  readonly kinds: readonly string[];
  readonly phases: readonly string[];
  /** What the whole engine has and what all inputs were; undefined where seeds do not vary in what they try. */
  readonly drawn: DrawnCoverage | undefined;
}

export interface MatrixCell {
  readonly kind: string;
  readonly phase: string;
  /** How many faults of the kind began in the phase. */
  readonly faults: number;
  readonly seeds: number;
  /** The first seeds in which one did. */
  readonly examples: readonly number[];
}

interface DrawnCoverage {
  readonly marksHit: number;
  readonly marksNeverHit: readonly string[];
  readonly inputs: readonly InputFigures[];
}

/** Seeds named for a cell of the matrix. */
const CELL_EXAMPLES = 8;
/** Cells named for a dimension of the inputs. */
const LEAST_CELLS = 3;

/** Collects results one by one, and keeps little of each. */
export class CampaignTally {
  /** Without their coverage, which is added up. */
  readonly results: SeedResult[] = [];
  readonly #coverage: Coverage = emptyCoverage();
  readonly #cellSeeds: Map<string, { seeds: number; readonly examples: number[] }> = new Map();

  add(result: SeedResult): void {
    this.results.push({ ...result, coverage: undefined });
    if (result.coverage === undefined) return;
    addToCoverage(this.#coverage, result.coverage);
    for (const cell of Object.keys(result.coverage.matrix)) {
      const known = this.#cellSeeds.get(cell) ?? { seeds: 0, examples: [] };
      known.seeds += 1;
      if (known.examples.length < CELL_EXAMPLES) known.examples.push(result.seed);
      this.#cellSeeds.set(cell, known);
    }
  }

  /** `demand`: what there is to cover. Seeds of a scenario that is not drawn all try the same faults: the others are no gap. */
  coverage(demand: CoverageDemand, isDrawn: boolean): CoverageData {
    const { marks, matrix } = this.#coverage;
    const met = [...matrix].flatMap(([kind, row]) =>
      [...row].map(([phase, faults]) => {
        const about = this.#cellSeeds.get(`${kind}|${phase}`);
        return { kind, phase, faults, seeds: about?.seeds ?? 0, examples: about?.examples ?? [] };
      }),
    );
    const neverHit = demand.marks.filter((name) => !marks.has(name));
    return {
      cells: met,
      kinds: isDrawn ? demand.faultKinds : [...matrix.keys()].sort(),
      phases: demand.phases,
      drawn: isDrawn
        ? {
            marksHit: demand.marks.length - neverHit.length,
            marksNeverHit: neverHit,
            inputs: inputFigures(this.#coverage, demand, LEAST_CELLS),
          }
        : undefined,
    };
  }
}

/** What a campaign is beside its results. */
type CampaignFrame = Omit<Sweep, "results">;

export function campaignData(
  tally: CampaignTally,
  frame: CampaignFrame,
  demand: CoverageDemand,
): CampaignData {
  const { asked, speed, minimal, missedGoals } = frame;
  const watched = watchedOf(frame);
  const results = tally.results.toSorted((left, right) => left.seed - right.seed);
  const failures = failureGroups(results, minimal).map((group) => ({
    signature: group.signature,
    verdict: group.verdict,
    seeds: group.seeds,
    example: {
      seed: group.example.seed,
      headline: group.example.headline,
      replay: replayOf(watched, group.example.seed),
      folder: group.example.folder,
    },
    minimal: group.minimal,
  }));
  return {
    watched,
    verdict: sweepVerdict({ results, missedGoals }),
    asked,
    done: results.length,
    figures: sweepFigures(results),
    failures,
    missedGoals,
    speed,
    seeds: {
      seed: results.map((result) => result.seed),
      verdict: results.map((result) => result.verdict),
      planned: durationsOf(results, (result) => result.plannedUs),
      unplanned: durationsOf(results, (result) => result.unplannedUs),
      writeOutages: durationsOf(results, ({ longestWriteOutageUs: us }) => (us > 0 ? [us] : [])),
      latencies: latenciesOf(results),
      work: workOf(results),
      coverage: tally.coverage(demand, watched.scenario === "swarm"),
    },
  };
}

/** Nothing else: it is to stand in a page. */
function watchedOf({ viewer, version, scenario, file, overrides }: Watched): Watched {
  const named = { viewer, version, scenario, overrides };
  return file === undefined ? named : { ...named, file };
}

function durationsOf(
  results: readonly SeedResult[],
  pick: (result: SeedResult) => readonly number[],
): Durations {
  const seed: number[] = [];
  const us: number[] = [];
  for (const result of results) {
    for (const each of pick(result)) {
      seed.push(result.seed);
      us.push(each);
    }
  }
  return { seed, us };
}

const accesses: readonly SeedLatency["access"][] = ["write", "read", "replica read"];

function latenciesOf(results: readonly SeedResult[]): readonly LatencyDurations[] {
  return accesses
    .flatMap((access) =>
      (["p50", "p99"] as const).map((quantile) => ({
        access,
        quantile,
        durations: durationsOf(results, ({ latencies = [] }) =>
          latencies
            .filter((latency) => latency.access === access)
            .map(({ p50Us, p99Us }) => (quantile === "p50" ? p50Us : p99Us)),
        ),
      })),
    )
    .filter(({ durations }) => durations.us.length > 0);
}

function workOf(results: readonly SeedResult[]): WorkFigures {
  const work = { events: 0, simulatedUs: 0, wallMs: 0 };
  let slowest: SeedResult | undefined;
  for (const result of results) {
    work.events += result.events;
    work.simulatedUs += result.simulatedUs;
    work.wallMs += result.wallMs;
    if (slowest === undefined || result.wallMs > slowest.wallMs) slowest = result;
  }
  return {
    ...work,
    slowest: slowest === undefined ? undefined : { seed: slowest.seed, wallMs: slowest.wallMs },
  };
}
