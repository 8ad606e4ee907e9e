import type { StepOutput, Watched } from "../../checker/history.ts";
import { keysOfGroup } from "../keys.ts";
import { anyStep, readAll, readSome, someKeys, transactionOf } from "./groups.ts";
import type { Workload } from "./workload.ts";

const GROUP_KEYS = 3;

/**
 * WATCH of some keys and MGET of all, then MULTI with writes to any of them and EXEC: it takes effect only if no watched
 * key was touched in between, whatever became of the others. A nil EXEC surely executed nothing.
 */
export const watched: Workload = {
  kind: "watched",
  specification: "group",
  writesPerKey: 60,
  makeRead: (group, draw) => readSome(group, GROUP_KEYS, draw),
  makeScan: (group) => readAll(group, GROUP_KEYS),
  makeWatchedRead(group, draw) {
    return { watch: someKeys(group, GROUP_KEYS, 1, draw), input: readAll(group, GROUP_KEYS) };
  },
  makeWrite(group, draw, seen) {
    const keys = keysOfGroup(group, GROUP_KEYS);
    const found = seen?.output as readonly StepOutput[];
    const held = (seen?.watch ?? []).map((key): Watched => {
      const value = found[keys.indexOf(key)];
      return { key, value: typeof value === "string" ? value : null };
    });
    const steps = someKeys(group, GROUP_KEYS, 1, draw).map((key) => anyStep(key, draw));
    return { ...transactionOf(group, steps, "multi"), watched: held };
  },
};
