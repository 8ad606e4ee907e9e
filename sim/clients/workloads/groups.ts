/** Operations on the keys of a group: what the kinds with transactions have in common. */
import type { KeyInput, OperationInput, TransactionInput } from "../../checker/history.ts";
import { keysOfGroup } from "../keys.ts";
import type { Draw } from "./workload.ts";

/** One in so many reads of a group asks by MULTI and EXEC in place of MGET. */
const MULTI_READ_EVERY = 4;

/** Several keys of the group, at least `least`, in the order in which they were drawn. */
export function someKeys(
  group: string,
  count: number,
  least: number,
  draw: Draw,
): readonly string[] {
  const left = [...keysOfGroup(group, count)];
  const chosen: string[] = [];
  const wanted = least + Math.floor(draw.random() * (count - least + 1));
  while (chosen.length < wanted) {
    chosen.push(...left.splice(Math.floor(draw.random() * left.length), 1));
  }
  return chosen;
}

/** Reads every key of the group at one moment. */
export function readAll(group: string, count: number): OperationInput {
  const steps = keysOfGroup(group, count).map((key): KeyInput => ({ f: "get", key }));
  return transactionOf(group, steps, "mget");
}

/** Reads some keys of the group at one moment. */
export function readSome(group: string, count: number, draw: Draw): OperationInput {
  const steps = someKeys(group, count, 1, draw).map((key): KeyInput => ({ f: "get", key }));
  const way = draw.random() * MULTI_READ_EVERY < 1 ? "multi" : "mget";
  return transactionOf(group, steps, way);
}

export function transactionOf(
  group: string,
  steps: readonly KeyInput[],
  way: TransactionInput["way"],
): TransactionInput {
  return { f: "transaction", key: group, watched: [], steps, way };
}

/**
 * A command of any sort on the key. What is appended begins with ";", so that its token can be told from whatever was
 * there before.
 */
export function anyStep(key: string, draw: Draw): KeyInput {
  const kind = draw.random();
  if (kind < 0.3) return { f: "get", key };
  if (kind < 0.5) return { f: "set", key, value: `${draw.uniqueValue()};` };
  if (kind < 0.7) return { f: "append", key, value: `;${draw.uniqueValue()};` };
  if (kind < 0.85) return { f: "increment", key };
  return { f: "delete", key };
}
