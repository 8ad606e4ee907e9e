/** The highest rate at which a counter has grown, of those seen in this minute and the one before. */
import { Rate } from "./rate.ts";

const MINUTE_US = 60_000_000;

export class PeakRate {
  private readonly rate = new Rate();
  private minute = 0;
  private highest = 0;
  private highestBefore = 0;

  /** Looks at the counter, as Rate does. */
  look(nowUs: number, value: number): void {
    if (!this.rate.look(nowUs, value)) return;
    this.turnTo(nowUs);
    this.highest = Math.max(this.highest, this.rate.perSecond(nowUs, value));
  }

  perSecond(nowUs: number): number {
    this.turnTo(nowUs);
    return Math.max(this.highest, this.highestBefore);
  }

  private turnTo(nowUs: number): void {
    const minute = Math.floor(nowUs / MINUTE_US);
    if (minute === this.minute) return;
    this.highestBefore = minute === this.minute + 1 ? this.highest : 0;
    this.highest = 0;
    this.minute = minute;
  }
}
