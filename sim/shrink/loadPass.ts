/** Fewer operations, on fewer keys, by fewer clients. */
import type { OfferedSpec, Scenario } from "../scenario.ts";
import type { Search, Steps } from "./search.ts";
import { shorten } from "./subsets.ts";

/** Single operations are tried in pieces of this share of them at first: a long list is not worth a run an operation. */
const FIRST_PIECES = 32;
const ROUGH_RUNS = 80;
const THOROUGH_RUNS = 300;

export function* dropOperations(search: Search, isThorough: boolean): Steps<void> {
  const operations = search.best.operations ?? [];
  if (operations.length === 0) return;
  search.begin("operations", isThorough ? THOROUGH_RUNS : ROUGH_RUNS);
  yield* dropKeys(search);
  const left = search.best.operations ?? [];
  const smallest = isThorough ? 1 : Math.max(1, Math.floor(left.length / FIRST_PIECES));
  yield* shorten(left, (remaining) => search.accept(offering(search, remaining), 0), smallest);
}

/** All operations on a key go together, so that what is left on another key still makes sense. */
function* dropKeys(search: Search): Steps<void> {
  const byKey = new Map<string, OfferedSpec[]>();
  for (const operation of search.best.operations ?? []) {
    const name = `${operation.shard}/${operation.workload}/${operation.key}`;
    byKey.set(name, [...(byKey.get(name) ?? []), operation]);
  }
  if (byKey.size < 2) return;
  const groups = [...byKey.values()].sort((left, right) => right.length - left.length);
  yield* shorten(groups, (remaining) => {
    const kept = new Set(remaining.flat());
    const operations = (search.best.operations ?? []).filter((each) => kept.has(each));
    return search.accept(offering(search, operations), 1);
  });
}

function offering(search: Search, operations: readonly OfferedSpec[]): Scenario {
  return { ...search.best, operations };
}

export function* dropClients(search: Search): Steps<void> {
  const { clients = 12 } = search.best.parameters;
  search.begin("clients");
  for (const fewer of [1, 2, 3, 5, 8]) {
    if (fewer >= Number(clients)) return;
    const parameters = { ...search.best.parameters, clients: fewer };
    if (yield* search.accept({ ...search.best, parameters }, 1)) return;
  }
}

/** Keys numbered from 0 on, and operations that draw nothing of their own. */
export function* tidyOperations(search: Search): Steps<void> {
  const operations = search.best.operations ?? [];
  const numbers = new Map<string, number[]>();
  for (const { shard, workload, key } of operations) {
    const known = numbers.get(`${shard}/${workload}`) ?? [];
    if (!known.includes(key)) numbers.set(`${shard}/${workload}`, [...known, key]);
  }
  const renumbered = operations.map((operation) => {
    const known = numbers.get(`${operation.shard}/${operation.workload}`) ?? [];
    return { ...operation, key: known.indexOf(operation.key) };
  });
  if (renumbered.some(({ key }, index) => key !== operations[index]?.key))
    yield* search.accept(offering(search, renumbered), 1);
  const undrawn = (search.best.operations ?? []).map((each) => ({ ...each, draw: 0 }));
  if (undrawn.length > 0) yield* search.accept(offering(search, undrawn), 1);
}
