/** The verdict on a whole history, key by key, as data: for histories that no run made. */
import type { Impossible } from "./firstImpossible.ts";
import { KeyFeed } from "./keyFeed.ts";
import { keyHistoryOf } from "./keyHistory.ts";
import { newWorkspace, type SearchLimits } from "./keySearch.ts";
import type { Model, Timed } from "./models/model.ts";

export interface Judgement<O extends Timed> {
  readonly verdict: "ok" | "violation" | "unknown";
  readonly keys: number;
  readonly answers: number;
  /** Configurations searched. */
  readonly explored: number;
  /** The first impossible answer of all keys, and its key. */
  readonly first: Impossible<unknown, O> | undefined;
  readonly firstKey: string;
  /** The keys that the budget did not suffice for. */
  readonly undecided: readonly Undecided<O>[];
}

export interface Undecided<O> {
  readonly key: string;
  /** Everything of the key before this answer is explained. */
  readonly from: O;
  /** Answers before it, and all of the key. */
  readonly proved: number;
  readonly answers: number;
}

export function judge<O extends Timed>(
  byKey: ReadonlyMap<string, readonly O[]>,
  modelOf: (key: string) => Model<unknown, O>,
  limits: SearchLimits,
): Judgement<O> {
  const workspace = newWorkspace();
  const undecided: Undecided<O>[] = [];
  let first: Impossible<unknown, O> | undefined;
  let firstKey = "";
  let explored = 0;
  let all = 0;
  for (const [key, operations] of byKey) {
    const history = keyHistoryOf(operations);
    const feed = new KeyFeed(modelOf(key), { ...limits, toleratesStaleReads: false }, workspace);
    feed.judge(history);
    explored += feed.explored;
    const answers = history.answered.length;
    all += answers;
    const from = feed.undecidedFrom;
    if (from !== undefined) {
      undecided.push({ key, from, proved: history.answered.indexOf(from), answers });
    }
    const found = feed.impossible?.operation.completedOrder ?? Infinity;
    if (found >= (first?.operation.completedOrder ?? Infinity)) continue;
    first = feed.impossible;
    firstKey = key;
  }
  const verdict = first !== undefined ? "violation" : undecided.length > 0 ? "unknown" : "ok";
  return { verdict, keys: byKey.size, answers: all, explored, first, firstKey, undecided };
}

export function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups: Map<string, T[]> = new Map();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
