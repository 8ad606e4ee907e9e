/** Shorter and rounder: durations, times and the horizon. */
import type { FaultSpec, Scenario } from "../scenario.ts";
import type { Search, Steps } from "./search.ts";

const US_PER_MS = 1000;
/** Below this the command line takes no horizon. */
const LEAST_HORIZON_MS = 1000;
/** How long before the first event of a schedule the load begins. */
const LEAD_MS = 100;
const rungsMs: readonly number[] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000];
const grainsMs: readonly number[] = [1000, 500, 200, 100, 50, 20, 10, 5, 1];

/** Ends the load just behind the violation: what comes later had no part in it. */
export function* cutHorizon(search: Search): Steps<void> {
  const { best, outcome } = search;
  const endMs = (outcome.endUs - outcome.loadedUs) / US_PER_MS;
  const horizonMs = Math.max(LEAST_HORIZON_MS, Math.ceil((endMs + 1) / 10) * 10);
  if (horizonMs >= horizonOf(best)) return;
  search.begin("horizon");
  yield* search.accept(
    {
      ...best,
      parameters: { ...best.parameters, horizonMs },
      nemesis: best.nemesis.filter((spec) => Number(spec.atMs) <= endMs),
      ...(best.operations === undefined
        ? {}
        : { operations: best.operations.filter((each) => each.atMs <= endMs) }),
    },
    0,
  );
}

function horizonOf(scenario: Scenario): number {
  return Number(scenario.parameters["horizonMs"] ?? 60_000);
}

/** For a failure that shows only once the load is over: a shorter load. */
export function* shortenHorizon(search: Search): Steps<void> {
  const { outcome } = search;
  if (outcome.endUs - outcome.loadedUs < horizonOf(search.best) * US_PER_MS) return;
  search.begin("horizon");
  for (const rung of rungsMs.filter((each) => each >= LEAST_HORIZON_MS)) {
    if (rung >= horizonOf(search.best)) return;
    const { best } = search;
    const shorter = {
      ...best,
      parameters: { ...best.parameters, horizonMs: rung },
      nemesis: best.nemesis.map((spec) => ({
        ...spec,
        atMs: Math.min(Number(spec.atMs), rung - 1),
      })),
    };
    if (yield* search.accept(shorter, 1)) return;
  }
}

/** Each fault lasts as short as it may, on a scale of readable numbers, or at least a rounder while. */
export function* shortenDurations(search: Search): Steps<void> {
  search.begin("durations");
  for (let index = 0; index < search.best.nemesis.length; index++) {
    const spec = search.best.nemesis[index] as FaultSpec;
    for (const [name, value] of Object.entries(spec)) {
      const isDuration = name.endsWith("Ms") && name !== "atMs";
      if (isDuration && typeof value === "number" && value > 0)
        yield* leastRung(search, index, name, value);
      if (name === "ratio" && value !== 1) yield* changed(search, index, name, 1);
    }
  }
}

function* leastRung(search: Search, index: number, name: string, value: number): Steps<void> {
  let low = 0;
  let high = rungsMs.filter((rung) => rung < value).length;
  const first = high;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (yield* changed(search, index, name, rungsMs[middle] as number)) high = middle;
    else low = middle + 1;
  }
  if (high < first) return;
  yield* roundest(value, (rounded) => changed(search, index, name, rounded));
}

function changed(search: Search, index: number, name: string, value: number): Steps<boolean> {
  const nemesis = search.best.nemesis.map((spec, each) =>
    each === index ? { ...spec, [name]: value } : spec,
  );
  return search.accept({ ...search.best, nemesis }, 1);
}

/** Tries a number rounded to ever finer grains, until one is taken. */
function* roundest(value: number, accept: (rounded: number) => Steps<boolean>): Steps<void> {
  const tried = new Set<number>();
  for (const grain of grainsMs) {
    const rounded = Math.round(value / grain) * grain;
    if (rounded === value) return;
    if (rounded <= 0 || tried.has(rounded)) continue;
    tried.add(rounded);
    if (yield* accept(rounded)) return;
  }
}

/** Everything begins soon, and at round times. */
export function* roundTimes(search: Search): Steps<void> {
  search.begin("times");
  yield* beginSooner(search);
  for (let index = 0; index < search.best.nemesis.length; index++) {
    const { atMs } = search.best.nemesis[index] as FaultSpec;
    yield* roundest(Number(atMs), (rounded) => changed(search, index, "atMs", rounded));
  }
  for (const grain of grainsMs) {
    const operations = (search.best.operations ?? []).map((each) => ({
      ...each,
      atMs: Math.round(each.atMs / grain) * grain,
    }));
    const isRound = operations.every(
      ({ atMs }, index) => atMs === search.best.operations?.[index]?.atMs,
    );
    if (isRound || (yield* search.accept({ ...search.best, operations }, 1))) return;
  }
}

/** Drops the load before the first fault, or half of it, and moves everything there: shorter runs for all that follows. */
export function* beginSooner(search: Search): Steps<void> {
  const { best } = search;
  const times = best.nemesis.map((each) => Number(each.atMs));
  if (times.length === 0) for (const each of best.operations ?? []) times.push(each.atMs);
  if (times.length === 0) return;
  const firstMs = Math.min(...times);
  search.begin("times");
  for (const share of [1, 0.5]) {
    const byMs = Math.floor((firstMs - LEAD_MS) * share);
    if (byMs <= LEAD_MS) return;
    const horizonMs = Math.max(LEAST_HORIZON_MS, horizonOf(best) - byMs);
    const sooner = {
      ...best,
      parameters: { ...best.parameters, horizonMs },
      nemesis: best.nemesis.map((spec) => ({ ...spec, atMs: Number(spec.atMs) - byMs })),
      ...(best.operations === undefined
        ? {}
        : {
            operations: best.operations
              .filter((each) => each.atMs >= byMs)
              .map((each) => ({ ...each, atMs: Math.round((each.atMs - byMs) * 1000) / 1000 })),
          }),
    };
    if (yield* search.accept(sooner, 2)) return;
  }
}
