/** What the mutants' command prints. */
import { tableLines } from "../../../reports/textTable.ts";
import type { Mutant } from "../../mutants/mutant.ts";
import type { Outcome } from "./hunt.ts";
import { medianSeeds, type Search } from "./search.ts";

export const help: string = `Plants bugs, one at a time, and shows that the harness notices each.

  npm run mutants                                    every mutant, five searches over swarm seeds
  npm run mutants -- name=lease-from-answer,vote-*   some of them
  npm run mutants -- replay                          the seeds that are known to reveal each: seconds
  npm run mutants -- smoke                           a few, searched afresh
  npm run mutants -- record                          every mutant; then writes the seeds found to
                                                     sim/mutants/detected.json and the table to docs/MUTANTS.md
  npm run mutants -- shrink                          a failing run of each with many faults, made minimal
  npm run mutants -- list                            what is planted where

Options
  seeds=N       a search gives up after N seeds (2000; shrink: 300)
  searches=N    searches a mutant, each from its own first seed (5)
  seconds=N     processor time for the shrinking of one failure (60); runs=N: how many runs
  workers=N     child processes at a time (one a core)
  scenario=NAME another scenario than the swarm; key=value changes its parameters
  fresh         forgets what an interrupted call has found: else the same command goes on from there
  json          prints the results as JSON

Exit status
  0 all noticed   1 a mutant passed unnoticed   2 wrong usage   4 a mutant does not apply, does not
  compile, or its line never ran   130 interrupted
`;

export function listText(mutants: readonly Mutant[]): string {
  const rows = mutants.map(({ name, file, rule, bug }) => [name, file, rule, bug]);
  return `${tableLines([["mutant", "file", "breaks", "bug"], ...rows], ["left", "left", "left", "left"]).join("\n")}\n`;
}

/** One line a mutant: the median, every search, and what noticed. */
export function outcomeLine(outcome: Outcome, nameWidth: number): string {
  const { mutant, result, error } = outcome;
  const name = mutant.name.padEnd(nameWidth);
  if (error !== "") return `✘ ${name}  ${error}\n`;
  const searches = result?.searches ?? [];
  const isMissed = searches.some((search) => search.found === undefined);
  const counts = searches.map(countText).join(" ");
  return `${isMissed ? "✘" : "✔"} ${name}  median ${medianText(medianSeeds(searches))} of ${counts}  ${noticedBy(searches)}\n`;
}

function countText(search: Search): string {
  return search.found === undefined ? `>${search.tried}` : String(search.tried);
}

export function medianText(median: number): string {
  return median === Infinity ? "none" : String(median);
}

function noticedBy(searches: readonly Search[]): string {
  const checks = new Set<string>();
  const others = new Set<string>();
  for (const { found, others: before } of searches) {
    if (found !== undefined) checks.add(found.check);
    for (const other of before) others.add(`${other.check} at seed ${other.seed}`);
  }
  const also = others.size === 0 ? "" : ` (before, unexpected: ${[...others].join(", ")})`;
  return `${[...checks].join(", ") || "nobody"}${also}`;
}
