/** One run as a terminal shows it: verdict and one sentence first, then the story, then the figures. At most 100 columns. */
import type { CheckResult, LatencySummary, Run, RunVerdict } from "../sim/run.ts";
import { faultsText } from "./faultEffects.ts";
import { countText, durationText, momentText, percentText, plural } from "./figures.ts";
import { promises, promisedUs } from "./promises.ts";
import { shorten, storyOf, type Tone } from "./story.ts";
import { printable, tableLines, wrapLines } from "./textTable.ts";
import {
  headlineOf,
  isBad,
  lengthUs,
  longestOutage,
  replayCommand,
  verdictOf,
  verdictWords,
} from "./verdict.ts";

export type TextStyle = "good" | "bad" | "warning" | "strong" | "dim";

/** Colours a piece of text, or returns it as it is where colours are not wanted. */
export type Style = (text: string, style: TextStyle) => string;

export const plainStyle: Style = (text) => text;

/** What only the machine knows that ran it; not part of the run, which is the same everywhere. */
export interface Measured {
  readonly wallMs: number;
  /** Where the report's files were written, "" if nowhere. */
  readonly folder: string;
  /** Where the viewer shows the run, "" if nowhere. */
  readonly watch: string;
}

const width = 100;
const storyLimit = 26;

/** The whole story, ending in a line feed. */
export function terminalReport(run: Run, style: Style, measured: Measured): string {
  const lines: string[] = [
    ...bannerLines(run, style),
    "",
    ...storyLines(run, style),
    "",
    ...checkLines(run.checks, style),
    "",
    ...latencyLines(run.latencies, style),
    "",
    ...availabilityLines(run, style),
    "",
    ...operationLines(run),
    "",
    ...footerLines(run, style, measured),
  ];
  return `${lines.join("\n")}\n`;
}

export function verdictStyle(verdict: RunVerdict): TextStyle {
  if (verdict === "ok") return "good";
  return verdict === "violation" ? "bad" : "warning";
}

function bannerLines(run: Run, style: Style): readonly string[] {
  const verdict = verdictOf(run);
  const mark = verdict === "ok" ? "✔" : "✘";
  const title = `${mark} ${verdictWords[verdict]}  ${run.scenario}, seed ${run.seed}`;
  const headline = wrapLines(printable(headlineOf(run)), width - 2);
  const lines = [
    style(title, verdictStyle(verdict)),
    ...headline.map((l) => style(`  ${l}`, "strong")),
  ];
  const changed = Object.entries(run.overrides).map(([name, value]) => `${name}=${value}`);
  if (changed.length > 0) lines.push(...indented(`changed: ${changed.join(" ")}`, 2));
  if (run.budget !== "within") {
    const meaning =
      run.budget === "over"
        ? "more fails than the design promises to survive: it may stop, it may not lie"
        : "clocks beyond the bound: reads may be stale, nothing else";
    lines.push(...indented(`budget: ${run.budget} (${meaning})`, 2));
  }
  return lines;
}

function indented(text: string, columns: number): readonly string[] {
  const pad = " ".repeat(columns);
  return wrapLines(text, width - columns).map((line) => pad + line);
}

function storyLines(run: Run, style: Style): readonly string[] {
  const { moments, left } = shorten(storyOf(run), storyLimit);
  const lines = [style("What happened", "strong")];
  for (const moment of moments) {
    const time = momentText(moment.atUs).padStart(11);
    wrapLines(printable(moment.text), width - 15).forEach((line, index) => {
      const head = index === 0 ? style(time, "dim") : " ".repeat(time.length);
      lines.push(`${head}  ${tinted(line, moment.tone, style)}`);
    });
  }
  if (left > 0)
    lines.push(`             (${plural(left, "lesser moment")} left out: see the page)`);
  return lines;
}

function tinted(text: string, tone: Tone, style: Style): string {
  return tone === "plain" ? text : style(text, tone);
}

function checkLines(checks: readonly CheckResult[], style: Style): readonly string[] {
  const bad = checks.filter(isBad).length;
  const title = `Checks: ${checks.length - bad} passed, ${bad} failed`;
  const lines = [style(title, "strong")];
  const nameWidth = checks.reduce((w, check) => Math.max(w, check.name.length), 0);
  for (const check of checks.toSorted(
    (left, right) => Number(isBad(right)) - Number(isBad(left)),
  )) {
    const mark = isBad(check) ? "✘" : "✔";
    const head = `  ${mark} ${check.name.padEnd(nameWidth)}  `;
    const word = check.verdict === "ok" ? "" : `${check.verdict.toUpperCase()}: `;
    const text = `${word}${plainUnit(check.examined, check.unit)}: ${check.sentence}`;
    wrapLines(printable(text), width - head.length).forEach((line, index) => {
      const left = index === 0 ? head : " ".repeat(head.length);
      lines.push(isBad(check) ? style(left + line, "bad") : left + line);
    });
    if (!isBad(check)) continue;
    for (const detail of check.details ?? [])
      lines.push(...indented(printable(detail), head.length));
  }
  return lines;
}

