/** How durations are spread: bars and a cumulative curve over a logarithmic axis, for failovers of milliseconds and outages of minutes. */
import { bin, scaleLog } from "d3";

export interface Bar {
  readonly fromUs: number;
  readonly untilUs: number;
  readonly count: number;
  /** Share of all durations that end at or before the bar's end. */
  readonly share: number;
}

const BAR_COUNT = 42;
/** More points than this are not seen on a curve. */
const CURVE_POINTS = 240;

/** Round bounds, 1, 2 or 5 times a power of ten, around all durations and marks. All must be above zero. */
export function axisBounds(us: readonly number[], marksUs: readonly number[]): [number, number] {
  let least = Infinity;
  let most = 0;
  for (const each of us) {
    least = Math.min(least, each);
    most = Math.max(most, each);
  }
  for (const mark of marksUs) {
    least = Math.min(least, mark);
    most = Math.max(most, mark * 1.15);
  }
  const low = roundDown(Math.max(1, Math.min(least, most)));
  const high = roundUp(most);
  return low < high ? [low, high] : [low, roundUp(high * 1.01)];
}

/** Bars of equal width on a logarithmic axis. `bounds` hold all durations. */
export function barsOf(us: readonly number[], bounds: readonly [number, number]): readonly Bar[] {
  const place = scaleLog().domain(bounds).range([0, BAR_COUNT]);
  const thresholds = Array.from({ length: BAR_COUNT - 1 }, (_, at) => place.invert(at + 1));
  const bins = bin<number, number>().domain([bounds[0], bounds[1]]).thresholds(thresholds)(us);
  let before = 0;
  return bins.map((members) => {
    before += members.length;
    return {
      fromUs: members.x0 ?? bounds[0],
      untilUs: members.x1 ?? bounds[1],
      count: members.length,
      share: us.length === 0 ? 0 : before / us.length,
    };
  });
}

/** Points [µs, share] of the curve that says which share took at most so long; steps, from 0 to 1. */
export function curveOf(us: readonly number[]): readonly (readonly [us: number, share: number])[] {
  const sorted = us.toSorted((left, right) => left - right);
  const count = sorted.length;
  const step = Math.max(1, Math.ceil(count / CURVE_POINTS));
  const points: (readonly [number, number])[] = [];
  for (let at = 0; at < count; at += step) points.push([sorted[at] ?? 0, at / count]);
  if (count > 0) points.push([sorted[count - 1] ?? 0, 1]);
  return points;
}

/** The next of 1, 2, 5, 10, 20 … that is not larger. */
function roundDown(value: number): number {
  const unit = 10 ** Math.floor(Math.log10(value));
  for (const factor of [5, 2]) if (unit * factor <= value) return unit * factor;
  return unit;
}

function roundUp(value: number): number {
  const unit = 10 ** Math.floor(Math.log10(value));
  for (const factor of [1, 2, 5]) if (unit * factor >= value) return unit * factor;
  return unit * 10;
}
