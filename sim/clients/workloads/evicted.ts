import { readOne } from "./read.ts";
import type { Workload } from "./workload.ts";

const DELETE_RATIO = 0.15;
/** One key in so many never has a deadline: policies that evict only what has one leave it alone. */
const LASTING_KEYS = 5;
/** Longer than any run. */
const LIFE_MS = 86_400_000;

/** SET of unique values, for most keys with a deadline that never comes, GET and DEL: for nodes with a small maxmemory, which evict what they hold. */
export const evicted: Workload = {
  kind: "evicted",
  specification: "evictable string",
  writesPerKey: Infinity,
  makeRead: readOne,
  makeScan: readOne,
  makeWrite(key, draw) {
    if (draw.random() < DELETE_RATIO) return { f: "delete", key };
    const value = draw.uniqueValue();
    const index = Number.parseInt(key.slice(key.indexOf(":") + 1), 10);
    if (index % LASTING_KEYS === 0) return { f: "set", key, value };
    return { f: "setUntil", key, value, untilUnixMs: Math.floor(draw.unixMs()) + LIFE_MS };
  },
};