function plainUnit(examined: number, unit: string): string {
  return `${countText(examined)} ${unit}`;
}

const accesses: readonly LatencySummary["access"][] = ["write", "read", "replica read"];
const phaseNames: Readonly<Record<LatencySummary["phase"], string>> = {
  before: "before the fault",
  fault: "during the fault",
  after: "after the fault",
  all: "whole run",
};

function latencyLines(latencies: readonly LatencySummary[], style: Style): readonly string[] {
  const rows: string[][] = [["", "", "answers", "p50", "p99", "p99.9", "max"]];
  for (const access of accesses) {
    let label: string = access === "replica read" ? "replica reads" : `${access}s`;
    for (const row of latencies) {
      if (row.access !== access || row.count === 0) continue;
      rows.push([
        `  ${label}`,
        phaseNames[row.phase],
        countText(row.count),
        ...[row.p50Us, row.p99Us, row.p999Us, row.maxUs].map(durationText),
      ]);
      label = "";
    }
  }
  if (rows.length === 1) return [style("Latency: nothing was answered", "strong")];
  const table = tableLines(rows, ["left", "left", "right", "right", "right", "right", "right"]);
  return [style("Latency, from the moment an operation was due", "strong"), ...table];
}

const failoverLimit = 4;

function availabilityLines(run: Run, style: Style): readonly string[] {
  const lines = [style("Unavailability", "strong")];
  for (const access of ["write", "read"] as const) {
    const windows = run.unavailability.filter((window) => window.access === access);
    const longest = longestOutage(windows, access);
    if (longest === undefined) {
      lines.push(`  ${`${access}s`.padEnd(6)}  never unavailable`);
      continue;
    }
    const shard = `shard ${longest.shard}`;
    const at = momentText(longest.fromUs - run.loadedUs);
    lines.push(
      `  ${`${access}s`.padEnd(6)}  ${plural(windows.length, "window")}, longest ${durationText(lengthUs(longest))} (${shard}, from ${at})`,
    );
  }
  const slowest = run.failovers.toSorted(
    (left, right) => right.firstAckUs - right.faultUs - (left.firstAckUs - left.faultUs),
  );
  for (const failover of slowest.slice(0, failoverLimit)) {
    const tookUs = failover.firstAckUs - failover.faultUs;
    const limitUs = promisedUs(failover.planned);
    const kind = failover.planned ? "planned" : "unplanned";
    const aim = failover.planned ? "" : `, aim p99 < ${durationText(promises.unplannedAimP99Us)}`;
    const text = `  ${kind} failover of shard ${failover.shard}, ${failover.from} → ${failover.to}: ${durationText(tookUs)} (promise < ${durationText(limitUs)}${aim})`;
    lines.push(style(text, tookUs < limitUs ? "good" : "bad"));
  }
  if (slowest.length > failoverLimit) {
    lines.push(`  … and ${plural(slowest.length - failoverLimit, "faster failover")}`);
  }
  return lines;
}

function operationLines(run: Run): readonly string[] {
  const counts = run.operations;
  const ratio =
    counts.offeredOutsideWindows === 0
      ? 0
      : counts.acknowledgedOutsideWindows / counts.offeredOutsideWindows;
  return [
    `Operations: ${countText(counts.offered)} offered, ${countText(counts.acknowledged)} acknowledged, ${countText(counts.unknown)} unknown, ${countText(counts.failed)} failed, ${countText(counts.lost)} lost`,
    `  outside the unavailability windows ${percentText(ratio)} were acknowledged`,
    ...faultLines(run),
  ];
}

function faultLines(run: Run): readonly string[] {
  const text = faultsText(run.faults);
  return text === "" ? [] : wrapLines(`Faults: ${text}`, width);
}

function footerLines(run: Run, style: Style, measured: Measured): readonly string[] {
  const seconds = Math.max(measured.wallMs, 1) / 1000;
  const speed = run.simulatedUs / 1_000_000 / seconds;
  const lines = [
    `Digest ${run.digest}  ${countText(run.events)} events, ${countText(run.steps)} steps, ${plural(run.messagesDropped, "damaged message")} dropped`,
    `  ${durationText(run.simulatedUs)} simulated in ${durationText(seconds * 1_000_000)}: ${countText(Math.round(speed))}× real time, ${countText(Math.round(run.steps / seconds))} steps/s`,
  ];
  if (measured.folder !== "") lines.push(`Page   ${measured.folder}/index.html`);
  lines.push(`Replay ${style(replayCommand(run), "strong")}`);
  if (measured.watch !== "") lines.push(`Watch  ${measured.watch}`);
  if (verdictOf(run) !== "ok")
    lines.push(`Shrink ${replayCommand(run).replace("-- ", "-- shrink ")}`);
  return lines;
}
