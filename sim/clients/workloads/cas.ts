import { readOne } from "./read.ts";
import type { Workload } from "./workload.ts";

/** WATCH and GET, then MULTI, SET of a unique value, EXEC on the same connection: read, modify, write without a lock. */
export const cas: Workload = {
  kind: "cas",
  specification: "string",
  writesPerKey: Infinity,
  makeRead: readOne,
  makeScan: readOne,
  makeWatchedRead: (key) => ({ watch: [key], input: readOne(key) }),
  makeWrite(key, draw, seen) {
    const expected = typeof seen?.output === "string" ? seen.output : null;
    return { f: "cas", key, expected, value: draw.uniqueValue() };
  },
};
