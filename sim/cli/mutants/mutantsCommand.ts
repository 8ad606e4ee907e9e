/** Carries out `npm run mutants -- …`. Returns the exit status. */
import { exitCodes } from "../../../reports/verdict.ts";
import { type Load, loads, type Mutant } from "../../mutants/mutant.ts";
import type { Parameters, Scenario } from "../../scenario.ts";
import { messageOf } from "../campaignJob.ts";
import { UsageError } from "../../input/usageError.ts";
import { Baseline } from "./baseline.ts";
import { knownSeedsOf, readDetected, writeDetected } from "./detected.ts";
import { forEachMutant, hunt, type Outcome, replayKnown, type World } from "./hunt.ts";
import { type Options, parseOptions } from "./options.ts";
import { writePage } from "./page.ts";
import { PlantError } from "./plant.ts";
import { ResultsFile } from "./resultsFile.ts";
import { firstSeedsOf, medianSeeds } from "./search.ts";
import { isGood, leastFaults, resultLine, shrinkMutants, shrinkTable } from "./shrinkAll.ts";
import { help, listText, outcomeLine } from "./texts.ts";

export interface Around {
  readonly root: string;
  readonly mutants: readonly Mutant[];
  readonly scenarios: readonly Scenario[];
  readonly print: (text: string) => void;
  readonly complain: (text: string) => void;
  /** Overwrites one line on a terminal; does nothing elsewhere. */
  readonly progress: (text: string) => void;
  readonly clockMs: () => number;
  readonly cores: number;
  readonly isInterrupted: () => boolean;
}

const interruptedStatus = 130;

export async function runMutantsCommand(argv: readonly string[], around: Around): Promise<number> {
  try {
    const options = parseOptions(argv, around.mutants, around.scenarios);
    return await carryOut(options, around);
  } catch (error) {
    around.complain(`mutants: ${messageOf(error)}\n`);
    if (!(error instanceof UsageError)) return exitCodes.harness;
    around.complain('mutants: "npm run mutants -- help" tells how to use it\n');
    return 2;
  }
}

async function carryOut(options: Options, around: Around): Promise<number> {
  switch (options.mode) {
    case "help":
      around.print(help);
      return 0;
    case "list":
      around.print(listText(options.mutants));
      return 0;
    case "replay":
      return withWorld(options, around, (world) => replay(options, around, world));
    case "smoke": {
      const few = { ...options, ...smokeOf(options) };
      return withWorld(few, around, (world) => huntAll(few, around, world));
    }
    case "shrink":
      return withWorld(options, around, (world) => shrinkAll(options, around, world));
    case "hunt":
    case "record":
      return withWorld(options, around, (world) => huntAll(options, around, world));
  }
}

/** A few that are found soon, one search each. */
function smokeOf(options: Options): Pick<Options, "mutants" | "limit" | "searches" | "isFresh"> {
  const { isAll } = options;
  const mutants = isAll ? options.mutants.filter((mutant) => mutant.isSmoke) : options.mutants;
  return { mutants, limit: Math.min(options.limit, 200), searches: 1, isFresh: true };
}

/** Gives `use` what all mutants share, and ends the process behind it. */
async function withWorld(
  options: Options,
  around: Around,
  use: (world: World) => Promise<number>,
): Promise<number> {
  const { scenario, overrides } = options;
  const { root, mutants } = around;
  // The seeds of a scenario that is no swarm draw no types.
  const typed = (types: Load): Parameters =>
    scenario.parameters["types"] === undefined ? overrides : { types, ...overrides };
  const baselines: Baseline[] = [];
  const detected = readDetected(root);
  try {
    const byLoad = forEachLoad((types) => {
      const baseline = new Baseline({ scenario, overrides: typed(types) });
      baselines.push(baseline);
      return { overrides: typed(types), baseline: (seed) => baseline.answer(seed) };
    });
    return await use({ root, scenario, mutants, detected, loads: byLoad, ...byLoad.strings });
  } finally {
    for (const baseline of baselines) baseline.end();
  }
}

