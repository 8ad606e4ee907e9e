/** The share of futures that fail, over time, as a plot of characters; and what happened where it jumps. */
import type { Cause, Moment } from "../sim/shrink/cause.ts";
import type { TraceEvent } from "../sim/trace/vocabulary.ts";
import { durationText, momentText, plural } from "./figures.ts";
import type { Style } from "./terminal.ts";
import { printable, tableLines, wrapLines } from "./textTable.ts";

const width = 100;
const barWidth = 40;
const mostEvents = 12;

export interface CauseReport {
  readonly from: string;
  readonly sentence: string;
  readonly cause: Cause;
  readonly loadedUs: number;
  readonly runs: number;
  readonly wallMs: number;
}

export function causeText(report: CauseReport, style: Style): string {
  const { cause, loadedUs } = report;
  const { from, to } = cause.jump;
  const lines = [
    style(`Point of no return of ${report.from}`, "strong"),
    ...wrapLines(printable(report.sentence), width - 2).map((line) => `  ${line}`),
    "",
    "Futures that fail, if chance begins anew at that moment (with the 95 % interval of that share)",
    ...plotLines(cause.moments, loadedUs),
    "",
    ...wrapLines(verdictOf(from, to, loadedUs), width).map((line) => style(line, "strong")),
    ...(isFlat(from, to) ? [] : eventLines(cause.happened, loadedUs)),
    "",
    `${plural(report.runs, "run")} in ${durationText(report.wallMs * 1000)}`,
  ];
  return `${lines.join("\n")}\n`;
}

function plotLines(moments: readonly Moment[], loadedUs: number): readonly string[] {
  const rows = moments.map((moment) => {
    const { atUs, failed, futures } = moment;
    const bar = "█".repeat(Math.round((failed / futures) * barWidth));
    const [low, high] = interval(failed, futures);
    return [
      momentText(atUs - loadedUs).padStart(11),
      `${failed} of ${futures}`,
      `${percent(low)}–${percent(high)} %`,
      bar,
    ];
  });
  return tableLines(rows, ["right", "right", "right", "left"]);
}

function percent(share: number): string {
  return String(Math.round(share * 100));
}

/**
 * Wilson's score interval at 95 %.
 * @see Wilson, "Probable inference, the law of succession, and statistical inference", 1927
 */
function interval(failed: number, futures: number): readonly [number, number] {
  const z = 1.96;
  const share = failed / futures;
  const scale = 1 + (z * z) / futures;
  const middle = share + (z * z) / (2 * futures);
  const reach = z * Math.sqrt((share * (1 - share)) / futures + (z * z) / (4 * futures * futures));
  return [Math.max(0, (middle - reach) / scale), Math.min(1, (middle + reach) / scale)];
}

function isFlat(from: Moment, to: Moment): boolean {
  return from.failed * to.futures === to.failed * from.futures;
}

function verdictOf(from: Moment, to: Moment, loadedUs: number): string {
  const stretch = `between ${momentText(from.atUs - loadedUs)} and ${momentText(to.atUs - loadedUs)}`;
  if (isFlat(from, to))
    return "It fails in every future that was tried: the schedule alone decides it.";
  return `It is decided ${stretch}: from ${from.failed} of ${from.futures} futures that fail to ${to.failed} of ${to.futures}.`;
}

/** Events of the world and of the cluster's machines. */
function eventLines(events: readonly TraceEvent[], loadedUs: number): readonly string[] {
  if (events.length === 0) return ["  Nothing is in the trace there: look at trace=full"];
  const lines = events.slice(0, mostEvents).flatMap(({ timeUs, node, kind, text }) => {
    const words = [node, kind, text].filter((each) => each !== "").join(" ");
    return wrapLines(printable(words), width - 13).map(
      (line, index) =>
        `${(index === 0 ? momentText(timeUs - loadedUs) : "").padStart(11)}  ${line}`,
    );
  });
  const more = events.length - mostEvents;
  return more > 0 ? [...lines, `             … and ${plural(more, "more event")}`] : lines;
}
