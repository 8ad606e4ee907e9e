/** Puts overlapping intervals into rows, each into the first that is free. */

export interface Packed {
  /** The row of each interval. */
  readonly rowOf: readonly number[];
  readonly rows: number;
}

/** `intervals` in order of their beginnings; two that only touch may share a row. */
export function packRows(
  intervals: readonly { readonly fromUs: number; readonly untilUs: number }[],
): Packed {
  const freeFrom: number[] = [];
  const rowOf = intervals.map(({ fromUs, untilUs }) => {
    const free = freeFrom.findIndex((us) => us <= fromUs);
    const row = free < 0 ? freeFrom.length : free;
    freeFrom[row] = untilUs;
    return row;
  });
  return { rowOf, rows: freeFrom.length };
}
