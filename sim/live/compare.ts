/** How two runs part: a fork and the run that it was made from, say. */
import { quietObserver } from "../quietObserver.ts";
import type { Scenario } from "../scenario.ts";
import { type ComparableRun, type FirstDifference, firstDifference } from "../trace/compare.ts";
import type { ExecutedEvent } from "../trace/recorder.ts";
import { World } from "../world.ts";
import { scenarioOf } from "./edits.ts";
import type { RunSpec } from "./runSpec.ts";

export interface Comparison {
  /** Undefined: the runs are equal, as far as the shorter one goes. */
  readonly firstDifference: PartingEvent | undefined;
}

export interface PartingEvent {
  readonly atUs: number;
  /** Its number in the run. */
  readonly event: number;
  /** What happened in each of the two; "ended" if nothing more did. */
  readonly left: string;
  readonly right: string;
}

/** Executes both again, and the stretch in which they part once more. Throws RangeError on a spec that makes no sense. */
export function compare(left: RunSpec, right: RunSpec, known: readonly Scenario[]): Comparison {
  const difference = firstDifference(comparable(left, known), comparable(right, known));
  return { firstDifference: difference === undefined ? undefined : partingOf(difference) };
}

function partingOf({ left, right, lastCommon }: FirstDifference): PartingEvent {
  const tell = (event: ExecutedEvent | undefined): string => event?.text ?? "ended";
  const times = [left, right].map((event) => event?.timeUs ?? Infinity);
  const atUs = Math.min(...times);
  return {
    atUs: Number.isFinite(atUs) ? atUs : (lastCommon?.timeUs ?? 0),
    event: left?.number ?? right?.number ?? (lastCommon?.number ?? -1) + 1,
    left: tell(left),
    right: tell(right),
  };
}

function comparable(spec: RunSpec, known: readonly Scenario[]): ComparableRun {
  const scenario = scenarioOf(spec, known);
  const begin = (eventWindow?: { readonly from: number; readonly until: number }): World =>
    new World(scenario, spec.overrides, spec.seed, {
      full: false,
      observer: quietObserver(),
      ...(eventWindow === undefined ? {} : { eventWindow }),
    });
  const world = begin();
  world.advance(Infinity, Infinity);
  return {
    checkpoints: world.kernel.recorder.checkpoints,
    execute: (window) => {
      const again = begin(window);
      again.advance(Infinity, window.until);
      return again.kernel.recorder.executed;
    },
  };
}
