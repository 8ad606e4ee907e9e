/** Heights in the latency plot. Logarithmic: an answer takes a millisecond or, in an outage, seconds. */
import { scaleLog, type ScaleLogarithmic } from "d3";
import type { Band } from "./geometry.ts";
import { bucketUs, LATENCY_BUCKETS } from "./histogram.ts";
import type { OperationIndex } from "./operationIndex.ts";

export interface LatencyScale {
  readonly scale: ScaleLogarithmic<number, number>;
  /** The row of pixels of each bucket, counted from the top of the plot. */
  readonly rowOfBucket: Uint16Array;
}

/** The bounds hold all latencies of the runs. */
export function latencyScale(band: Band, indexes: readonly OperationIndex[]): LatencyScale {
  const lowestUs = Math.min(...indexes.map((index) => index.lowestUs));
  const highestUs = Math.max(10_000, ...indexes.map((index) => index.highestUs));
  const floorUs =
    lowestUs === Infinity ? 100 : 10 ** Math.floor(Math.log10(Math.max(10, lowestUs)));
  const { top, height } = band;
  const scale = scaleLog([floorUs * 0.8, highestUs * 1.25], [top + height, top]).clamp(true);
  const rowOfBucket = Uint16Array.from({ length: LATENCY_BUCKETS }, (_, bucket) =>
    Math.min(height - 1, Math.max(0, Math.round(scale(bucketUs(bucket)) - top))),
  );
  return { scale, rowOfBucket };
}
