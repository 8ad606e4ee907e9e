import { readOne } from "./read.ts";
import type { Workload } from "./workload.ts";

/**
 * SET of unique values, each of which is told on the channel of the key's name: by a PUBLISH behind the SET, or in one
 * transaction with it. Who listens (the parameter `listeners`) must hear of no write that is lost.
 */
export const messages: Workload = {
  kind: "messages",
  specification: "string",
  writesPerKey: Infinity,
  makeRead: readOne,
  makeScan: readOne,
  makeWrite(key, draw) {
    return { f: "set", key, value: draw.uniqueValue() };
  },
};