async function huntAll(options: Options, around: Around, world: World): Promise<number> {
  const { limit, searches, mutants } = options;
  const about = { scenario: options.scenario, overrides: options.overrides, limit, searches };
  const file = new ResultsFile(around.root, about, options.isFresh);
  const progress = new Progress(options, around);
  const outcomes: Outcome[] = [];
  const nameWidth = Math.max(...mutants.map((mutant) => mutant.name.length));
  const workers = options.workers > 0 ? options.workers : around.cores;
  const huntOne = async (mutant: Mutant): Promise<void> => {
    const kept = mutant.expect.includes("canary") ? undefined : file.get(mutant.name);
    const outcome =
      kept === undefined
        ? await hunt(mutant, world, {
            firstSeeds: firstSeedsOf(searches),
            limit,
            onRun: () => progress.run(),
            isStopped: around.isInterrupted,
          })
        : { mutant, result: kept, error: "" };
    if (outcome === undefined) return;
    outcomes.push(outcome);
    if (outcome.result !== undefined && outcome.error === "") {
      file.add(outcome.result);
      world.detected[mutant.name] = knownSeedsOf(outcome.result);
    }
    progress.done();
    if (!options.isJson) around.print(outcomeLine(outcome, nameWidth));
  };
  // What blinds a check is told by a canary, whose seed must be known by then.
  const plain = mutants.filter(({ blinds }) => blinds === undefined);
  const blind = mutants.filter(({ blinds }) => blinds !== undefined);
  for (const some of [plain, blind])
    await forEachMutant(some, workers, around.isInterrupted, huntOne);
  around.progress("");
  if (options.isJson) around.print(`${JSON.stringify(outcomes, undefined, 1)}\n`);
  else around.print(summaryOf(outcomes, progress));
  if (around.isInterrupted()) {
    around.complain(`mutants: interrupted; the same command goes on from ${file.path}\n`);
    return interruptedStatus;
  }
  if (options.mode === "record") record(world, outcomes, options);
  return statusOf(outcomes);
}

/** How many faults a seed is asked for, and how many seeds are tried, to find a failing run in which enough of them mattered. */
const manyFaults = 40;
const shrinkSeeds = 300;

async function shrinkAll(options: Options, around: Around, world: World): Promise<number> {
  const { seconds, mostRuns } = options;
  const rich = worldWith(world, { faults: manyFaults });
  const seeds = Math.min(options.limit, shrinkSeeds);
  const results = await shrinkMutants(
    options.mutants,
    rich,
    options.workers > 0 ? options.workers : around.cores,
    around.isInterrupted,
    { firstSeed: 1, seeds, leastFaults, seconds, mostRuns },
    (result) => {
      if (!options.isJson) around.print(resultLine(result));
    },
  );
  if (options.isJson) around.print(`${JSON.stringify(results, undefined, 1)}\n`);
  else around.print(shrinkTable(results));
  if (around.isInterrupted()) return interruptedStatus;
  if (results.some(({ error }) => error !== "")) return exitCodes.harness;
  return isGood(results) ? 0 : exitCodes.violation;
}

function worldWith(world: World, more: Parameters): World {
  const byLoad = forEachLoad((types) => {
    const load = world.loads[types];
    return { ...load, overrides: { ...more, ...load.overrides } };
  });
  return { ...world, loads: byLoad };
}

function forEachLoad(make: (types: Load) => World["loads"][Load]): World["loads"] {
  return Object.fromEntries(loads.map((types) => [types, make(types)])) as World["loads"];
}

function record(world: World, outcomes: readonly Outcome[], options: Options): void {
  const results = outcomes.flatMap(({ result }) => (result === undefined ? [] : [result]));
  const names = world.mutants.map((mutant) => mutant.name);
  writeDetected(world.root, world.detected, results, names);
  writePage(world.root, world.mutants, readDetected(world.root), options.searches);
}

