import { readOne } from "./read.ts";
import type { Workload } from "./workload.ts";

const DELETE_RATIO = 0.15;

/** SET of unique values, GET, and now and then DEL. */
export const registers: Workload = {
  kind: "registers",
  specification: "string",
  writesPerKey: Infinity,
  makeRead: readOne,
  makeScan: readOne,
  makeWrite(key, draw) {
    if (draw.random() < DELETE_RATIO) return { f: "delete", key };
    return { f: "set", key, value: draw.uniqueValue() };
  },
};
