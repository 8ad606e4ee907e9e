import { readOne } from "./read.ts";
import type { Workload } from "./workload.ts";

const LEAST_MS = 200;
const SPREAD_MS = 2000;

/** SET with PXAT a little ahead, and GET: a key vanishes at its deadline, within the skew of the clocks, and stays away. */
export const expiring: Workload = {
  kind: "expiring",
  specification: "expiring string",
  writesPerKey: Infinity,
  makeRead: readOne,
  makeScan: readOne,
  makeWrite(key, draw) {
    const untilUnixMs = Math.floor(draw.unixMs() + LEAST_MS + draw.random() * SPREAD_MS);
    return { f: "setUntil", key, value: draw.uniqueValue(), untilUnixMs };
  },
};
