import type { Random } from "../../engine/contract.ts";

/** One in so many arrivals is a burst of operations on one hot key, so that clients meet there at once. */
const BURST_EVERY = 30;
export const burstOperations = 5;

/** When operations are due: intervals between 0 and twice the mean, and now and then a burst. */
export class Arrivals {
  private readonly meanUs: number;
  private readonly random: Random;

  /** @param opsPerSecond operations offered a second, bursts included */
  constructor(opsPerSecond: number, random: Random) {
    const perArrival = 1 + (burstOperations - 1) / BURST_EVERY;
    this.meanUs = (1e6 / opsPerSecond) * perArrival;
    this.random = random;
  }

  /** Microseconds to the next arrival, at least 1. */
  nextIntervalUs(): number {
    return Math.max(1, Math.round(this.meanUs * (this.random() + this.random())));
  }

  /** How many operations this arrival brings. */
  isBurst(): boolean {
    return this.random() * BURST_EVERY < 1;
  }
}
