/** Hunts mutants: a child process for each, several at a time. */
import type { Load, Mutant } from "../../mutants/mutant.ts";
import type { Parameters, Scenario } from "../../scenario.ts";
import type { Detected } from "./detected.ts";
import { MutantProcess } from "./mutantProcess.ts";
import { plant, PlantError } from "./plant.ts";
import {
  type Ask,
  type AskBaseline,
  type Detection,
  detectionsOf,
  isExpected,
  type MutantResult,
  type Search,
  searchMutant,
  type SearchOptions,
} from "./search.ts";

export interface World {
  /** Folder of the project. */
  readonly root: string;
  readonly scenario: Scenario;
  readonly overrides: Parameters;
  /** What differs by load. */
  readonly loads: Readonly<Record<Load, Pick<World, "overrides" | "baseline">>>;
  readonly mutants: readonly Mutant[];
  /** Grows as mutants are found. */
  readonly detected: Detected;
  readonly baseline: AskBaseline;
}

/** What came of one mutant: a result, and what is wrong with the mutant itself, "" if nothing is. */
export interface Outcome {
  readonly mutant: Mutant;
  readonly result: MutantResult | undefined;
  readonly error: string;
}

/** Calls `one` for every mutant in order, `workers` at a time; takes no new one once `isStopped`. */
export async function forEachMutant(
  mutants: readonly Mutant[],
  workers: number,
  isStopped: () => boolean,
  one: (mutant: Mutant) => Promise<void>,
): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < mutants.length && !isStopped()) {
      const mutant = mutants[next++] as Mutant;
      await one(mutant);
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, workers) }, lane));
}

/** The world with the load of a mutant. */
export function worldOf(mutant: Mutant, world: World): World {
  return { ...world, ...world.loads[mutant.load ?? "strings"] };
}

/** Searches afresh. Undefined if it was stopped. */
export async function hunt(
  mutant: Mutant,
  world: World,
  options: Omit<SearchOptions, "baseline">,
): Promise<Outcome | undefined> {
  const own = worldOf(mutant, world);
  const { baseline } = own;
  try {
    const result = mutant.expect.includes("canary")
      ? await huntByCanary(mutant, world, options.onRun)
      : await withPlanted([mutant], own, (ask) =>
          searchMutant(mutant, ask, { ...options, baseline }),
        );
    if (result === undefined) return undefined;
    const neverRan = `the line that mutant ${mutant.name} changes never ran in ${result.runs} runs`;
    return { mutant, result, error: result.ran === 0 ? neverRan : "" };
  } catch (error) {
    if (error instanceof PlantError) return { mutant, result: undefined, error: error.message };
    throw error;
  }
}

/** Runs the seeds that are known to reveal a mutant, in order, up to the first that still does. Throws PlantError. */
export async function replayKnown(
  mutant: Mutant,
  world: World,
): Promise<{ readonly found: Detection | undefined; readonly stale: readonly number[] }> {
  if (mutant.expect.includes("canary")) {
    const { search } = await listenToCanaries(mutant, world, () => {});
    return { found: search.found, stale: [] };
  }
  const stale: number[] = [];
  const own = worldOf(mutant, world);
  const found = await withPlanted([mutant], own, async (ask) => {
    for (const { seed } of world.detected[mutant.name] ?? []) {
      const detection = await noticeOf(mutant, ask, seed, own.baseline);
      if (detection !== undefined) return detection;
      stale.push(seed);
    }
    return undefined;
  });
  return { found, stale };
}

async function noticeOf(
  mutant: Mutant,
  ask: Ask,
  seed: number,
  baseline: AskBaseline,
): Promise<Detection | undefined> {
  const answer = await ask({ seed, isTwice: mutant.expect.includes("determinism") });
  return (await detectionsOf(answer, baseline)).find(({ check }) => isExpected(mutant, check));
}

/** A blind check says nothing by itself: it passes what it is known to catch. Every search is the same one. */
async function huntByCanary(
  mutant: Mutant,
  world: World,
  onRun: () => void,
): Promise<MutantResult> {
  const startedMs = performance.now();
  const { search, ran } = await listenToCanaries(mutant, world, onRun);
  const wallMs = performance.now() - startedMs;
  return { name: mutant.name, searches: [search], ran, runs: search.tried, wallMs };
}

/** Plants each canary beside the mutant and runs the seeds known to reveal it: one that passes gives the mutant away. */
async function listenToCanaries(
  mutant: Mutant,
  world: World,
  onRun: () => void,
): Promise<{ readonly search: Search; readonly ran: number }> {
  let tried = 0;
  let ran = 0;
  for (const name of mutant.blinds ?? []) {
    const canary = world.mutants.find((one) => one.name === name);
    const known = world.detected[name] ?? [];
    if (canary === undefined || known.length === 0) {
      throw new PlantError(
        `mutant ${mutant.name} needs the canary ${name}, of which no seed is known`,
      );
    }
    const found = await withPlanted([mutant, canary], worldOf(canary, world), async (ask) => {
      for (const { seed, check } of known) {
        const answer = await ask({ seed, isTwice: canary.expect.includes("determinism") });
        tried += 1;
        ran += answer.ran;
        onRun();
        if (answer.findings.every(({ notice }) => notice !== check)) {
          return detectionOf(seed, name, check);
        }
      }
      return undefined;
    });
    if (found !== undefined) {
      return { search: { firstSeed: found.seed, tried, found, others: [] }, ran };
    }
  }
  return { search: { firstSeed: 0, tried, found: undefined, others: [] }, ran };
}

function detectionOf(seed: number, canary: string, check: string): Detection {
  const sentence = `with ${canary} planted as well, "${check}" notices nothing any more`;
  return { seed, check: "canary", signature: `canary: ${canary} passes`, sentence };
}

/** Gives `use` a process with these mutants in it, made anew when one dies. */
async function withPlanted<Result>(
  mutants: readonly Mutant[],
  { root, scenario, overrides }: World,
  use: (ask: Ask) => Promise<Result>,
): Promise<Result> {
  const planted = await Promise.all(mutants.map((mutant) => plant(mutant, root)));
  const order = { planted: planted.flat(), scenario, overrides };
  let child = new MutantProcess(order);
  try {
    return await use((seedOrder) => {
      if (!child.isAlive) child = new MutantProcess(order);
      return child.ask(seedOrder);
    });
  } finally {
    child.end();
  }
}
