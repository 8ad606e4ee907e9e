/** Distributions of durations: quantiles, and bars for a terminal. */
import { countText, durationText } from "./figures.ts";
import { tableLines } from "./textTable.ts";

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
