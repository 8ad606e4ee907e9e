import type { Workload } from "./workload.ts";

/** WATCH and GET, then MULTI, SET of a unique value, EXEC on the same connection: read, modify, write without a lock. */
export const cas: Workload = {
  kind: "cas",
  write: "cas",
  writesPerKey: Infinity,
  makeWrite(key, draw) {
    return { f: "cas", key, expected: null, value: draw.uniqueValue() };
  },
};
