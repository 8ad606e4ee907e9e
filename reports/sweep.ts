/** Many seeds of one scenario: how many passed, how long failovers took, which seeds to look at. */
import type { Parameters } from "../sim/scenario.ts";
import type { Run, RunVerdict } from "../sim/run.ts";
import { countText, durationText, plural } from "./figures.ts";
import { promises } from "./promises.ts";
import { plainStyle, verdictStyle, type Style } from "./terminal.ts";
import { printable, tableLines, wrapLines } from "./textTable.ts";
import {
  headlineOf,
  lengthUs,
  longestOutage,
  replayCommand,
  verdictOf,
  verdictPrecedence,
  verdictWords,
  worstVerdict,
} from "./verdict.ts";

/** What is kept of one seed. Plain data: it crosses from a worker thread. */
export interface SeedResult {
  readonly seed: number;
  readonly verdict: RunVerdict;
  readonly headline: string;
  readonly replay: string;
  readonly plannedUs: readonly number[];
  readonly unplannedUs: readonly number[];
  readonly longestWriteOutageUs: number;
  readonly offered: number;
  readonly acknowledged: number;
  readonly unknown: number;
  readonly lost: number;
  readonly events: number;
  readonly steps: number;
  readonly simulatedUs: number;
  readonly digest: string;
  readonly wallMs: number;
  /** Where the files of a failed seed are, "" if none were written. */
  readonly folder: string;
}

export interface Sweep {
  readonly scenario: string;
  readonly overrides: Parameters;
  /** How many seeds were asked for; fewer results mean that the sweep was interrupted. */
  readonly asked: number;
  readonly results: readonly SeedResult[];
  readonly wallMs: number;
}

export function seedResultOf(run: Run, wallMs: number, folder: string): SeedResult {
  const tookOf = (planned: boolean): number[] =>
    run.failovers.filter((f) => f.planned === planned).map((f) => f.firstAckUs - f.faultUs);
  const outage = longestOutage(run.unavailability, "write");
  return {
    seed: run.seed,
    verdict: verdictOf(run),
    headline: headlineOf(run),
    replay: replayCommand(run),
    plannedUs: tookOf(true),
    unplannedUs: tookOf(false),
    longestWriteOutageUs: outage === undefined ? 0 : lengthUs(outage),
    offered: run.operations.offered,
    acknowledged: run.operations.acknowledged,
    unknown: run.operations.unknown,
    lost: run.operations.lost,
    events: run.events,
    steps: run.steps,
    simulatedUs: run.simulatedUs,
    digest: run.digest,
    wallMs,
    folder,
  };
}

/** A seed whose run ended in an exception: an assertion of ours, or the harness itself. */
export function failedSeed(
  run: Pick<Run, "scenario" | "seed" | "overrides">,
  message: string,
  wallMs: number,
): SeedResult {
  return {
    seed: run.seed,
    verdict: "harness",
    headline: message,
    replay: replayCommand(run),
    plannedUs: [],
    unplannedUs: [],
    longestWriteOutageUs: 0,
    offered: 0,
    acknowledged: 0,
    unknown: 0,
    lost: 0,
    events: 0,
    steps: 0,
    simulatedUs: 0,
    digest: "",
    wallMs,
    folder: "",
  };
}

/** The worst verdict of all; a sweep without results proves nothing. */
export function sweepVerdict(sweep: Sweep): RunVerdict {
  return worstVerdict(sweep.results.map((result) => result.verdict));
}

