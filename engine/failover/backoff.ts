/**
 * How long a node waits before it may stand for leadership (PROTOCOL rule 12): a full backoff, longer than any lease by
 * more than the clock-rate error, from each renewal or leadership entry it applies and from reaching the tail.
 */
import { assert } from "../assert.ts";
import type { Random } from "../contract.ts";
import { leastBackoffMs, type Timing } from "../timing.ts";

export class Backoff {
  /** Monotonic microseconds; Infinity while the node has not reached the tail. */
  deadlineUs: number = Infinity;
  private readonly backoffUs: number;
  private readonly jitterUs: number;
  private readonly random: Random;

  constructor(timing: Timing, random: Random) {
    const least = leastBackoffMs(timing.leaseMs, timing.clockRateErrorRatio);
    assert(
      timing.backoffMs >= least,
      () =>
        `backoffMs ${timing.backoffMs} is unsafe: leaseMs ${timing.leaseMs} needs at least ${Math.ceil(least)}`,
    );
    this.backoffUs = timing.backoffMs * 1000;
    this.jitterUs = timing.backoffJitterMs * 1000;
    this.random = random;
  }

  restart(nowUs: number): void {
    this.deadlineUs = nowUs + this.backoffUs + Math.floor(this.random() * this.jitterUs);
  }

  cancel(): void {
    this.deadlineUs = Infinity;
  }
}
