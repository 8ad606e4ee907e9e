import type { Workload } from "./workload.ts";

/** INCR and GET: a command executed twice, or lost, shows in every later value. */
export const counters: Workload = {
  kind: "counters",
  write: "single",
  writesPerKey: Infinity,
  makeWrite(key) {
    return { f: "increment", key };
  },
};
