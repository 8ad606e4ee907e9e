/** Names the first event in which two runs differ, by their checkpoints and a second execution of the window between two of them. */
import type { DigestCheckpoint } from "../run.ts";
import type { ExecutedEvent } from "./recorder.ts";

/** A run that can be executed again, in whole, with the single events of a window kept. */
export interface ComparableRun {
  /** Also carries the digest at the run's end as its last element. */
  readonly checkpoints: readonly DigestCheckpoint[];
  readonly execute: (window: {
    readonly from: number;
    readonly until: number;
  }) => readonly ExecutedEvent[];
}

export interface FirstDifference {
  /** Undefined on the side that has no such event any more. */
  readonly left: ExecutedEvent | undefined;
  readonly right: ExecutedEvent | undefined;
  /** The last event that both executed alike. */
  readonly lastCommon: ExecutedEvent | undefined;
}

/** Undefined if the runs are equal. */
export function firstDifference(
  left: ComparableRun,
  right: ComparableRun,
): FirstDifference | undefined {
  const window = windowOfDifference(left.checkpoints, right.checkpoints);
  if (window === undefined) return undefined;
  return (
    differenceIn(left.execute(window), right.execute(window)) ?? {
      left: undefined,
      right: undefined,
      lastCommon: undefined,
    }
  );
}

/** The first event in which two logs of one window differ; undefined if they are equal. */
export function differenceIn(
  ours: readonly ExecutedEvent[],
  theirs: readonly ExecutedEvent[],
): FirstDifference | undefined {
  let lastCommon: ExecutedEvent | undefined;
  for (let index = 0; index < Math.max(ours.length, theirs.length); index++) {
    const one = ours[index];
    const other = theirs[index];
    if (
      one === undefined ||
      other === undefined ||
      one.digest !== other.digest ||
      one.text !== other.text
    ) {
      return { left: one, right: other, lastCommon };
    }
    lastCommon = one;
  }
  return undefined;
}

/** Event numbers between the last checkpoint that agrees and the first that does not; undefined if all agree. */
export function windowOfDifference(
  left: readonly DigestCheckpoint[],
  right: readonly DigestCheckpoint[],
): { from: number; until: number } | undefined {
  let from = 0;
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const one = left[index];
    const other = right[index];
    if (one !== undefined && other !== undefined && one.digest === other.digest) {
      from = one.events;
      continue;
    }
    return { from, until: Math.max(one?.events ?? 0, other?.events ?? 0) + 1 };
  }
  return undefined;
}

/** The difference in words. */
export function tellDifference(difference: FirstDifference): string {
  const lines: string[] = [];
  if (difference.lastCommon !== undefined)
    lines.push(`last equal event: ${tell(difference.lastCommon)}`);
  lines.push(`left:  ${difference.left === undefined ? "ended" : tell(difference.left)}`);
  lines.push(`right: ${difference.right === undefined ? "ended" : tell(difference.right)}`);
  return lines.join("\n");
}

function tell(event: ExecutedEvent): string {
  return `#${event.number} at ${(event.timeUs / 1000).toFixed(3)} ms: ${event.text} (digest ${event.digest})`;
}
