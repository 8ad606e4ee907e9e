/** `npm run mutants -- shrink`: for every mutant a failing run with many faults, made as small as it goes. */
import { tableLines } from "../../../reports/textTable.ts";
import type { Mutant } from "../../mutants/mutant.ts";
import { forEachMutant, worldOf, type World } from "./hunt.ts";
import { MutantProcess } from "./mutantProcess.ts";
import { plant, PlantError } from "./plant.ts";
import type { ShrinkAnswer, ShrinkOrder } from "./protocol.ts";

export interface ShrinkResult {
  readonly mutant: Mutant;
  readonly answer: ShrinkAnswer | undefined;
  readonly error: string;
}

/** What issue and docs promise of a minimal schedule. */
const mostFaults = 5;
const medianFaults = 3;
/** A run in which less happened says little about the shrinker. */
export const leastFaults = 15;

/** Mutants that no single run shows cannot be shrunk. */
export function isShrinkable({ expect }: Mutant): boolean {
  return !expect.includes("canary") && !expect.includes("determinism");
}

export async function shrinkMutants(
  mutants: readonly Mutant[],
  world: World,
  workers: number,
  isStopped: () => boolean,
  order: Omit<ShrinkOrder, "expect">,
  onResult: (result: ShrinkResult) => void,
): Promise<readonly ShrinkResult[]> {
  const results: ShrinkResult[] = [];
  await forEachMutant(mutants.filter(isShrinkable), workers, isStopped, async (mutant) => {
    const result = await shrinkOne(mutant, world, order);
    results.push(result);
    onResult(result);
  });
  return results;
}

async function shrinkOne(
  mutant: Mutant,
  world: World,
  order: Omit<ShrinkOrder, "expect">,
): Promise<ShrinkResult> {
  const { root, scenario, overrides } = worldOf(mutant, world);
  let child: MutantProcess | undefined;
  try {
    const planted = await plant(mutant, root);
    child = new MutantProcess({ planted, scenario, overrides });
    const answer = await child.shrink({ ...order, expect: mutant.expect });
    return { mutant, answer, error: "" };
  } catch (error) {
    if (error instanceof PlantError) return { mutant, answer: undefined, error: error.message };
    throw error;
  } finally {
    child?.end();
  }
}

export function resultLine({ mutant, answer, error }: ShrinkResult): string {
  if (error !== "") return `✘ ${mutant.name}: ${error}\n`;
  if (answer === undefined) return `– ${mutant.name}: no run failed\n`;
  const { seed, mattered, faults, operations, runs, cpuMs, isVerified } = answer;
  const mark = faults.length <= mostFaults && isVerified ? "✔" : "✘";
  return `${mark} ${mutant.name}: seed ${seed}, ${mattered} faults that mattered → ${faults.length} and ${operations} operations, ${runs} runs in ${(cpuMs / 1000).toFixed(1)} CPU s${isVerified ? "" : ", NOT VERIFIED"}\n`;
}

/** A table for a page, and what it comes to. */
export function shrinkTable(results: readonly ShrinkResult[]): string {
  const rows: string[][] = [["mutant", "seed", "mattered", "left", "operations", "runs", "CPU s"]];
  for (const { mutant, answer } of results) {
    if (answer === undefined) continue;
    const { seed, mattered, faults, operations, runs, cpuMs } = answer;
    const numbers = [seed, mattered, faults.length, operations, runs];
    rows.push([mutant.name, ...numbers.map(String), (cpuMs / 1000).toFixed(1)]);
  }
  const right = "right" as const;
  const table = tableLines(rows, ["left", right, right, right, right, right, right]);
  return `${table.join("\n")}\n${summaryOf(results)}\n`;
}

function summaryOf(results: readonly ShrinkResult[]): string {
  const answers = results.flatMap(({ answer }) => (answer === undefined ? [] : [answer]));
  const rich = answers.filter(({ mattered }) => mattered >= leastFaults);
  const told = (some: readonly ShrinkAnswer[]): string => {
    const left = some.map(({ faults }) => faults.length).sort((one, other) => one - other);
    const ms = some.map(({ cpuMs }) => cpuMs).sort((one, other) => one - other);
    const median = left[Math.floor(left.length / 2)] ?? 0;
    return `median ${median} faults left, at most ${left.at(-1) ?? 0}; at most ${((ms.at(-1) ?? 0) / 1000).toFixed(1)} CPU s`;
  };
  return [
    `${answers.length} mutants shrunk: ${told(answers)}`,
    `of these ${rich.length} from runs with at least ${leastFaults} faults that mattered: ${told(rich)}`,
  ].join("\n");
}

/** Whether all that could be judged kept the promise. */
export function isGood(results: readonly ShrinkResult[]): boolean {
  const left = results.flatMap(({ answer }) =>
    answer === undefined ? [] : [answer.faults.length],
  );
  left.sort((one, other) => one - other);
  const isSmall = (left[Math.floor(left.length / 2)] ?? 0) <= medianFaults;
  const isVerified = results.every(({ answer }) => answer?.isVerified ?? true);
  return isSmall && isVerified && (left.at(-1) ?? 0) <= mostFaults;
}
