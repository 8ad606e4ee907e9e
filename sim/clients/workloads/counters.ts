import { readOne } from "./read.ts";
import type { Workload } from "./workload.ts";

/** INCR and GET: a command executed twice, or lost, shows in every later value. */
export const counters: Workload = {
  kind: "counters",
  specification: "string",
  writesPerKey: Infinity,
  makeRead: readOne,
  makeScan: readOne,
  makeWrite(key) {
    return { f: "increment", key };
  },
};
