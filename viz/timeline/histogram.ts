/** Latencies in buckets that grow by two percent each, from a microsecond to a thousand seconds: less than a pixel apart on the plot. */
const BUCKETS = 1024;
const DECADES = 9;
const PER_DECADE = (BUCKETS - 1) / DECADES;

export function bucketOf(latencyUs: number): number {
  if (latencyUs <= 1) return 0;
  return Math.min(BUCKETS - 1, Math.round(Math.log10(latencyUs) * PER_DECADE));
}

/** The latency in the middle of a bucket. */
export function bucketUs(bucket: number): number {
  return 10 ** (bucket / PER_DECADE);
}

/** Up to so many values are sorted; of more it is counted how many lie in each bucket. */
const MOST_SORTED = 400;

const counts: Uint32Array = new Uint32Array(BUCKETS);

/** The buckets that hold the quantiles of some buckets; 0 if there are none. */
export function quantileBuckets(
  buckets: readonly number[],
  shares: readonly number[],
): readonly number[] {
  if (buckets.length <= MOST_SORTED) {
    const sorted = buckets.toSorted((left, right) => left - right);
    return shares.map((share) => sorted[Math.ceil(sorted.length * share) - 1] ?? 0);
  }
  counts.fill(0);
  for (const bucket of buckets) (counts[bucket] as number)++;
  return shares.map((share) => {
    const wanted = Math.ceil(buckets.length * share);
    let seen = 0;
    return counts.findIndex((count) => (seen += count) >= wanted);
  });
}

export const LATENCY_BUCKETS: number = BUCKETS;
