/**
 * Which answer is the first that no order explains: the history cut just before it can be explained, cut just after it
 * cannot. The search alone does not tell exactly. It knows what pending operations will be answered and looks ahead, so
 * it may find out before the answer that makes the difference; here histories are cut, and what is pending at a cut is
 * of unknown outcome.
 */
import type { Operation } from "./history.ts";
import { forEachEvent, type KeyHistory } from "./keyHistory.ts";
import { KeySearch, type SearchLimits } from "./keySearch.ts";
import type { Model, Timed } from "./models/model.ts";
import type { StepResult, Workspace } from "./search/frontier.ts";

export interface Impossible<S = unknown, O extends Timed = Operation> {
  /** The first response that no order explains. */
  readonly operation: O;
  /** What the key could hold before it. */
  readonly states: readonly S[];
  /** Pending at that moment, without the operation itself. */
  readonly overlapping: readonly O[];
  /** For each state one order of the operations before that leads to it: the longest legal prefixes. */
  readonly orders: readonly (readonly O[])[];
  /** False: the budget did not suffice to tell whether an earlier answer is impossible already. */
  readonly isExact: boolean;
}

/** @param suspect the answer at which the search found out; the first impossible one is not before it */
export function explain<S, O extends Timed>(
  history: KeyHistory<O>,
  suspect: O,
  search: CutSearch<S, O>,
): Impossible<S, O> {
  const { answered } = history;
  const cuts = new Cuts(history, search);
  // Mostly it is the suspect itself: try one, two, four… answers further on, and between the last two by halves.
  let impossible = answered.indexOf(suspect);
  let possible = impossible - 1;
  let step = 1;
  let isExact = true;
  const isImpossible = (at: number): boolean => {
    const result = cuts.searchUpTo(answered[at] as O);
    if (result === "exhausted") isExact = false;
    return result === "impossible";
  };
  while (impossible < answered.length - 1 && !isImpossible(impossible)) {
    possible = impossible;
    impossible = Math.min(answered.length - 1, impossible + step);
    step *= 2;
  }
  while (impossible - possible > 1) {
    const middle = Math.floor((impossible + possible) / 2);
    if (isImpossible(middle)) impossible = middle;
    else possible = middle;
  }
  return cuts.describe(answered[impossible] as O, isExact);
}

/** What the search of a cut history needs. */
export interface CutSearch<S, O extends Timed> {
  readonly model: Model<S, O>;
  readonly limits: SearchLimits;
  readonly workspace: Workspace;
}

class Cuts<S, O extends Timed> {
  private readonly history: KeyHistory<O>;
  private readonly with: CutSearch<S, O>;
  private last: Impossible<S, O> | undefined = undefined;

  constructor(history: KeyHistory<O>, search: CutSearch<S, O>) {
    this.history = history;
    this.with = search;
  }

  /** The history that ends with this answer. */
  searchUpTo(operation: O): StepResult {
    const originals: Map<O, O> = new Map();
    const search = this.cut((order) => order <= operation.completedOrder, originals);
    const result = search.advance(true);
    if (result !== "impossible" || !search.knowsAllStates || search.obstacle() !== operation) {
      return result;
    }
    // Nothing of what it found depends on anything behind the answer but the answer.
    this.last = this.found(operation, search, originals, true);
    return result;
  }

  /** What was possible just before this answer. */
  describe(operation: O, isExact: boolean): Impossible<S, O> {
    if (this.last?.operation === operation) return { ...this.last, isExact };
    const originals: Map<O, O> = new Map();
    const search = this.cut((order) => order < operation.completedOrder, originals);
    const result = search.advance(true);
    return this.found(operation, search, originals, isExact && result === "ok");
  }

  // oxlint-disable-next-line max-params -- the parts of one answer
  private found(
    operation: O,
    search: KeySearch<S, O>,
    originals: ReadonlyMap<O, O>,
    isExact: boolean,
  ): Impossible<S, O> {
    const original = (one: O): O => originals.get(one) ?? one;
    const pending = search.pending().map(original);
    return {
      operation,
      states: search.states(),
      overlapping: pending.filter((one) => one !== operation),
      orders: search.ordersToStates().map((order) => order.map(original)),
      isExact,
    };
  }

  /**
   * A search of the events that belong to the cut history.
   *
   * @param originals learns which operations of unknown outcome stand for which
   */
  private cut(belongs: (order: number) => boolean, originals: Map<O, O>): KeySearch<S, O> {
    const { model, limits, workspace } = this.with;
    const options = { ...limits, recordsOrders: true, toleratesStaleReads: false };
    const search = new KeySearch(model, options, workspace);
    const invoked: O[] = [];
    for (const operation of this.history.invoked) {
      if (!belongs(operation.invokedOrder)) break;
      if (operation.outcome !== "ok" || belongs(operation.completedOrder)) invoked.push(operation);
      else {
        const known: O = { ...operation, outcome: "unknown" };
        originals.set(known, operation);
        invoked.push(known);
      }
    }
    const answered = this.history.answered.filter((one) => belongs(one.completedOrder));
    const { timeline } = search;
    forEachEvent(
      { invoked, answered },
      (one) => timeline.invoke(one),
      (one) => timeline.complete(one),
    );
    return search;
  }
}
