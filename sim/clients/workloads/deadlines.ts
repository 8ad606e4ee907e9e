import type { KeyInput } from "../../checker/history.ts";
import { readAll, readSome, someKeys, transactionOf } from "./groups.ts";
import type { Workload } from "./workload.ts";

const GROUP_KEYS = 2;
const LEAST_MS = 100;
const SPREAD_MS = 1200;

/** MULTI with SET PXAT, SET, DEL and GET over two keys: deadlines that pass between the steps of others. */
export const deadlines: Workload = {
  kind: "deadlines",
  specification: "group",
  writesPerKey: 60,
  makeRead: (group, draw) => readSome(group, GROUP_KEYS, draw),
  makeScan: (group) => readAll(group, GROUP_KEYS),
  makeWrite(group, draw) {
    const steps = someKeys(group, GROUP_KEYS, 1, draw).map((key): KeyInput => {
      const kind = draw.random();
      if (kind < 0.2) return { f: "get", key };
      if (kind < 0.3) return { f: "delete", key };
      const value = `${draw.uniqueValue()};`;
      if (kind < 0.5) return { f: "set", key, value };
      const untilUnixMs = Math.floor(draw.unixMs() + LEAST_MS + draw.random() * SPREAD_MS);
      return { f: "setUntil", key, value, untilUnixMs };
    });
    return transactionOf(group, steps, "multi");
  },
};
