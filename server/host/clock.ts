/** The clocks of this computer, as the engine wants them: one reading of both a step. Each machine has its own, which can be skewed. */
import { performance } from "node:perf_hooks";
import type { Now } from "../../engine/contract.ts";

/** How far the wall clock may be from the estimate before it is taken anew: Date.now() shows whole milliseconds. */
const SLACK_US = 1000;

/** Microseconds since this process began, on a clock that never jumps. It stands still while the computer is suspended. */
export function monotonicUs(): number {
  return Math.floor(performance.now() * 1000);
}

/** How a clock is wrong on purpose. */
export interface Skew {
  /** Added to the wall clock, in milliseconds. */
  readonly byMs: number;
  /** How much faster the monotonic clock runs, in millionths. */
  readonly ratePpm: number;
}

export const noSkew: Skew = { byMs: 0, ratePpm: 0 };

export class Clock {
  /** Wall clock less monotonic clock, as of the last time that they disagreed. */
  private offsetUs = 0;
  private jumpUs = 0;
  private rate = 1;
  /** A moment on this clock and on the true one, since when `rate` is in force. */
  private sinceOwnUs = 0;
  private sinceTrueUs = 0;

  /** From now on it is wrong by so much; its monotonic part goes on from where it is. */
  skew({ byMs, ratePpm }: Skew): void {
    const trueUs = monotonicUs();
    this.sinceOwnUs = this.ownUs(trueUs);
    this.sinceTrueUs = trueUs;
    this.rate = 1 + ratePpm / 1e6;
    this.jumpUs = byMs * 1000;
  }

  /** Fills in a reading of now. The wall clock's microseconds go on between the milliseconds that Date.now() tells. */
  read(now: Now): void {
    const trueUs = monotonicUs();
    now.monotonicUs = this.ownUs(trueUs);
    const wallUs = Date.now() * 1000;
    const estimateUs = trueUs + this.offsetUs;
    if (estimateUs < wallUs - SLACK_US || estimateUs >= wallUs + 2 * SLACK_US) {
      this.offsetUs = wallUs - trueUs;
    }
    now.unixUs = trueUs + this.offsetUs + this.jumpUs;
  }

  /** Milliseconds until this clock's monotonic part shows so much; never negative. */
  msUntil(ownUs: number): number {
    return Math.max(0, (ownUs - this.ownUs(monotonicUs())) / this.rate / 1000);
  }

  private ownUs(trueUs: number): number {
    if (this.rate === 1 && this.sinceOwnUs === this.sinceTrueUs) return trueUs;
    return Math.floor(this.sinceOwnUs + (trueUs - this.sinceTrueUs) * this.rate);
  }
}
