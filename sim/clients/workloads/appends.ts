import { readOne } from "./read.ts";
import type { Workload } from "./workload.ts";

/** APPEND of unique tokens, each closed by ";", and GET: a read shows the whole order of the writes before it. */
export const appends: Workload = {
  kind: "appends",
  specification: "string",
  writesPerKey: 60,
  makeRead: readOne,
  makeScan: readOne,
  makeWrite(key, draw) {
    return { f: "append", key, value: `${draw.uniqueValue()};` };
  },
};
