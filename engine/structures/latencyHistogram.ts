/**
 * How often a command took how long: counts of durations in buckets whose width grows with the value, two significant digits
 * kept, from 1 ns to 1 s; what is longer counts as 1 s. Bucket bounds are those of HdrHistogram, so that what is told of the same
 * durations is what Redis tells.
 *
 *     values        0…255 ns   256…511   512…1023   …
 *     width             1 ns      2 ns       4 ns   …    256 buckets first, then 128 for each doubling
 *
 * @see https://hdrhistogram.github.io/HdrHistogram/
 */
const SUB_BUCKETS = 256;
const HALF: number = SUB_BUCKETS / 2;
const HALF_BITS = 7;
const LONGEST_NS = 1_000_000_000;
/** Doublings until the longest value fits. */
const DOUBLINGS = 22;

export class LatencyHistogram {
  total = 0;
  /** Of all durations. */
  sumUs = 0;
  private readonly counts = new Uint32Array(SUB_BUCKETS + DOUBLINGS * HALF);

  /** Counts a duration, once or as often as it was seen. */
  record(durationUs: number, times: number = 1): void {
    const ns = Math.floor(durationUs * 1000);
    const bucket = bucketOf(ns < 1 ? 1 : ns > LONGEST_NS ? LONGEST_NS : ns);
    this.counts[bucket] = (this.counts[bucket] ?? 0) + times;
    this.total += times;
    this.sumUs += durationUs * times;
  }

  /** Counts what another one has counted. */
  add(other: LatencyHistogram): void {
    for (const [bucket, count] of other.counts.entries()) {
      this.counts[bucket] = (this.counts[bucket] ?? 0) + count;
    }
    this.total += other.total;
    this.sumUs += other.sumUs;
  }

  /** How many took no longer, as far as buckets tell; of less than a second. */
  countUpTo(durationUs: number): number {
    let seen = 0;
    for (let bucket = 0; highestOf(bucket) <= durationUs * 1000; bucket++) {
      seen += this.counts[bucket] ?? 0;
    }
    return seen;
  }

  /** The duration that `percent` of the counted ones do not exceed, in nanoseconds. */
  percentileNs(percent: number): number {
    const wanted = Math.max(1, Math.floor((percent / 100) * this.total + 0.5));
    let seen = 0;
    for (let bucket = 0; bucket < this.counts.length; bucket++) {
      seen += this.counts[bucket] ?? 0;
      if (seen >= wanted) return percent === 0 ? lowestOf(bucket) : highestOf(bucket);
    }
    return 0;
  }

  /** For each power of two of about a microsecond where the sum grows: microseconds, and how many took no longer. */
  forEachPower(visit: (microseconds: number, cumulative: number) => void): void {
    let bucket = 0;
    let seen = 0;
    let told = 0;
    for (let levelNs = 1024; told < this.total; levelNs *= 2) {
      const last = Math.min(bucketOf(levelNs), this.counts.length - 1);
      for (; bucket <= last; bucket++) seen += this.counts[bucket] ?? 0;
      if (seen > told) visit(Math.floor(highestOf(last) / 1000), seen);
      told = seen;
    }
  }
}

function bucketOf(ns: number): number {
  const doublings = Math.max(0, 32 - Math.clz32(ns) - HALF_BITS - 1);
  return doublings * HALF + (ns >>> doublings);
}

function doublingsOf(bucket: number): number {
  return bucket < SUB_BUCKETS ? 0 : (bucket >> HALF_BITS) - 1;
}

function lowestOf(bucket: number): number {
  const doublings = doublingsOf(bucket);
  return (bucket - doublings * HALF) * 2 ** doublings;
}

function highestOf(bucket: number): number {
  return lowestOf(bucket) + 2 ** doublingsOf(bucket) - 1;
}
