import { explain, type Impossible } from "./firstImpossible.ts";
import { forEachEvent, type KeyHistory } from "./keyHistory.ts";
import { KeySearch, newWorkspace, type SearchLimits, type Thresholds } from "./keySearch.ts";
import type { Model, Timed } from "./models/model.ts";
import type { Workspace } from "./search/frontier.ts";

export interface FeedOptions {
  /** Configurations for one completion, above which a key is left undecided. */
  readonly limit: number;
  /** The same in bytes of memory for one key; `defaultBytes` unless told. */
  readonly bytes?: number;
  /** For tests. */
  readonly thresholds?: Thresholds;
  /** Go on behind impossible answers that were right at an earlier moment, if nothing had to be logged for them, and count them. */
  readonly toleratesStaleReads: boolean;
}

const defaultBytes = 256 * 1024 * 1024;

/** What became of a key so far. */
export type KeyVerdict = "ok" | "impossible" | "undecided";

/** One key's events as they happen, and the verdict on them. */
export class KeyFeed<S, O extends Timed> {
  verdict: KeyVerdict = "ok";
  impossible: Impossible<S, O> | undefined = undefined;
  /** With toleratesStaleReads: the stale reads met so far, and writes that changed nothing. */
  readonly staleReads: Impossible<S, O>[] = [];
  /** Of an undecided key: the answer up to which the search came; everything before it is proved. */
  undecidedFrom: O | undefined = undefined;
  private readonly model: Model<S, O>;
  private readonly options: SearchLimits & FeedOptions;
  private search: KeySearch<S, O> | undefined;
  private exploredBefore = 0;
  private history: KeyHistory<O>;
  private readonly invoked: O[] = [];
  private readonly answered: O[] = [];
  private readonly workspace: Workspace;

  /** @param workspace that of other feeds, if there are others: one is enough for all */
  constructor(model: Model<S, O>, options: FeedOptions, workspace: Workspace = newWorkspace()) {
    this.model = model;
    this.workspace = workspace;
    this.history = { invoked: this.invoked, answered: this.answered };
    this.options = { bytes: defaultBytes, ...options };
    this.search = new KeySearch(model, { ...this.options, recordsOrders: false }, workspace);
  }

  get explored(): number {
    return this.exploredBefore + (this.search?.explored ?? 0);
  }

  invoke(operation: O): void {
    if (this.search === undefined) return;
    this.invoked.push(operation);
    this.search.timeline.invoke(operation);
  }

  complete(operation: O): void {
    if (operation.outcome !== "ok" || this.search === undefined) return;
    this.answered.push(operation);
    this.search.timeline.complete(operation);
  }

  /** Judges all of a key's operations at once. Caller: nothing else was or will be told. */
  judge(history: KeyHistory<O>): void {
    const timeline = this.search?.timeline;
    this.history = history;
    forEachEvent(
      history,
      (one) => timeline?.invoke(one),
      (one) => timeline?.complete(one),
    );
    this.drain(true);
    this.leaveSearch();
  }

  /** Searches on up to the first operation that is still running; `isLast`: to the end, what runs stays unknown. */
  drain(isLast: boolean): void {
    while (this.search !== undefined) {
      const result = this.search.advance(isLast);
      if (result === "ok") return;
      const obstacle = this.search.obstacle();
      if (result === "exhausted") {
        this.verdict = "undecided";
        this.undecidedFrom = obstacle;
        this.leaveSearch();
      } else if (!this.passOver(obstacle, this.search)) {
        this.verdict = "impossible";
        this.impossible = this.options.toleratesStaleReads
          ? describeHere(obstacle, this.search)
          : explain(this.history, obstacle, {
              model: this.model,
              limits: this.options,
              workspace: this.workspace,
            });
        this.leaveSearch();
      }
    }
  }

  /** A stale answer that is tolerated. */
  private passOver(operation: O, search: KeySearch<S, O>): boolean {
    if (!search.mayBeStale(operation)) return false;
    this.staleReads.push(describeHere(operation, search));
    search.skip();
    return true;
  }

  private leaveSearch(): void {
    this.exploredBefore = this.explored;
    this.search = undefined;
    this.history = { invoked: [], answered: [] };
  }
}

/** As the search knows it, without cutting the history again. */
function describeHere<S, O extends Timed>(operation: O, search: KeySearch<S, O>): Impossible<S, O> {
  const overlapping = search.pending().filter((one) => one !== operation);
  return { operation, states: search.states(), overlapping, orders: [], isExact: true };
}
