/** Renders a run: lines for the terminal, a table for docs/COMPATIBILITY.md. */
import type { UnitComparison } from "./baseline.ts";
import { leftOut } from "./leftOut.ts";
import type { SuiteMode } from "./options.ts";

const WIDTH = 28;

export const header: string = `${"unit".padEnd(WIDTH)} passed  of  left out  missing  failed  seconds`;

export function unitLine(unit: UnitComparison): string {
  const numbers = [
    String(unit.agreed).padStart(6),
    String(unit.known).padStart(4),
    String(unit.leftOut).padStart(9),
    String(unit.missing.length).padStart(8),
    String(unit.failed.length).padStart(7),
    unit.seconds.toFixed(1).padStart(8),
  ];
  const why = unit.broken === "" ? "" : `  ${unit.broken}`;
  return `${unit.unit.padEnd(WIDTH)} ${numbers.join(" ")}${why}`;
}

/** The names that are missing, and what else failed. */
export function problemLines(unit: UnitComparison): string[] {
  const lines = unit.missing.map((name) => `missing  ${unit.unit}: ${name}`);
  for (const name of unit.late)
    lines.push(`late     ${unit.unit}: ${name} (passed when the unit ran again)`);
  for (const failure of unit.failed) lines.push(`failed   ${unit.unit}: ${failure}`);
  if (unit.broken !== "") lines.push(`broken   ${unit.unit}: ${unit.broken}`);
  return lines;
}

export function sumOf(units: readonly UnitComparison[]): UnitComparison {
  const sum = (count: (unit: UnitComparison) => number): number =>
    units.reduce((total, unit) => total + count(unit), 0);
  return {
    unit: "all",
    passed: new Set(),
    failed: units.flatMap((unit) => unit.failed),
    broken: "",
    seconds: sum((unit) => unit.seconds),
    known: sum((unit) => unit.known),
    leftOut: sum((unit) => unit.leftOut),
    agreed: sum((unit) => unit.agreed),
    missing: units.flatMap((unit) => unit.missing),
    late: units.flatMap((unit) => unit.late),
  };
}

/** A table of one mode, in Markdown. */
export function unitTable(units: readonly UnitComparison[]): string {
  const rows = [...units, sumOf(units)].map(
    (unit) =>
      `| ${unit.unit} | ${unit.known} | ${unit.agreed} | ${unit.leftOut} | ${unit.missing.length} |`,
  );
  return [
    "| unit | real server | passed here | left out | missing |",
    "| --- | --- | --- | --- | --- |",
    ...rows,
  ].join("\n");
}

/** Every test that is left out, in Markdown. */
export function leftOutTable(): string {
  const rows = leftOut.map((entry) => {
    const tests = entry.tests === "all" ? "all" : entry.tests.map(escaped).join("<br>");
    return `| ${entry.unit} | ${modesOf(entry.modes)} | ${tests} | ${entry.reason.need}: ${entry.reason.text} |`;
  });
  return ["| unit | mode | tests | reason |", "| --- | --- | --- | --- |", ...rows].join("\n");
}

function modesOf(modes: readonly SuiteMode[] | undefined): string {
  return modes === undefined ? "all" : modes.join(", ");
}

function escaped(name: string): string {
  return name.replaceAll("|", "\\|").replaceAll("<", "&lt;");
}

/** The text with the part between the two comments of `name` replaced. */
export function replaceSection(text: string, name: string, section: string): string {
  const begin = `<!-- ${name}: written by npm run compat -->`;
  const end = `<!-- end of ${name} -->`;
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error(`no section "${name}" in the page`);
  return `${text.slice(0, from + begin.length)}\n\n${section}\n\n${text.slice(to)}`;
}
