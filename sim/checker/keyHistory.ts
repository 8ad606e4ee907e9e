import type { Timed } from "./models/model.ts";

/** All events of a key: its operations as they were invoked, and those that were answered as they were. */
export interface KeyHistory<O> {
  readonly invoked: readonly O[];
  readonly answered: readonly O[];
}

/** @param operations in any order */
export function keyHistoryOf<O extends Timed>(operations: readonly O[]): KeyHistory<O> {
  const answered: O[] = [];
  let isInOrder = true;
  let before = -Infinity;
  for (const operation of operations) {
    if (operation.invokedOrder < before) isInOrder = false;
    before = operation.invokedOrder;
    if (operation.outcome === "ok") answered.push(operation);
  }
  sortByCompletion(answered);
  const invoked = isInOrder
    ? operations
    : operations.toSorted((left, right) => left.invokedOrder - right.invokedOrder);
  return { invoked, answered };
}

/** Answers come nearly in the order of invocations: each is moved forward by as many as overlap it. */
function sortByCompletion(answered: Timed[]): void {
  let moves = 0;
  for (let at = 1; at < answered.length; at++) {
    const operation = answered[at] as Timed;
    const { completedOrder } = operation;
    let to = at;
    for (; to > 0; to--) {
      const other = answered[to - 1] as Timed;
      if (other.completedOrder <= completedOrder) break;
      answered[to] = other;
    }
    answered[to] = operation;
    moves += at - to;
    if (moves > MOVES_EACH * answered.length) {
      answered.sort((left, right) => left.completedOrder - right.completedOrder);
      return;
    }
  }
}

/** Beyond so many the library's sort is quicker. */
const MOVES_EACH = 16;

/** Intervals are closed: of events at one moment, invocations come first. */
export function forEachEvent<O extends Timed>(
  { invoked, answered }: KeyHistory<O>,
  invoke: (operation: O) => void,
  complete: (operation: O) => void,
): void {
  let next = 0;
  for (const operation of invoked) {
    for (; next < answered.length; next++) {
      const before = answered[next] as O;
      if (before.completedOrder >= operation.invokedOrder) break;
      complete(before);
    }
    invoke(operation);
  }
  for (; next < answered.length; next++) complete(answered[next] as O);
}
