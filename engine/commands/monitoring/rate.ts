/** How fast a counter grows, as seen over about the last second and a half. */

const SAMPLES = 16;
const SAMPLE_EVERY_US = 100_000;

export class Rate {
  private readonly atUs: number[] = [];
  private readonly values: number[] = [];

  /** Looks at the counter; more often than ten times a second changes nothing. Returns whether this time counts. */
  look(nowUs: number, value: number): boolean {
    const last = this.atUs.at(-1);
    if (last !== undefined && nowUs - last < SAMPLE_EVERY_US && nowUs >= last) return false;
    this.atUs.push(nowUs);
    this.values.push(value);
    if (this.atUs.length > SAMPLES) {
      this.atUs.shift();
      this.values.shift();
    }
    return true;
  }

  /** Growth a second up to now. What was seen long ago does not count, so that a rate falls when nothing happens. */
  perSecond(nowUs: number, value: number): number {
    const oldest = this.atUs.findIndex((atUs) => nowUs - atUs <= SAMPLES * SAMPLE_EVERY_US);
    if (oldest < 0) return 0;
    const spanUs = nowUs - (this.atUs[oldest] ?? nowUs);
    const grown = value - (this.values[oldest] ?? value);
    return spanUs <= 0 || grown < 0 ? 0 : (grown * 1e6) / spanUs;
  }
}
