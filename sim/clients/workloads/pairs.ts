import { readOne } from "./read.ts";
import type { Workload } from "./workload.ts";

/** MULTI, SET of one unique value to a key and to its twin, EXEC; MGET of both: never may they differ. */
export const pairs: Workload = {
  kind: "pairs",
  specification: "string",
  writesPerKey: Infinity,
  makeRead: readOne,
  makeScan: readOne,
  makeWrite(key, draw) {
    return { f: "set", key, value: draw.uniqueValue() };
  },
};
