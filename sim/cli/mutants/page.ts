/** The table of docs/MUTANTS.md, between its two marks: written from the mutants and the seeds that reveal them. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Mutant } from "../../mutants/mutant.ts";
import { type Detected, medianKnown } from "./detected.ts";
import { medianText } from "./texts.ts";

const file = "docs/MUTANTS.md";
const begin = "<!-- written by: npm run mutants -- record -->";
const end = "<!-- end of what is written -->";

export function writePage(
  root: string,
  mutants: readonly Mutant[],
  detected: Detected,
  searches: number,
): void {
  const path = join(root, file);
  writeFileSync(path, pageWith(readFileSync(path, "utf8"), mutants, detected, searches));
}

/** The page with its table replaced. Throws if it has no marks. */
export function pageWith(
  page: string,
  mutants: readonly Mutant[],
  detected: Detected,
  searches: number,
): string {
  const from = page.indexOf(begin);
  const until = page.indexOf(end);
  if (from < 0 || until < from) throw new Error(`${file} lacks the marks of its table`);
  const table = tableOf(mutants, detected, searches);
  return `${page.slice(0, from)}${begin}\n\n${table}\n\n${page.slice(until)}`;
}

function tableOf(mutants: readonly Mutant[], detected: Detected, searches: number): string {
  const rows = mutants.map((mutant) => rowOf(mutant, detected, searches));
  const medians = mutants.map((mutant) => medianOf(mutant, detected, searches));
  const soon = medians.filter((median) => median <= 200).length;
  const found = medians.filter((median) => median < Infinity).length;
  return [
    `${mutants.length} mutants; ${found} found, ${soon} of them with a median of at most 200 seeds.`,
    "",
    "| mutant | bug | breaks | noticed by | median seeds | all searches |",
    "| --- | --- | --- | --- | --- | --- |",
    ...rows,
  ].join("\n");
}

function rowOf(mutant: Mutant, detected: Detected, searches: number): string {
  const seeds = detected[mutant.name] ?? [];
  const checks = [...new Set(seeds.map(({ check }) => check))].join(", ");
  const tried = seeds.map((seed) => seed.tried).join(", ");
  const seen = mutant.seenIn === undefined ? "" : ` (seen in: ${mutant.seenIn})`;
  const median = medianText(medianOf(mutant, detected, searches));
  const cells = [mutant.name, mutant.bug + seen, mutant.rule, checks, median, tried];
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

/** All searches by a canary are the same one, so there is one. */
function medianOf(mutant: Mutant, detected: Detected, searches: number): number {
  const seeds = detected[mutant.name] ?? [];
  return medianKnown(seeds, mutant.expect.includes("canary") ? seeds.length : searches);
}