function statusOf(outcomes: readonly Outcome[]): number {
  if (outcomes.some(isMissed)) return exitCodes.violation;
  return outcomes.some(({ error }) => error !== "") ? exitCodes.harness : 0;
}

function isMissed({ result, error }: Outcome): boolean {
  return error === "" && (result?.searches ?? []).some((search) => search.found === undefined);
}

function summaryOf(outcomes: readonly Outcome[], progress: Progress): string {
  const medians = outcomes.map(({ result }) => medianSeeds(result?.searches ?? []));
  const soon = medians.filter((median) => median <= 200).length;
  const missed = outcomes.filter(isMissed).map(({ mutant }) => mutant.name);
  const broken = outcomes.filter(({ error }) => error !== "").length;
  const lines = [
    `${outcomes.length} mutants, ${soon} with a median of at most 200 seeds; ${progress.summary()}`,
  ];
  if (missed.length > 0) lines.push(`passed unnoticed in a search: ${missed.join(", ")}`);
  if (broken > 0) lines.push(`${broken} mutants are broken themselves`);
  return `${lines.join("\n")}\n`;
}

async function replay(options: Options, around: Around, world: World): Promise<number> {
  const progress = new Progress(options, around);
  const workers = options.workers > 0 ? options.workers : around.cores;
  const complaints: string[] = [];
  let status = 0;
  await forEachMutant(options.mutants, workers, around.isInterrupted, async (mutant) => {
    const { name } = mutant;
    try {
      const { found, stale } = await replayKnown(mutant, world);
      progress.run();
      if (found === undefined) {
        status = exitCodes.violation;
        complaints.push(
          stale.length === 0
            ? `${name}: no seed is known that reveals it; run "npm run mutants -- record name=${name}"`
            : `${name}: passes unnoticed with every seed that used to reveal it (${stale.join(", ")}); if the harness draws otherwise now, run "npm run mutants -- record name=${name}"`,
        );
      } else if (stale.length > 0) {
        around.print(`${name}: seeds ${stale.join(", ")} reveal it no more, ${found.seed} does\n`);
      }
    } catch (error) {
      if (!(error instanceof PlantError)) throw error;
      if (status === 0) status = exitCodes.harness;
      complaints.push(error.message);
    }
    progress.done();
  });
  around.progress("");
  for (const complaint of complaints) around.complain(`mutants: ${complaint}\n`);
  const caught = options.mutants.length - complaints.length;
  around.print(`${caught} of ${options.mutants.length} mutants noticed; ${progress.summary()}\n`);
  return around.isInterrupted() ? interruptedStatus : status;
}

/** One line that is written over: how far, how fast, how long still. */
class Progress {
  private readonly options: Options;
  private readonly around: Around;
  private readonly startedMs: number;
  private runs = 0;
  private finished = 0;
  private shownMs = 0;

  constructor(options: Options, around: Around) {
    this.options = options;
    this.around = around;
    this.startedMs = around.clockMs();
  }

  run(): void {
    this.runs += 1;
    this.show();
  }

  done(): void {
    this.finished += 1;
    this.show();
  }

  summary(): string {
    const seconds = (this.around.clockMs() - this.startedMs) / 1000;
    return `${this.runs} runs in ${seconds.toFixed(1)} s`;
  }

  private show(): void {
    const nowMs = this.around.clockMs();
    if (nowMs - this.shownMs < 100) return;
    this.shownMs = nowMs;
    const seconds = (nowMs - this.startedMs) / 1000;
    const all = this.options.mutants.length;
    const leftSeconds = (seconds / Math.max(1, this.finished)) * (all - this.finished);
    const left = this.finished === 0 ? "" : `, about ${Math.ceil(leftSeconds)} s left`;
    const rate = (this.runs / seconds).toFixed(1);
    this.around.progress(`${this.finished} of ${all} mutants, ${rate} runs/s${left}`);
  }
}
