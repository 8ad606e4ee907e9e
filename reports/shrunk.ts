/** What a shrinking found: one sentence, the faults that are left with what becomes of the run without each, and how to run it again. */
import type { OfferedSpec, Scenario } from "../sim/scenario.ts";
import { countText, durationText, momentText, plural } from "./figures.ts";
import type { Style } from "./terminal.ts";
import { printable, tableLines, wrapLines } from "./textTable.ts";

export interface ShrunkFault {
  readonly text: string;
  /** From the start of the load. */
  readonly atUs: number;
  /** "" if the run passes without it, else the signature of what fails then. */
  readonly without: string;
}

/** Two runs, and where they part: the failing one, and the one nearest to it that passes. */
export interface NearestPassing {
  /** The fault that it lacks. */
  readonly without: string;
  /** Undefined on a side that has ended by then. */
  readonly failing: string | undefined;
  readonly passing: string | undefined;
}

export interface ShrunkReport {
  readonly from: string;
  readonly sentence: string;
  readonly scenario: Scenario;
  readonly before: { readonly faults: number; readonly operations: number };
  readonly faults: readonly ShrunkFault[];
  readonly isVerified: boolean;
  readonly digest: string;
  readonly nearest: NearestPassing | undefined;
  readonly runs: number;
  readonly wallMs: number;
  readonly wasInterrupted: boolean;
  /** The file that was written, "" if it could not be. */
  readonly path: string;
  readonly replay: string;
  /** Where the viewer shows it, "" if nowhere. */
  readonly watch: string;
}

const width = 100;
const mostOperations = 12;

export function shrunkText(report: ShrunkReport, style: Style): string {
  const { scenario, faults, before } = report;
  const operations = scenario.operations ?? [];
  const lines = [
    style(`✘ SHRUNK  ${report.from}`, "bad"),
    ...wrapLines(printable(report.sentence), width - 2).map((line) => style(`  ${line}`, "strong")),
    "",
    style(`Faults: ${faults.length} of ${before.faults}`, "strong"),
    ...faultLines(faults),
    "",
    style(`Operations: ${operations.length} of ${countText(before.operations)}`, "strong"),
    ...operationLines(operations),
    "",
    ...nearestLines(report.nearest),
    ...settingLines(scenario),
    verificationLine(report),
  ];
  if (report.wasInterrupted)
    lines.push("Interrupted: the best so far; again, it may become smaller");
  if (report.path !== "") lines.push(`File   ${report.path}`);
  lines.push(`Replay ${style(report.replay, "strong")}`);
  if (report.watch !== "") lines.push(`Watch  ${report.watch}`);
  return `${lines.join("\n")}\n`;
}

function faultLines(faults: readonly ShrunkFault[]): readonly string[] {
  if (faults.length === 0) return ["  none: it fails by itself"];
  return faults.flatMap(({ text, atUs, without }) => {
    const head = momentText(atUs).padStart(11);
    const verdict =
      without === ""
        ? "without it the run passes"
        : `without it another check fails: ${printable(without)}`;
    return [
      ...wrapLines(printable(text), width - 13).map(
        (line, index) => `${index === 0 ? head : " ".repeat(11)}  ${line}`,
      ),
      ...wrapLines(verdict, width - 15).map((line) => `${" ".repeat(15)}${line}`),
    ];
  });
}

function operationLines(operations: readonly OfferedSpec[]): readonly string[] {
  const rows = operations
    .slice(0, mostOperations)
    .map(({ atMs, shard, workload, access, key }) => [
      momentText(atMs * 1000).padStart(11),
      access,
      `${workload}:${key}`,
      shard === 0 ? "" : `shard ${shard}`,
    ]);
  const lines = [...tableLines(rows, ["right", "left", "left", "left"])];
  const more = operations.length - mostOperations;
  if (more > 0) lines.push(`             … and ${countText(more)} more`);
  return lines;
}

function nearestLines(nearest: NearestPassing | undefined): readonly string[] {
  if (nearest === undefined) return [];
  const { without, failing, passing } = nearest;
  return [
    ...wrapLines(`The nearest run that passes lacks “${printable(without)}”. They part at`, width),
    `  failing: ${printable(failing ?? "ended")}`,
    `  passing: ${printable(passing ?? "ended")}`,
    "",
  ];
}

function settingLines(scenario: Scenario): readonly string[] {
  const words = Object.entries(scenario.parameters).map(([name, value]) => `${name}=${value}`);
  const lines = words.length === 0 ? [] : wrapLines(`Parameters: ${words.join(" ")}`, width);
  const fixed = (scenario.decisions ?? []).map(({ stream, entity = "" }) =>
    entity === "" ? stream : `${stream}/${entity}`,
  );
  return fixed.length === 0
    ? lines
    : [...lines, ...wrapLines(`Always the median: ${fixed.join(", ")}`, width)];
}

function verificationLine({ isVerified, digest, runs, wallMs }: ShrunkReport): string {
  const cost = `${plural(runs, "run")} in ${durationText(wallMs * 1000)}`;
  return isVerified
    ? `Verified: failed twice in the same way, digest ${digest}; ${cost}`
    : `NOT VERIFIED: two runs of the result disagreed; ${cost}`;
}
