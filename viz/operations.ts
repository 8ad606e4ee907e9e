/** A run's operations as typed arrays in order of time, and what plots ask of them. Pure: no page needed. */
import type { OperationColumns } from "../reports/page.ts";

export interface Operations {
  readonly count: number;
  /** Counted from the start of the load, ascending. */
  readonly dueUs: Float64Array;
  readonly latencyUs: Float64Array;
  readonly access: Uint8Array;
  readonly outcome: Uint8Array;
  readonly columns: OperationColumns;
}

export function decodeOperations(columns: OperationColumns, loadedUs: number): Operations {
  const count = columns.dueDeltaUs.length;
  const dueUs = new Float64Array(count);
  let timeUs = -loadedUs;
  for (let index = 0; index < count; index++) {
    timeUs += columns.dueDeltaUs[index] ?? 0;
    dueUs[index] = timeUs;
  }
  return {
    count,
    dueUs,
    latencyUs: Float64Array.from(columns.latencyUs),
    access: Uint8Array.from(columns.access),
    outcome: Uint8Array.from(columns.outcome),
    columns,
  };
}

/** Index of the first operation due at or after a time. */
export function firstFrom(operations: Operations, timeUs: number): number {
  let low = 0;
  let high = operations.count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((operations.dueUs[middle] ?? 0) < timeUs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The stacked parts of the throughput plot, bottom first: answers by access, then what went wrong. */
export const throughputParts = ["read", "replica read", "write", "fail", "unknown"] as const;

export interface Bin {
  readonly fromUs: number;
  readonly untilUs: number;
  /** Operations due in the bin, one count a part of `throughputParts`. */
  readonly counts: readonly number[];
  readonly total: number;
}

const okAccessPart: readonly number[] = [0, 2, 1];

/** Bins of equal, round length that cover [fromUs, untilUs] wholly. */
export function binOperations(
  operations: Operations,
  fromUs: number,
  untilUs: number,
  wanted: number,
): readonly Bin[] {
  const stepUs = roundStepUs((untilUs - fromUs) / Math.max(1, wanted));
  const startUs = Math.floor(fromUs / stepUs) * stepUs;
  const bins: Bin[] = [];
  let index = firstFrom(operations, startUs);
  for (let binUs = startUs; binUs < untilUs; binUs += stepUs) {
    const counts = throughputParts.map(() => 0);
    const before = index;
    while (index < operations.count && (operations.dueUs[index] ?? 0) < binUs + stepUs) {
      const part = partOf(operations.access[index] ?? 0, operations.outcome[index] ?? 0);
      counts[part] = (counts[part] ?? 0) + 1;
      index++;
    }
    bins.push({ fromUs: binUs, untilUs: binUs + stepUs, counts, total: index - before });
  }
  return bins;
}

/** ok → by access; fail → "fail"; open and unknown → "unknown". */
function partOf(access: number, outcome: number): number {
  if (outcome === 0) return okAccessPart[access] ?? 0;
  return outcome === 1 ? 3 : 4;
}

/** The next of 1, 2, 5, 10, 20… microseconds that is not smaller. */
export function roundStepUs(us: number): number {
  let unit = 1;
  while (unit * 10 <= us) unit *= 10;
  for (const factor of [1, 2, 5]) if (unit * factor >= us) return unit * factor;
  return unit * 10;
}

export interface QuantilePoint {
  readonly timeUs: number;
  /** Answers in the bin; without any, the quantiles say nothing and the line is broken. */
  readonly count: number;
  readonly p50Us: number;
  readonly p99Us: number;
}

/** Median and 99th percentile of answered operations of one access, a bin each. */
export function quantileLine(
  operations: Operations,
  access: number,
  bins: readonly Bin[],
): readonly QuantilePoint[] {
  const points: QuantilePoint[] = [];
  for (const bin of bins) {
    const values: number[] = [];
    const until = firstFrom(operations, bin.untilUs);
    for (let index = firstFrom(operations, bin.fromUs); index < until; index++) {
      if (operations.access[index] !== access || operations.outcome[index] !== 0) continue;
      values.push(operations.latencyUs[index] ?? 0);
    }
    values.sort((left, right) => left - right);
    points.push({
      timeUs: (bin.fromUs + bin.untilUs) / 2,
      count: values.length,
      p50Us: values[Math.ceil(values.length * 0.5) - 1] ?? 0,
      p99Us: values[Math.ceil(values.length * 0.99) - 1] ?? 0,
    });
  }
  return points;
}

export interface PointScales {
  readonly xOf: (timeUs: number) => number;
  readonly yOf: (latencyUs: number) => number;
  readonly timeOf: (x: number) => number;
}

/** The operation drawn nearest to a point, within a reach in pixels; -1 if none. */
export function nearestOperation(
  operations: Operations,
  point: { readonly x: number; readonly y: number; readonly reach: number },
  { xOf, yOf, timeOf }: PointScales,
): number {
  let nearest = -1;
  let nearestSquare = point.reach * point.reach;
  const until = firstFrom(operations, timeOf(point.x + point.reach));
  for (let i = firstFrom(operations, timeOf(point.x - point.reach)); i < until; i++) {
    const dx = xOf(operations.dueUs[i] ?? 0) - point.x;
    const dy = yOf(operations.latencyUs[i] ?? 0) - point.y;
    const square = dx * dx + dy * dy;
    if (square <= nearestSquare) {
      nearestSquare = square;
      nearest = i;
    }
  }
  return nearest;
}
