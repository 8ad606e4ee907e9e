/** Where the parts of the figure lie, top to bottom, for one width of the page. */
import { scaleLinear, scaleLog, type ScaleLinear, type ScaleLogarithmic } from "d3";
import type { Operations } from "./operations.ts";

export interface Band {
  readonly top: number;
  readonly height: number;
}

export interface Geometry {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly faults: Band;
  readonly throughput: Band;
  readonly latency: Band;
  readonly outages: Band;
  readonly lanes: Band;
  readonly axis: Band;
}

const axisHeight = 26;
export const outageRow = 20;

export function geometryFor(width: number, lanesHeight: number): Geometry {
  const isNarrow = width < 600;
  const faults = { top: 0, height: 22 };
  const throughput = { top: 34, height: isNarrow ? 70 : 92 };
  const latency = { top: throughput.top + throughput.height + 26, height: isNarrow ? 150 : 190 };
  const outages = { top: latency.top + latency.height + 18, height: outageRow * 2 + 4 };
  const lanes = { top: outages.top + outages.height + 6, height: lanesHeight };
  const axis = { top: lanes.top + lanes.height, height: axisHeight };
  return {
    width,
    height: axis.top + axis.height,
    left: isNarrow ? 62 : 92,
    right: width - (isNarrow ? 8 : 16),
    faults,
    throughput,
    latency,
    outages,
    lanes,
    axis,
  };
}

/** Everything of the run, in microseconds counted from the start of the load. */
export function timeScale(
  geometry: Geometry,
  fromUs: number,
  untilUs: number,
): ScaleLinear<number, number> {
  return scaleLinear([fromUs, untilUs], [geometry.left, geometry.right]);
}

/** Logarithmic: an answer takes a millisecond or, in an outage, seconds. The bounds are powers of ten. */
export function latencyScale(
  geometry: Geometry,
  operations: Operations,
): ScaleLogarithmic<number, number> {
  let lowest = Infinity;
  let highest = 10_000;
  for (const latencyUs of operations.latencyUs) {
    if (latencyUs > 0 && latencyUs < lowest) lowest = latencyUs;
    if (latencyUs > highest) highest = latencyUs;
  }
  const floor = lowest === Infinity ? 100 : Math.max(10, 10 ** Math.floor(Math.log10(lowest)));
  const { top, height } = geometry.latency;
  return scaleLog([floor * 0.8, highest * 1.25], [top + height, top]).clamp(true);
}
