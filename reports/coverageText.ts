/** Coverage in words: a few lines under a campaign's summary, and all of it for the command `coverage`. */
import { type Coverage, type CoverageDemand, inputFigures } from "./coverage.ts";
import { countText, plural } from "./figures.ts";
import { plainStyle, type Style } from "./terminal.ts";
import { tableLines, wrapLines } from "./textTable.ts";

/** Names told of a long list before "and so many more". */
const NAMED = 6;
/** The least-covered cells of a dimension that are named. */
const LEAST = 3;
const WIDTH = 110;

/** What was covered, in about twenty lines. */
export function coverageSummary(
  coverage: Coverage,
  demand: CoverageDemand,
  style: Style = plainStyle,
): readonly string[] {
  const unhit = demand.marks.filter((name) => !coverage.marks.has(name));
  const hit = demand.marks.length - unhit.length;
  const cells = demand.faultKinds.flatMap((kind) =>
    demand.phases.map((phase) => ({ kind, phase })),
  );
  const empty = cells.filter(({ kind, phase }) => !coverage.matrix.get(kind)?.has(phase));
  return [
    style("Coverage", "strong"),
    ...paragraph(`Marks: ${hit} of ${demand.marks.length} hit${listed("; never", unhit)}`),
    ...paragraph(
      `Faults met phases of the protocol: ${cells.length - empty.length} of ${cells.length} cells`,
    ),
    ...inputLines(coverage, demand, LEAST),
  ];
}

/** All of it: every mark, every cell. */
export function coverageReport(coverage: Coverage, demand: CoverageDemand): string {
  const lines = [
    `Coverage of ${plural(coverage.seeds, "seed")}`,
    "",
    "Marks: in how many seeds, and how often",
    ...markLines(coverage, demand),
    "",
    "Faults by the phase in which they began",
    ...matrixLines(coverage, demand),
    "",
    "Inputs: how many cells of each dimension, and those that the fewest seeds covered",
    ...inputLines(coverage, demand, 2 * LEAST),
  ];
  return `${lines.join("\n")}\n`;
}

function listed(what: string, names: readonly string[]): string {
  if (names.length === 0) return "";
  const more = names.length > NAMED ? `, and ${names.length - NAMED} more` : "";
  return `${what}: ${names.slice(0, NAMED).join("; ")}${more}`;
}

function paragraph(text: string): readonly string[] {
  return wrapLines(text, WIDTH).map((line, at) => (at === 0 ? `  ${line}` : `    ${line}`));
}

function markLines(coverage: Coverage, demand: CoverageDemand): readonly string[] {
  const rows = demand.marks
    .map((name) => ({ name, ...(coverage.marks.get(name) ?? { seeds: 0, hits: 0 }) }))
    .sort((left, right) => left.seeds - right.seeds)
    .map(({ name, seeds, hits }) => [`  ${name}`, countText(seeds), countText(hits)]);
  return tableLines(rows, ["left", "right", "right"]);
}

/** One row a kind of fault; the phases are lettered, or their names would need a wall. */
function matrixLines(coverage: Coverage, demand: CoverageDemand): readonly string[] {
  const letters = demand.phases.map((_, at) => String.fromCharCode(97 + at));
  const rows = demand.faultKinds.map((kind) => [
    `  ${kind}`,
    ...demand.phases.map((phase) => cellText(coverage, demand, kind, phase)),
  ]);
  const aligns = ["left" as const, ...letters.map(() => "right" as const)];
  const legend = demand.phases.map((phase, at) => `${letters[at] ?? ""} ${phase}`).join(", ");
  return [...tableLines([["", ...letters], ...rows], aligns), ...paragraph(legend)];
}

function cellText(coverage: Coverage, demand: CoverageDemand, kind: string, phase: string): string {
  const count = coverage.matrix.get(kind)?.get(phase) ?? 0;
  if (count === 0) return demand.exempt.has(`${kind}|${phase}`) ? "-" : "0";
  return count < 10_000 ? String(count) : `${Math.floor(count / 1000)}k`;
}

function inputLines(coverage: Coverage, demand: CoverageDemand, named: number): readonly string[] {
  const rows = inputFigures(coverage, demand, named).map(
    ({ dimension, cells, possible, least }) => {
      const of = possible === undefined ? "" : ` of ${countText(possible)}`;
      const names = least.map(({ cell, seeds }) => `${cell} (${countText(seeds)})`);
      return [`  ${dimension}`, `${countText(cells)}${of}`, names.join("; ")];
    },
  );
  return tableLines(
    [["  input", "cells", "covered by the fewest seeds"], ...rows],
    ["left", "right", "left"],
  );
}
