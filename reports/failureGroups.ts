/** Failed seeds by what failed: a thousand failures of one kind are one thing to look at. */
import type { RunVerdict } from "../sim/run.ts";
import { plural } from "./figures.ts";
import type { SeedResult } from "./seedResult.ts";
import type { Style } from "./terminal.ts";
import { printable, wrapLines } from "./textTable.ts";
import { replayCommand, verdictPrecedence, verdictWords } from "./verdict.ts";
import { watchAddress, type Watched } from "./watch.ts";

/** What shrinking made of an example. */
export interface MinimalExample {
  /** A scenario file. */
  readonly file: string;
  readonly replay: string;
  /** In the words of the run. */
  readonly faults: readonly string[];
  readonly operations: number;
  readonly sentence: string;
}

export interface FailureGroup {
  readonly signature: string;
  readonly verdict: RunVerdict;
  /** In order. */
  readonly seeds: readonly number[];
  /** The failed seed with the fewest faults that mattered, then the fewest operations. */
  readonly example: SeedResult;
  readonly minimal: MinimalExample | undefined;
}

/** The worst verdict first, then the group with most seeds. `minimal`: by the example's seed. */
export function failureGroups(
  results: readonly SeedResult[],
  minimal: ReadonlyMap<number, MinimalExample> = new Map(),
): readonly FailureGroup[] {
  const groups = new Map<string, SeedResult[]>();
  for (const result of results) {
    if (result.verdict === "ok") continue;
    const name = `${result.verdict} ${result.signature}`;
    const members = groups.get(name) ?? [];
    members.push(result);
    groups.set(name, members);
  }
  return [...groups.values()]
    .flatMap((members) => {
      const [example] = members.toSorted(bySize);
      if (example === undefined) return [];
      const { signature, verdict } = example;
      const seeds = members.map((member) => member.seed).sort((left, right) => left - right);
      return [{ signature, verdict, seeds, example, minimal: minimal.get(example.seed) }];
    })
    .sort(
      (left, right) =>
        verdictPrecedence.indexOf(left.verdict) - verdictPrecedence.indexOf(right.verdict) ||
        right.seeds.length - left.seeds.length ||
        left.example.seed - right.example.seed,
    );
}

function bySize(left: SeedResult, right: SeedResult): number {
  const mattered = (result: SeedResult): number =>
    result.faults.reduce((sum, fault) => sum + fault.mattered, 0);
  return mattered(left) - mattered(right) || left.offered - right.offered || left.seed - right.seed;
}

/** How to see a seed again: the command that replays it, and where the viewer shows it if it can. */
export function waysToSee(watched: Watched, seed: number): readonly string[] {
  const watch = watchAddress(watched, seed);
  const replay = replayOf(watched, seed);
  return watch === "" ? [replay] : [replay, `watch: ${watch}`];
}

export function replayOf({ scenario, overrides }: Watched, seed: number): string {
  return replayCommand({ scenario, overrides, seed });
}

const groupLimit = 20;
const seedLimit = 20;

export function failureLines(
  groups: readonly FailureGroup[],
  watched: Watched,
  style: Style,
): readonly string[] {
  const lines: string[] = [];
  for (const { signature, verdict, seeds, example, minimal } of groups.slice(0, groupLimit)) {
    const title = `  ${verdictWords[verdict]}, ${plural(seeds.length, "seed")}: ${printable(signature)}`;
    lines.push("", style(title, "bad"));
    const shown = seeds.slice(0, seedLimit).join(", ");
    const more = seeds.length > seedLimit ? ` and ${seeds.length - seedLimit} more` : "";
    lines.push(...indented(`seeds ${shown}${more}`));
    lines.push(...indented(`seed ${example.seed}: ${printable(example.headline)}`));
    lines.push(...waysToSee(watched, example.seed).map((way) => `    ${way}`));
    if (example.folder !== "") lines.push(`    ${example.folder}/index.html`);
    if (minimal === undefined) continue;
    const size = `${plural(minimal.faults.length, "fault")}, ${plural(minimal.operations, "operation")}`;
    lines.push(...indented(`the same with ${size}: ${printable(minimal.sentence)}`));
    for (const fault of minimal.faults) lines.push(...indented(`- ${printable(fault)}`));
    lines.push(`    ${minimal.replay}`);
  }
  if (groups.length > groupLimit) {
    const rest = groups.slice(groupLimit);
    const seeds = rest.map((group) => group.example.seed).join(", ");
    const text = `… and ${plural(rest.length, "more kind")} of failure, for example seeds ${seeds}`;
    lines.push("", ...wrapLines(text, 98).map((line) => `  ${line}`));
  }
  return lines;
}

function indented(text: string): readonly string[] {
  return wrapLines(text, 94).map((line) => `    ${line}`);
}
