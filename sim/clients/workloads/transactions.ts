import { anyStep, readAll, readSome, someKeys, transactionOf } from "./groups.ts";
import type { Workload } from "./workload.ts";

const GROUP_KEYS = 3;
const MOST_STEPS = 5;
const DISCARD_EVERY = 16;

/**
 * MULTI with some commands over two or three keys, now and then on the same key twice, and EXEC; MGET of some keys. Either
 * all of it happened at one moment or nothing. INCR of what is no number fails inside and stops nothing; DISCARD undoes all.
 */
export const transactions: Workload = {
  kind: "transactions",
  specification: "group",
  writesPerKey: 60,
  makeRead: (group, draw) => readSome(group, GROUP_KEYS, draw),
  makeScan: (group) => readAll(group, GROUP_KEYS),
  makeWrite(group, draw) {
    const keys = someKeys(group, GROUP_KEYS, 2, draw);
    const steps = keys.map((key) => anyStep(key, draw));
    while (steps.length < MOST_STEPS && draw.random() < 0.4) {
      steps.push(anyStep(keys[Math.floor(draw.random() * keys.length)] as string, draw));
    }
    const isDiscarded = draw.random() * DISCARD_EVERY < 1;
    return transactionOf(group, steps, isDiscarded ? "discard" : "multi");
  },
};
