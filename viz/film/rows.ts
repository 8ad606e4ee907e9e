/** Search and sort in columns of times. */

/** So many rows are looked at one after the other before the steps grow. */
const NEAR_ROWS = 8;

/** The first row in [from, until) whose value is not below `bound`; `until` if there is none. The values ascend. */
export function firstAtLeast(
  values: ArrayLike<number>,
  bound: number,
  from: number,
  until: number,
): number {
  let low = from;
  let high = until;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((values[middle] as number) < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** As `firstAtLeast`, quick where the row is near `from`. */
export function nextAtLeast(
  values: ArrayLike<number>,
  bound: number,
  from: number,
  until: number,
): number {
  let low = from;
  const near = Math.min(until, from + NEAR_ROWS);
  while (low < near && (values[low] as number) < bound) low++;
  if (low < near || low === until) return low;
  let step = 1;
  while (low + step < until && (values[low + step] as number) < bound) {
    low += step;
    step *= 2;
  }
  return firstAtLeast(values, bound, low, Math.min(until, low + step + 1));
}

/** The rows from `from` to `until` in ascending order of their keys; equal ones keep their order. A merge of the runs that are there already. */
export function orderOf(keys: ArrayLike<number>, from: number, until: number): Uint32Array {
  const count = until - from;
  let rows = Uint32Array.from({ length: count }, (_, index) => from + index);
  let bounds = runBounds(keys, from, until);
  let other = new Uint32Array(count);
  while (bounds.length > 2) {
    const merged: number[] = [0];
    for (let run = 0; run + 1 < bounds.length; run += 2) {
      const middle = bounds[run + 1] ?? count;
      const end = bounds[run + 2] ?? middle;
      merge(keys, rows, other, [bounds[run] ?? 0, middle, end]);
      merged.push(end);
    }
    [rows, other] = [other, rows];
    bounds = merged;
  }
  return rows;
}

function runBounds(keys: ArrayLike<number>, from: number, until: number): number[] {
  const bounds = [0];
  for (let row = from + 1; row < until; row++) {
    if ((keys[row] as number) < (keys[row - 1] as number)) bounds.push(row - from);
  }
  bounds.push(until - from);
  return bounds;
}

function merge(
  keys: ArrayLike<number>,
  rows: Uint32Array,
  into: Uint32Array,
  [start, middle, end]: readonly [number, number, number],
): void {
  let left = start;
  let right = middle;
  for (let at = start; at < end; at++) {
    const takesLeft =
      right >= end ||
      (left < middle &&
        (keys[rows[left] as number] as number) <= (keys[rows[right] as number] as number));
    into[at] = rows[takesLeft ? left++ : right++] as number;
  }
}
