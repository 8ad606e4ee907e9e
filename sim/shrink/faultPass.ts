/** Fewer faults: the point of it all. */
import { randomFrom } from "../random.ts";
import type { FaultSpec } from "../scenario.ts";
import type { Search, Steps } from "./search.ts";
import { shorten } from "./subsets.ts";

/**
 * Takes faults away, many at once and then one by one. A single fault is given up only after `moreSeeds` other seeds; of a
 * large piece two are enough, since its parts are tried as well.
 */
export function* dropFaults(
  search: Search,
  moreSeeds: number,
  inOrder: (faults: readonly FaultSpec[]) => readonly FaultSpec[] = (faults) => faults,
): Steps<void> {
  const { nemesis } = search.best;
  if (nemesis.length === 0) return;
  search.begin("faults");
  if (yield* without(search, [], moreSeeds)) return;
  yield* shorten(inOrder(nemesis), (remaining, removed) => {
    const kept = new Set(remaining);
    const left = nemesis.filter((spec) => kept.has(spec));
    return without(search, left, removed === 1 ? moreSeeds : Math.min(2, moreSeeds));
  });
}

/** Another order in which to take faults away, for another try: which of them stay depends on it. */
export function shuffled(attempt: number): (faults: readonly FaultSpec[]) => readonly FaultSpec[] {
  return (faults) => {
    const random = randomFrom(attempt);
    const places = faults.map((spec) => ({ spec, place: random() }));
    return places.sort((left, right) => left.place - right.place).map(({ spec }) => spec);
  };
}

/** A schedule so short is small enough; what is longer is worth more runs. */
const FEW_FAULTS = 2;
const MANY_SEEDS = 12;
const STUBBORN_RUNS = 240;

/**
 * For a schedule of which no single fault would go: two faults at once, then one while all others last twice as long, then one
 * with many seeds. A fault often stands in for time that another could take. True if any went.
 */
export function* dropStubbornFaults(search: Search): Steps<boolean> {
  const before = search.best.nemesis.length;
  if (before <= FEW_FAULTS) return false;
  search.begin("stubborn faults", STUBBORN_RUNS);
  while ((yield* dropPair(search)) || (yield* dropWithLongerOthers(search))) {
    if (search.best.nemesis.length <= FEW_FAULTS) return true;
  }
  yield* shorten(search.best.nemesis, (remaining) => without(search, remaining, MANY_SEEDS));
  return search.best.nemesis.length < before;
}

function* dropPair(search: Search): Steps<boolean> {
  const { nemesis } = search.best;
  for (let one = 0; one < nemesis.length; one++) {
    for (let other = one + 1; other < nemesis.length; other++) {
      const remaining = nemesis.filter((_, index) => index !== one && index !== other);
      if (yield* without(search, remaining, 2)) return true;
    }
  }
  return false;
}

function* dropWithLongerOthers(search: Search): Steps<boolean> {
  const { nemesis } = search.best;
  for (let index = nemesis.length - 1; index >= 0; index--) {
    const longer = nemesis.filter((_, each) => each !== index).map(twiceAsLong);
    if (yield* without(search, longer, 2)) return true;
  }
  return false;
}

function twiceAsLong(spec: FaultSpec): FaultSpec {
  const { forMs } = spec;
  return typeof forMs === "number" ? { ...spec, forMs: forMs * 2 } : spec;
}

/**
 * Fields that most faults can do without: a name that keeps a stream of decisions where it was in a longer list, a moment to
 * wait for, a probe. They go from all faults at once, or from each alone.
 */
export function* dropPeculiarities(search: Search): Steps<void> {
  if (!search.best.nemesis.some(isPeculiar)) return;
  search.begin("faults' fields");
  if (yield* without(search, search.best.nemesis.map(plain), 2)) return;
  for (let index = 0; index < search.best.nemesis.length; index++) {
    const plainer = search.best.nemesis.map((spec, each) => (each === index ? plain(spec) : spec));
    yield* without(search, plainer, 1);
  }
}

const peculiar: readonly string[] = ["id", "when", "waitMs", "probe"];

function isPeculiar(spec: FaultSpec): boolean {
  return peculiar.some((name) => name in spec);
}

function plain(spec: FaultSpec): FaultSpec {
  const fields = Object.entries(spec).filter(([name]) => !peculiar.includes(name));
  return Object.fromEntries(fields) as FaultSpec;
}

function without(search: Search, nemesis: readonly FaultSpec[], seeds: number): Steps<boolean> {
  return search.accept({ ...search.best, nemesis }, seeds);
}
