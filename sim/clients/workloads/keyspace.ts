import type { WideCommand } from "../../checker/history.ts";
import { readOne } from "./read.ts";
import type { Workload } from "./workload.ts";

const FLUSH_RATIO = 0.15;
const wide: readonly WideCommand[] = ["DBSIZE", "KEYS", "RANDOMKEY", "SCAN"];

/**
 * What touches every key of the shard, also those of the other kinds: FLUSHALL and FLUSHDB; DBSIZE, KEYS, RANDOMKEY and
 * SCAN, each together with a GET, so that it is sure to reach the primary and to be one moment with a key's value.
 */
export const keyspace: Workload = {
  kind: "keyspace",
  specification: "string",
  writesPerKey: Infinity,
  makeRead(key, draw) {
    if (draw.random() < 0.4) return readOne(key);
    const command = wide[Math.floor(draw.random() * wide.length)] as WideCommand;
    return { f: "wide", key, command };
  },
  makeScan: readOne,
  makeWrite(key, draw) {
    if (draw.random() < FLUSH_RATIO)
      return { f: "flush", key, command: draw.random() < 0.5 ? "FLUSHALL" : "FLUSHDB" };
    return { f: "set", key, value: draw.uniqueValue() };
  },
};
