/** A stretch of a film, bounded: what draws single events can draw only so many. */
import { countText, durationText, plural } from "./figures.ts";
import type { FilmView } from "./filmView.ts";

/** Both ends belong to it. */
export interface FilmWindow {
  readonly fromUs: number;
  readonly untilUs: number;
}

/** Rows of a column of times that lie within; the column ascends. */
export function rowsWithin(timeUs: Float64Array, { fromUs, untilUs }: FilmWindow): RowRange {
  return { from: firstAtLeast(timeUs, fromUs), until: firstAbove(timeUs, untilUs) };
}

export interface RowRange {
  readonly from: number;
  /** The first that does not belong to it. */
  readonly until: number;
}

function firstAbove(timeUs: Float64Array, us: number): number {
  return search(timeUs, (each) => each > us);
}

function firstAtLeast(timeUs: Float64Array, us: number): number {
  return search(timeUs, (each) => each >= us);
}

/** The first row of which `holds` is true; it stays true from there on. */
function search(timeUs: Float64Array, holds: (us: number) => boolean): number {
  let low = 0;
  let high = timeUs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(timeUs[middle] ?? 0)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Throws an Error that tells how much shorter the window should be. */
export function refuseMoreThan(
  most: number,
  count: number,
  noun: string,
  window: FilmWindow,
): void {
  if (count <= most) return;
  const fittingUs = ((window.untilUs - window.fromUs) * most) / count;
  throw new Error(
    `the window holds ${plural(count, noun)}, more than the ${countText(most)} that can be drawn well: choose one of about ${durationText(fittingUs)}`,
  );
}

/** Whether a place is a machine: neither the clients nor a zone. */
export function machinesOf({ outline, places }: FilmView): ReadonlySet<number> {
  return new Set(outline.nodes.map(({ node }) => places.indexOf(node)));
}
