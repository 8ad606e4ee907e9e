import type { Workload } from "./workload.ts";

/** MULTI, SET of one unique value to a key and to its twin, EXEC; MGET of both: never may they differ. */
export const pairs: Workload = {
  kind: "pairs",
  write: "single",
  writesPerKey: Infinity,
  makeWrite(key, draw) {
    return { f: "set", key, value: draw.uniqueValue() };
  },
};
