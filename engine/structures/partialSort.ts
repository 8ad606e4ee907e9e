/**
 * Quicksort that leaves alone the parts that nobody looks at. Which of equal items comes first follows from the steps taken,
 * which are therefore those of Redis (pqsort), that has them from Bentley and McIlroy: clients see that order.
 *
 *     while parting:   = = = | < < < | not looked at | > > > | = = =
 *
 * @see J. L. Bentley, M. D. McIlroy, Engineering a Sort Function, 1993
 */
const FEW = 7;
const MANY = 40;

export type Comparison<T> = (a: T, b: T) => number;

/** Brings the items that belong into places first to last, both in, to these places. */
export function partialSort<T>(
  items: T[],
  compare: Comparison<T>,
  first: number,
  last: number,
): void {
  sortPart(items, compare, 0, items.length, first, last);
}

function sortPart<T>(
  items: T[],
  compare: Comparison<T>,
  start: number,
  count: number,
  first: number,
  last: number,
): void {
  let from = start;
  let length = count;
  for (;;) {
    if (length < FEW) return insertionSort(items, compare, from, length);
    swap(items, from, pivotOf(items, compare, from, length));
    const { less, greater } = part(items, compare, from, length);
    if (less > 1 && isLookedAt(from, less, first, last))
      sortPart(items, compare, from, less, first, last);
    from = from + length - greater;
    length = greater;
    if (greater <= 1 || !isLookedAt(from, greater, first, last)) return;
  }
}

function isLookedAt(from: number, length: number, first: number, last: number): boolean {
  return last >= from && first < from + length;
}

function insertionSort<T>(items: T[], compare: Comparison<T>, from: number, length: number): void {
  for (let index = from + 1; index < from + length; index++) {
    for (let at = index; at > from && compare(items[at - 1] as T, items[at] as T) > 0; at--)
      swap(items, at, at - 1);
  }
}

/** The middle item of a few, the median of three of more, the median of three such medians of many. */
function pivotOf<T>(items: T[], compare: Comparison<T>, from: number, length: number): number {
  let middle = from + Math.floor(length / 2);
  if (length <= FEW) return middle;
  let low = from;
  let high = from + length - 1;
  if (length > MANY) {
    const eighth = Math.floor(length / 8);
    low = median(items, compare, low, low + eighth, low + 2 * eighth);
    middle = median(items, compare, middle - eighth, middle, middle + eighth);
    high = median(items, compare, high - 2 * eighth, high - eighth, high);
  }
  return median(items, compare, low, middle, high);
}

function median<T>(items: T[], compare: Comparison<T>, a: number, b: number, c: number): number {
  const isBefore = (one: number, other: number): boolean =>
    compare(items[one] as T, items[other] as T) < 0;
  const isBehind = (one: number, other: number): boolean =>
    compare(items[one] as T, items[other] as T) > 0;
  if (isBefore(a, b)) {
    if (isBefore(b, c)) return b;
    return isBefore(a, c) ? c : a;
  }
  if (isBehind(b, c)) return b;
  return isBefore(a, c) ? a : c;
}

/** Parts by the item at `from`; returns how many items are less, which stand first, and greater, which stand last. */
function part<T>(
  items: T[],
  compare: Comparison<T>,
  from: number,
  length: number,
): { less: number; greater: number } {
  const end = from + length;
  let equalEnd = from + 1;
  let lessEnd = from + 1;
  let greaterStart = end - 1;
  let equalStart = end - 1;
  for (;;) {
    while (lessEnd <= greaterStart) {
      const order = compare(items[lessEnd] as T, items[from] as T);
      if (order > 0) break;
      if (order === 0) swap(items, equalEnd++, lessEnd);
      lessEnd++;
    }
    while (lessEnd <= greaterStart) {
      const order = compare(items[greaterStart] as T, items[from] as T);
      if (order < 0) break;
      if (order === 0) swap(items, greaterStart, equalStart--);
      greaterStart--;
    }
    if (lessEnd > greaterStart) break;
    swap(items, lessEnd++, greaterStart--);
  }
  const atStart = Math.min(equalEnd - from, lessEnd - equalEnd);
  swapRuns(items, from, lessEnd - atStart, atStart);
  const atEnd = Math.min(equalStart - greaterStart, end - equalStart - 1);
  swapRuns(items, lessEnd, end - atEnd, atEnd);
  return { less: lessEnd - equalEnd, greater: equalStart - greaterStart };
}

function swapRuns(items: unknown[], a: number, b: number, length: number): void {
  for (let index = 0; index < length; index++) swap(items, a + index, b + index);
}

function swap(items: unknown[], a: number, b: number): void {
  const held = items[a];
  items[a] = items[b];
  items[b] = held;
}