/** summary.json of a sweep; docs/report.md explains it. */
export function sweepJson(sweep: Sweep): string {
  const unplanned = distribution(sweep.results.flatMap((result) => result.unplannedUs));
  const planned = distribution(sweep.results.flatMap((result) => result.plannedUs));
  const { scenario, overrides, asked } = sweep;
  const verdict = sweepVerdict(sweep);
  // JSON leaves undefined out: the machine's own speed is no part of what the seeds showed.
  const results = sweep.results.map((result) => ({ ...result, wallMs: undefined }));
  const value = {
    schema: "azimuth-sweep/1",
    scenario,
    overrides,
    verdict,
    asked,
    done: results.length,
    failovers: { planned, unplanned },
    results,
  };
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

export interface Distribution {
  readonly count: number;
  readonly p50Us: number;
  readonly p90Us: number;
  readonly p99Us: number;
  readonly maxUs: number;
}

/** Nearest-rank quantiles: each is a time that was measured. Zeros when there is none. */
export function distribution(valuesUs: readonly number[]): Distribution {
  const sorted = valuesUs.toSorted((left, right) => left - right);
  const at = (ratio: number): number =>
    sorted[Math.max(0, Math.ceil(sorted.length * ratio) - 1)] ?? 0;
  return {
    count: sorted.length,
    p50Us: at(0.5),
    p90Us: at(0.9),
    p99Us: at(0.99),
    maxUs: at(1),
  };
}

const failureLimit = 20;

export function sweepReport(sweep: Sweep, style: Style = plainStyle): string {
  const { results } = sweep;
  const verdict = sweepVerdict(sweep);
  const passed = results.filter((result) => result.verdict === "ok").length;
  const failed = results.length - passed;
  const mark = verdict === "ok" ? "✔" : "✘";
  const done =
    results.length === sweep.asked ? plural(passed, "seed") : `${passed} of ${sweep.asked} seeds`;
  const lines = [
    style(
      `${mark} ${verdictWords[verdict]}  ${sweep.scenario}: ${done} passed, ${failed} failed`,
      verdictStyle(verdict),
    ),
  ];
  if (results.length < sweep.asked) {
    lines.push(`  interrupted: ${plural(sweep.asked - results.length, "seed")} not run`);
  }
  lines.push(
    ...failureLines(results, style),
    "",
    ...failoverLines(results, style),
    ...costLines(sweep),
  );
  return `${lines.join("\n")}\n`;
}

function failureLines(results: readonly SeedResult[], style: Style): readonly string[] {
  const failures = results
    .filter((result) => result.verdict !== "ok")
    .sort(
      (left, right) =>
        verdictPrecedence.indexOf(left.verdict) - verdictPrecedence.indexOf(right.verdict) ||
        left.seed - right.seed,
    );
  const lines: string[] = [];
  for (const failure of failures.slice(0, failureLimit)) {
    lines.push("", style(`  seed ${failure.seed}: ${verdictWords[failure.verdict]}`, "bad"));
    for (const line of wrapLines(printable(failure.headline), 94)) lines.push(`    ${line}`);
    lines.push(`    ${failure.replay}`);
    if (failure.folder !== "") lines.push(`    ${failure.folder}/index.html`);
  }
  if (failures.length > failureLimit) {
    const rest = failures.slice(failureLimit).map((failure) => failure.seed);
    const all = `  … and ${plural(rest.length, "more failed seed")}: ${rest.join(", ")}`;
    lines.push("", ...wrapLines(all, 98).map((line) => `  ${line}`));
  }
  return lines;
}

function failoverLines(results: readonly SeedResult[], style: Style): readonly string[] {
  const lines: string[] = [];
  const kinds = [
    { name: "Unplanned", us: results.flatMap((r) => r.unplannedUs), limitUs: promises.unplannedUs },
    { name: "Planned", us: results.flatMap((r) => r.plannedUs), limitUs: promises.plannedUs },
  ];
  for (const kind of kinds) {
    if (kind.us.length === 0) continue;
    const figures = distribution(kind.us);
    const aim =
      kind.name === "Unplanned" ? `; aim p99 < ${durationText(promises.unplannedAimP99Us)}` : "";
    lines.push(
      style(`${kind.name} failovers: fault to first acknowledged write`, "strong"),
      `  ${countText(figures.count)} measured: p50 ${durationText(figures.p50Us)}, p90 ${durationText(figures.p90Us)}, p99 ${durationText(figures.p99Us)}, max ${durationText(figures.maxUs)}  (promise < ${durationText(kind.limitUs)}${aim})`,
      ...histogramLines(kind.us),
      "",
    );
  }
  return lines;
}

const histogramBins = 10;
const histogramColumns = 50;

/** A bar a bin between the smallest and the largest value; the bins' bounds are round numbers. */
export function histogramLines(valuesUs: readonly number[]): readonly string[] {
  const lowest = valuesUs.reduce((low, value) => Math.min(low, value), Infinity);
  const highest = valuesUs.reduce((high, value) => Math.max(high, value), -Infinity);
  if (lowest === highest) return [`  all took ${durationText(lowest)}`];
  const stepUs = roundStep((highest - lowest) / histogramBins);
  const startUs = Math.floor(lowest / stepUs) * stepUs;
  const counts: number[] = Array.from(
    { length: Math.floor((highest - startUs) / stepUs) + 1 },
    () => 0,
  );
  for (const value of valuesUs) {
    const bin = Math.floor((value - startUs) / stepUs);
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  const most = counts.reduce((high, count) => Math.max(high, count), 0);
  const rows = counts.map((count, bin) => [
    `  ${durationText(startUs + bin * stepUs)}`,
    countText(count),
    count === 0 ? "" : "█".repeat(Math.max(1, Math.round((count / most) * histogramColumns))),
  ]);
  return tableLines(rows, ["right", "right", "left"]);
}

/** The next of 1, 2, 5, 10, 20… that is not smaller. */
function roundStep(value: number): number {
  let unit = 1;
  while (unit * 10 <= value) unit *= 10;
  for (const factor of [1, 2, 5]) if (unit * factor >= value) return unit * factor;
  return unit * 10;
}

function costLines(sweep: Sweep): readonly string[] {
  const { results } = sweep;
  const sum = (pick: (result: SeedResult) => number): number =>
    results.reduce((total, result) => total + pick(result), 0);
  const slowest = results.reduce<SeedResult | undefined>(
    (slow, result) => (slow === undefined || result.wallMs > slow.wallMs ? result : slow),
    undefined,
  );
  const seconds = Math.max(sweep.wallMs, 1) / 1000;
  const lines = [
    `Operations: ${countText(sum((r) => r.offered))} offered, ${countText(sum((r) => r.acknowledged))} acknowledged, ${countText(sum((r) => r.unknown))} unknown, ${countText(sum((r) => r.lost))} lost`,
    `Speed: ${durationText(sum((r) => r.simulatedUs))} simulated in ${durationText(seconds * 1_000_000)}, ${countText(Math.round(sum((r) => r.steps) / seconds))} steps/s`,
  ];
  if (slowest !== undefined) {
    lines.push(`Slowest: seed ${slowest.seed}, ${durationText(slowest.wallMs * 1000)}`);
  }
  return lines;
}
