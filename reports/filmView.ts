/** What exports are made from: the film of a run, and what its columns stand for. */
import type { FilmTables } from "../sim/film/film.ts";
import type { LiveRun } from "../sim/live/liveRun.ts";
import type { FaultRecord, Run } from "../sim/run.ts";

export interface FilmView {
  readonly outline: FilmOutline;
  readonly film: FilmTables;
  readonly texts: readonly string[];
  readonly places: readonly string[];
}

/** Of a run that has ended or goes on. */
export type FilmOutline = Pick<
  Run,
  "scenario" | "seed" | "nodes" | "unavailability" | "failovers" | "loadedUs" | "simulatedUs"
> & {
  readonly faults: readonly Pick<FaultRecord, "kind" | "text" | "fromUs" | "untilUs">[];
};

/** Of a run up to its present. */
export function filmViewOf(live: LiveRun): FilmView {
  const { texts, ...film } = live.camera.whole();
  return { outline: live.outline(), film, texts, places: live.places };
}

/** A stretch of time in which a row of a table held. */
export interface RowSpan {
  readonly row: number;
  readonly fromUs: number;
  readonly untilUs: number;
}

/** Joins the rows of each lane for as long as they say the same. Rows ascend by time; the last of a lane holds until `endUs`. */
export function spansOf(
  timeUs: Float64Array,
  laneOf: (row: number) => number,
  isSame: (left: number, right: number) => boolean,
  endUs: number,
): readonly RowSpan[] {
  const open = new Map<number, number>();
  const spans: RowSpan[] = [];
  const close = (row: number, untilUs: number): void => {
    const fromUs = timeUs[row] ?? 0;
    if (untilUs > fromUs) spans.push({ row, fromUs, untilUs });
  };
  for (let row = 0; row < timeUs.length; row++) {
    const lane = laneOf(row);
    const before = open.get(lane);
    if (before !== undefined && isSame(before, row)) continue;
    open.set(lane, row);
    if (before !== undefined) close(before, timeUs[row] ?? 0);
  }
  for (const row of open.values()) close(row, endUs);
  return spans;
}

/**
 * When a lease ran, by a column of `FilmDatabases`: from the row that tells of it until it ends or a later row says otherwise. A longer
 * end of the same epoch goes on. Open ones end at `endUs`.
 */
export function leaseSpans(
  { timeUs, place, epoch }: FilmTables["databases"],
  untilUs: Float64Array,
  endUs: number,
): readonly RowSpan[] {
  const open = new Map<number, { readonly row: number; untilUs: number }>();
  const spans: RowSpan[] = [];
  const close = (row: number, leaseUntilUs: number, nowUs: number): void => {
    const fromUs = timeUs[row] ?? 0;
    spans.push({ row, fromUs, untilUs: Math.max(fromUs, Math.min(leaseUntilUs, nowUs)) });
  };
  for (let row = 0; row < timeUs.length; row++) {
    const nowUs = timeUs[row] ?? 0;
    const node = place[row] ?? 0;
    const until = untilUs[row] ?? -Infinity;
    const lease = open.get(node);
    const goesOn = lease !== undefined && lease.untilUs >= nowUs && until > nowUs;
    if (goesOn && epoch[lease.row] === epoch[row]) {
      lease.untilUs = until;
      continue;
    }
    if (lease !== undefined) close(lease.row, lease.untilUs, nowUs);
    if (until > nowUs) open.set(node, { row, untilUs: until });
    else open.delete(node);
  }
  for (const { row, untilUs: until } of open.values()) close(row, until, endUs);
  return spans;
}
