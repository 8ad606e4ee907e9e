/**
 * The point of no return. A failing run is run again with other futures: up to a moment every decision is the run's own, from
 * there on another seed decides, while the faults stay as they are scheduled. The share of futures that fail, by the moment,
 * says when the failure was decided: where it jumps, what mattered happened just before.
 */
import type { TraceEvent } from "../trace/vocabulary.ts";
import type { Branch } from "../random.ts";

/** One future that is asked for. */
export interface Future {
  readonly branch: Branch;
  /** A future without a violation until then counts as one that passes. */
  readonly giveUpAtUs: number;
}

/** The failing run, as far as it is needed here. */
export interface FailingRun {
  readonly loadedUs: number;
  readonly endUs: number;
  readonly trace: readonly TraceEvent[];
}

export interface Moment {
  readonly atUs: number;
  readonly failed: number;
  readonly futures: number;
}

export interface Cause {
  /** In order of time; the last is the failure itself, which fails by definition. */
  readonly moments: readonly Moment[];
  /** The moments between which the share of failing futures rises most. */
  readonly jump: { readonly from: Moment; readonly to: Moment };
  /** What happened between them: faults that began or ended, and events of the cluster. Nothing where there is no jump. */
  readonly happened: readonly TraceEvent[];
}

export interface CauseOptions {
  readonly moments: number;
  /** Futures a moment. */
  readonly branches: number;
  readonly hasBudget: () => boolean;
  readonly onProgress: (moments: readonly Moment[]) => void;
}

/** A violation may come a little later in another future. */
const MARGIN_US = 1_000_000;
/** The jump is looked at more closely until it lies between moments so near. */
const NEAR_US = 5_000;
const mostRefinements = 8;

/** Gives out futures and is told whether each failed in the same way. */
export function* findCause(
  run: FailingRun,
  options: CauseOptions,
): Generator<Future, Cause, boolean> {
  const { loadedUs, endUs } = run;
  const giveUpAtUs = endUs + Math.max(MARGIN_US, Math.round((endUs - loadedUs) / 2));
  const moments: Moment[] = [{ atUs: endUs, failed: options.branches, futures: options.branches }];
  function* measure(atUs: number): Generator<Future, void, boolean> {
    let failed = 0;
    let futures = 0;
    for (; futures < options.branches && options.hasBudget(); futures++) {
      if (yield { branch: { atUs, seed: futures + 1 }, giveUpAtUs }) failed += 1;
    }
    if (futures === 0) return;
    moments.push({ atUs, failed, futures });
    moments.sort((left, right) => left.atUs - right.atUs);
    options.onProgress(moments);
  }
  for (let index = 0; index < options.moments; index++) {
    yield* measure(Math.round(loadedUs + ((endUs - loadedUs) * index) / options.moments));
  }
  for (let count = 0; count < mostRefinements; count++) {
    const { from, to } = largestJump(moments);
    const isFlat = share(to) <= share(from);
    if (isFlat || to.atUs - from.atUs <= NEAR_US || !options.hasBudget()) break;
    yield* measure(Math.round((from.atUs + to.atUs) / 2));
  }
  const jump = largestJump(moments);
  const isFlat = share(jump.to) <= share(jump.from);
  const happened = isFlat ? [] : eventsBetween(run, jump.from.atUs, jump.to.atUs);
  return { moments, jump, happened };
}

/** Of jumps that are equal the last: what came later decided. */
function largestJump(moments: readonly Moment[]): Cause["jump"] {
  let from = moments[0] as Moment;
  let to = moments[1] ?? from;
  for (let index = 1; index < moments.length; index++) {
    const left = moments[index - 1] as Moment;
    const right = moments[index] as Moment;
    if (share(right) - share(left) < share(to) - share(from)) continue;
    from = left;
    to = right;
  }
  return { from, to };
}

function share({ failed, futures }: Moment): number {
  return failed / futures;
}

function eventsBetween(run: FailingRun, fromUs: number, untilUs: number): TraceEvent[] {
  return run.trace.filter(({ timeUs }) => timeUs >= fromUs && timeUs <= untilUs);
}
