/** Where the buttons and keys of time travel lead. All times are true microseconds since the run began. */
import type { RunState } from "./runState.ts";

/** The columns of a film's events that jumps look at; only the first `count` rows are filled. */
export interface EventColumns {
  readonly count: number;
  /** Ascending. */
  readonly timeUs: ArrayLike<number>;
}

export function firstFaultUs(run: RunState | undefined): number | undefined {
  const times = run?.outline?.faults.map((fault) => fault.fromUs) ?? [];
  return times.length === 0 ? undefined : Math.min(...times);
}

export function firstViolationUs(run: RunState | undefined): number | undefined {
  const times = (run?.report?.checks ?? [])
    .filter((check) => check.verdict !== "ok")
    .flatMap((check) => check.atUs ?? []);
  return times.length === 0 ? undefined : Math.min(...times);
}

/** The nearest event that is later, or earlier; undefined: there is none. */
export function nextEventUs(
  events: EventColumns,
  atUs: number,
  direction: 1 | -1,
): number | undefined {
  const row = direction === 1 ? rowAfter(events, atUs) : rowAfter(events, atUs - 1) - 1;
  return row >= 0 && row < events.count ? events.timeUs[row] : undefined;
}

/** The first row that is later than a time. Integer times: `atUs - 1` finds the first row at `atUs`. */
function rowAfter({ count, timeUs }: EventColumns, atUs: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((timeUs[middle] ?? 0) <= atUs) low = middle + 1;
    else high = middle;
  }
  return low;
}
