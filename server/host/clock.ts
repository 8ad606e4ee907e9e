/** The clocks of this computer, as the engine wants them: one reading of both a step. */
import { performance } from "node:perf_hooks";
import type { Now } from "../../engine/contract.ts";

/** How far the wall clock may be from the estimate before it is taken anew: Date.now() shows whole milliseconds. */
const SLACK_US = 1000;

/** Microseconds since this process began, on a clock that never jumps. It stands still while the computer is suspended. */
export function monotonicUs(): number {
  return Math.floor(performance.now() * 1000);
}

export class Clock {
  /** Wall clock less monotonic clock, as of the last time that they disagreed. */
  private offsetUs = 0;

  /** Fills in a reading of now. The wall clock's microseconds go on between the milliseconds that Date.now() tells. */
  read(now: Now): void {
    now.monotonicUs = monotonicUs();
    const wallUs = Date.now() * 1000;
    const estimateUs = now.monotonicUs + this.offsetUs;
    if (estimateUs < wallUs - SLACK_US || estimateUs >= wallUs + 2 * SLACK_US) {
      this.offsetUs = wallUs - now.monotonicUs;
    }
    now.unixUs = now.monotonicUs + this.offsetUs;
  }
}
