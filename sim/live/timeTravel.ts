/**
 * Worlds that stand at instants of one run. A world cannot be copied, but it can be run again: some worlds wait at instants spread over
 * the run, and a look at another instant lets the nearest of them go on from there. In idle time those that have moved are replaced.
 */
import type { World } from "../world.ts";

/** Worlds kept at most, and events that they may have executed altogether: each holds the history of its own past. */
const MOST_WORLDS = 14;
const MOST_EVENTS = 1_000_000;
const LEAST_WORLDS = 2;

export class TimeTravel {
  private readonly make: () => World;
  /** In no order. */
  private worlds: World[] = [];
  /** One that is on its way to its place. */
  private coming: World | undefined = undefined;
  private places: readonly number[] = [];

  /** `make`: a new world of the run, at its beginning. */
  constructor(make: () => World) {
    this.make = make;
  }

  /** The run has come to `endUs` with so many events: places are spread up to there. */
  spread(endUs: number, events: number): void {
    const bound = Math.floor((2 * MOST_EVENTS) / Math.max(1, events));
    const count = Math.min(MOST_WORLDS, Math.max(LEAST_WORLDS, bound));
    this.places = Array.from({ length: count }, (_, index) => (endUs * index) / count);
  }

  /**
   * A world in which everything due by `atUs` has happened, and nothing later. It is only to be looked at: the next call may let it
   * go on.
   */
  at(atUs: number): World {
    const world = this.take(atUs);
    this.worlds.push(world);
    return world;
  }

  /** As `at`, but the world belongs to the caller. */
  take(atUs: number): World {
    const nearest = this.nearest(atUs) ?? this.make();
    this.worlds = this.worlds.filter((world) => world !== nearest);
    nearest.advance(atUs, Infinity);
    return nearest;
  }

  private nearest(atUs: number): World | undefined {
    let found: World | undefined;
    for (const world of this.worlds)
      if (world.kernel.nowUs <= atUs && (found === undefined || isLater(world, found)))
        found = world;
    return found;
  }

  /** Idle work: brings a world by at most so many events nearer to a place where none stands. False: all stand. */
  prepare(maxEvents: number): boolean {
    const place = this.emptyPlace();
    if (place === undefined) return false;
    const world = (this.coming ??= this.make());
    if (world.kernel.nowUs < place) world.advance(place, maxEvents);
    if (world.kernel.nowUs >= place || world.phase === "ended") {
      this.coming = undefined;
      this.settle(world);
    }
    return true;
  }

  /** The first place with no world between it and the next place. */
  private emptyPlace(): number | undefined {
    return this.places.find((fromUs, index) => {
      const untilUs = this.places[index + 1] ?? Infinity;
      return !this.worlds.some(({ kernel }) => kernel.nowUs >= fromUs && kernel.nowUs < untilUs);
    });
  }

  /** Keeps it, and of those that stand too close together as few as may be. */
  private settle(world: World): void {
    this.worlds.push(world);
    const spare = this.worlds.find((each) =>
      this.worlds.some((other) => this.isBehind(each, other)),
    );
    if (this.worlds.length > this.places.length && spare !== undefined)
      this.worlds = this.worlds.filter((each) => each !== spare);
  }

  /** Whether another world stands between a world and the place before it: from there the way is hardly longer. */
  private isBehind(world: World, other: World): boolean {
    const placeOf = ({ kernel }: World): number =>
      this.places.findLastIndex((place) => place <= kernel.nowUs);
    return isLater(world, other) && placeOf(world) === placeOf(other);
  }
}

function isLater(world: World, other: World): boolean {
  return world.kernel.nowUs > other.kernel.nowUs;
}
