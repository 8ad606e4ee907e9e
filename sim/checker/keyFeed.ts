import type { Operation } from "./history.ts";
import { type Impossible, KeySearch } from "./keySearch.ts";
import type { Model } from "./models/model.ts";

export interface FeedOptions {
  /** Configurations for one completion, above which a key is left undecided. */
  readonly limit: number;
  /** Go on behind impossible reads that were right at an earlier moment, and count them. */
  readonly toleratesStaleReads: boolean;
}

/** What became of a key so far. */
export type KeyVerdict = "ok" | "impossible" | "undecided";

/**
 * One key's events in their order. The search wants to know an operation's outcome when it begins, so events wait until
 * the operations before them are resolved: at most a client's time-out, mostly some milliseconds.
 */
export class KeyFeed {
  verdict: KeyVerdict = "ok";
  impossible: Impossible | undefined = undefined;
  /** With toleratesStaleReads: the stale reads met so far. */
  readonly staleReads: Impossible[] = [];
  private readonly model: Model;
  private readonly search: KeySearch;
  private readonly options: FeedOptions;
  /** Each operation once for its invocation and, if it was answered, once for its completion. */
  private readonly events: Operation[] = [];
  private readonly isCompletion: boolean[] = [];
  private head = 0;
  private readonly overwriteOrders: number[] = [];
  private overwriteHead = 0;

  constructor(model: Model, options: FeedOptions) {
    this.model = model;
    this.options = options;
    this.search = new KeySearch(model, options.limit, options.toleratesStaleReads);
  }

  get explored(): number {
    return this.search.explored;
  }

  invoke(operation: Operation): void {
    if (this.verdict !== "ok") return;
    this.events.push(operation);
    this.isCompletion.push(false);
    if (this.model.overwrites(operation)) this.overwriteOrders.push(operation.invokedOrder);
  }

  complete(operation: Operation): void {
    if (this.verdict !== "ok" || operation.outcome !== "ok") return;
    this.events.push(operation);
    this.isCompletion.push(true);
  }

  /** Searches on up to the first operation that is still running; `isLast`: to the end, what runs stays unknown. */
  drain(isLast: boolean): void {
    while (this.head < this.events.length && this.verdict === "ok") {
      const operation = this.events[this.head] as Operation;
      if (this.isCompletion[this.head] === true) this.finish(operation);
      else {
        if (operation.outcome === "open" && !isLast) return;
        this.begin(operation);
      }
      this.head++;
    }
    this.forgetPassed();
  }

  private begin(operation: Operation): void {
    if (this.model.overwrites(operation)) this.overwriteHead++;
    if (operation.outcome !== "fail") this.search.invoke(operation);
  }

  private finish(operation: Operation): void {
    this.search.nextOverwriteOrder = this.overwriteOrders[this.overwriteHead] ?? Infinity;
    const answer = this.search.complete(operation);
    if (answer === "ok") return;
    if (answer === "exhausted") {
      this.verdict = "undecided";
      return;
    }
    const impossible = this.search.explain(operation);
    if (this.options.toleratesStaleReads && impossible.wasTrueEarlier) {
      this.staleReads.push(impossible);
      this.search.discard(operation);
      return;
    }
    this.verdict = "impossible";
    this.impossible = impossible;
  }

  private forgetPassed(): void {
    if (this.head < this.events.length) return;
    this.events.length = 0;
    this.isCompletion.length = 0;
    this.head = 0;
    this.overwriteOrders.length = 0;
    this.overwriteHead = 0;
  }
}
