import type { KeyInput } from "../../checker/history.ts";
import { keysOfGroup } from "../keys.ts";
import { readAll, readSome, transactionOf } from "./groups.ts";
import type { Workload } from "./workload.ts";

const GROUP_KEYS = 4;
const MOST_STEPS = 4;

/**
 * MULTI with APPENDs of unique tokens, each closed by ";", and GETs over four keys, in any order, and EXEC. Every read shows
 * the whole order of the appends before it, so that orders of transactions can be told from reads alone.
 */
export const lists: Workload = {
  kind: "lists",
  specification: "lists",
  writesPerKey: 40,
  makeRead: (group, draw) => readSome(group, GROUP_KEYS, draw),
  makeScan: (group) => readAll(group, GROUP_KEYS),
  makeWrite(group, draw) {
    const keys = keysOfGroup(group, GROUP_KEYS);
    const steps: KeyInput[] = [];
    const count = 1 + Math.floor(draw.random() * MOST_STEPS);
    while (steps.length < count) {
      const key = keys[Math.floor(draw.random() * keys.length)] as string;
      const isAppend = draw.random() < 0.6;
      steps.push(
        isAppend ? { f: "append", key, value: `${draw.uniqueValue()};` } : { f: "get", key },
      );
    }
    return transactionOf(group, steps, "multi");
  },
};
