import { readOne } from "./read.ts";
import type { Workload } from "./workload.ts";

const DELETE_RATIO = 0.15;
/** Enough of them for policies that evict only what has a deadline. */
const DEADLINE_RATIO = 0.8;
/** Longer than any run. */
const LIFE_MS = 86_400_000;

/** SET of unique values, most with a deadline that never comes, GET and DEL: for nodes with a small maxmemory, which evict what they hold. */
export const evicted: Workload = {
  kind: "evicted",
  specification: "evictable string",
  writesPerKey: Infinity,
  makeRead: readOne,
  makeScan: readOne,
  makeWrite(key, draw) {
    if (draw.random() < DELETE_RATIO) return { f: "delete", key };
    const value = draw.uniqueValue();
    if (draw.random() >= DEADLINE_RATIO) return { f: "set", key, value };
    return { f: "setUntil", key, value, untilUnixMs: Math.floor(draw.unixMs()) + LIFE_MS };
  },
};
