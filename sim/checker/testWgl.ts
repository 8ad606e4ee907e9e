/**
 * For tests: a second opinion that shares nothing with the search but the model's `step`. Wing and Gong's search with Lowe's
 * cache, written as plainly as possible: try every operation that may come next, remember what was tried.
 */
import type { Model, Timed } from "./models/model.ts";

/** Whether a history cut behind `order` can be explained. Operations that are running at the cut are of unknown outcome. */
export function isLinearizableUpTo<S, O extends Timed>(
  history: readonly O[],
  order: number,
  model: Model<S, O>,
): boolean {
  const operations: O[] = [];
  for (const one of history) {
    if (one.invokedOrder > order || one.outcome === "fail") continue;
    const isAnswered = one.outcome === "ok" && one.completedOrder <= order;
    operations.push(isAnswered || one.outcome !== "ok" ? one : { ...one, outcome: "unknown" });
  }
  return place(operations, model);
}

function place<S, O extends Timed>(operations: readonly O[], model: Model<S, O>): boolean {
  const tried = new Set<string>();
  const endOf = (one: O): number => (one.outcome === "ok" ? one.completedOrder : Infinity);
  const stack: { readonly left: readonly number[]; readonly state: S }[] = [
    { left: operations.map((_, index) => index), state: model.initial },
  ];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    const { left, state } = node;
    if (left.every((index) => operations[index]?.outcome !== "ok")) return true;
    const earliestEnd = Math.min(...left.map((index) => endOf(operations[index] as O)));
    for (const index of left) {
      const one = operations[index] as O;
      if (one.invokedOrder > earliestEnd) continue;
      const next = model.step(state, one);
      if (next === undefined) continue;
      const rest = left.filter((other) => other !== index);
      const name = `${rest.join()}|${typeof next}|${String(model.identify(next))}`;
      if (tried.has(name)) continue;
      tried.add(name);
      stack.push({ left: rest, state: next });
    }
  }
  return false;
}

/** The first answer that no order explains, found by cutting behind one answer after another. */
export function firstImpossibleByWgl<S, O extends Timed>(
  history: readonly O[],
  model: Model<S, O>,
): O | undefined {
  const answered = history.filter((one) => one.outcome === "ok");
  answered.sort((left, right) => left.completedOrder - right.completedOrder);
  return answered.find((one) => !isLinearizableUpTo(history, one.completedOrder, model));
}
