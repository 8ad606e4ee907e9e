/**
 * One key's search: the frontier, as long as it stays small; where it does not, a search best first beside it. Both are
 * exact, so the first that comes to an end decides.
 */
import type { Model, Timed } from "./models/model.ts";
import { BestFirst } from "./search/bestFirst.ts";
import { Foresight } from "./search/foresight.ts";
import { Frontier, type StepResult, type Workspace } from "./search/frontier.ts";
import { OrderLog } from "./search/orderLog.ts";
import { PastStates } from "./search/pastStates.ts";
import { RowSet } from "./search/rowSet.ts";
import { StateTable } from "./search/stateTable.ts";
import { Timeline } from "./search/timeline.ts";

export interface SearchLimits {
  /** Configurations for one completion, above which a search gives up; all of a key get TOTAL_SHARE times as many. */
  readonly limit: number;
  /** The same in bytes, for everything that a key's search holds. */
  readonly bytes: number;
  /** Tests put these to their ends; 2000 and 32 unless told. */
  readonly thresholds?: Thresholds;
}

export interface SearchOptions extends SearchLimits {
  /** Answers for which nothing was logged may be old ones (see PastStates), and impossible ones may be passed over: see `skip`. */
  readonly toleratesStaleReads: boolean;
  /** Keep the order that led to each configuration. */
  readonly recordsOrders: boolean;
}

export interface Thresholds {
  /** The frontier alone gets so many configurations a completion before the other search joins. */
  readonly bestFrom: number;
  /** A frontier of one completion beyond so many configurations also looks ahead. */
  readonly lookaheadFrom: number;
}

const usualThresholds: Thresholds = { bestFrom: 2000, lookaheadFrom: 32 };
/** Each time that both gave up they get so many times as much. */
const GROWTH = 8;
/** The search best first may make so many times as many: it makes one at a time. */
const BEST_SHARE = 4;
/** What all completions of a key may cost: many that are just within the limit would take for ever. */
const TOTAL_SHARE = 40;
/** Beside that, each event may cost so many configurations: a long history is no hard one. */
const EVENT_SHARE = 100;

export function newWorkspace(): Workspace {
  return { queue: new RowSet(false), reached: new RowSet(false) };
}

export class KeySearch<S, O extends Timed> {
  readonly timeline: Timeline<S, O>;
  private readonly model: Model<S, O>;
  private readonly options: SearchOptions;
  private readonly table: StateTable<S, O>;
  private readonly foresight: Foresight<S, O> | undefined;
  private readonly orders: OrderLog<O> | undefined;
  private readonly frontier: Frontier<S, O>;
  private best: BestFirst<S, O> | undefined = undefined;
  private exploredByBest = 0;
  /** Events that the frontier has tried. */
  private events = 0;
  private readonly bestFrom: number;
  private readonly past: PastStates<S, O> | undefined;

  constructor(model: Model<S, O>, options: SearchOptions, workspace: Workspace) {
    this.model = model;
    this.options = options;
    this.timeline = new Timeline(model);
    this.table = new StateTable(model);
    const { lookahead } = model;
    // Behind a completion that is passed over, what it needed is not needed.
    const looksAhead = lookahead !== undefined && !options.toleratesStaleReads;
    this.foresight = looksAhead ? new Foresight(lookahead, this.timeline) : undefined;
    const { bestFrom, lookaheadFrom } = options.thresholds ?? usualThresholds;
    this.bestFrom = bestFrom;
    this.orders = options.recordsOrders ? new OrderLog() : undefined;
    this.past = options.toleratesStaleReads ? new PastStates(model) : undefined;
    this.frontier = new Frontier(
      model,
      this.timeline,
      this.table,
      workspace,
      this.foresight,
      this.orders,
      lookaheadFrom,
      this.past,
    );
  }

  /** Configurations made so far. */
  get explored(): number {
    return this.frontier.explored + this.exploredByBest + (this.best?.explored ?? 0);
  }

  /**
   * Searches on up to the first operation that still runs; `isLast`: to the end, what runs stays unknown.
   * "impossible" and "exhausted" are about `obstacle()`.
   */
  advance(isLast: boolean): StepResult {
    this.timeline.resolve(isLast);
    this.foresight?.reset();
    const { limit, toleratesStaleReads } = this.options;
    if (this.best === undefined) {
      const result = this.runFrontier(toleratesStaleReads ? limit : Math.min(limit, this.bestFrom));
      if (result !== "exhausted" || toleratesStaleReads) return result;
    }
    return this.race();
  }

  /** The completion that no order was found to reach beyond. Caller: advance did not answer "ok". */
  obstacle(): O {
    const position = Math.max(this.frontier.position, this.best?.farthest ?? 0);
    return this.timeline.operations[position] as O;
  }

  /** Whether `states` are all that were possible, not only those that what comes later allows. */
  get knowsAllStates(): boolean {
    return this.best === undefined && !this.frontier.hasPruned;
  }

  /** Possible states now; where the search best first had to help, one of them. */
  states(): readonly S[] {
    return this.best === undefined ? this.frontier.states() : [this.best.state()];
  }

  /** For each state, one order of the operations that leads to it. Empty unless orders are recorded. */
  ordersToStates(): readonly (readonly O[])[] {
    const { orders } = this;
    if (orders === undefined) return [];
    const ends = this.best === undefined ? this.frontier.ends() : [this.best.end];
    return ends.map((end) => orders.orderOf(end));
  }

  /** Pending where the frontier stands. */
  pending(): readonly O[] {
    const pending: O[] = [];
    for (const one of this.frontier.slots.bySlot)
      if (one !== undefined) pending.push(one.operation);
    return pending;
  }

  /** Whether the answer may be an old one: see PastStates. Never without `toleratesStaleReads`. */
  mayBeStale(operation: O): boolean {
    return this.past?.mayBeStale(operation) === true;
  }

  /** Goes on as if an impossible answer had never been. Caller: advance answered "impossible". */
  skip(): void {
    this.frontier.skip();
  }

  private runFrontier(limit: number): StepResult {
    const { frontier, timeline } = this;
    while (frontier.position < timeline.resolved) {
      if (this.isSpent()) return "exhausted";
      this.events++;
      const result = frontier.step(limit, this.options.bytes);
      if (result !== "ok") return result;
    }
    this.leaveBest();
    if (timeline.resolved === timeline.count) {
      timeline.forget();
      frontier.position = 0;
    }
    return "ok";
  }

  /** Both searches in turns, with growing limits. */
  private race(): StepResult {
    const { limit, bytes } = this.options;
    for (let share = Math.min(limit, this.bestFrom); ; share = Math.min(limit, share * GROWTH)) {
      const found = this.bestFirst().run(share * BEST_SHARE, bytes);
      if (found !== "exhausted") return found;
      const result = this.runFrontier(share);
      if (result !== "exhausted" || share === limit || this.isSpent()) return result;
    }
  }

  private isSpent(): boolean {
    return this.explored > TOTAL_SHARE * this.options.limit + EVENT_SHARE * this.events;
  }

  private bestFirst(): BestFirst<S, O> {
    if (this.best !== undefined && this.best.capacity < this.timeline.width) this.leaveBest();
    if (this.best === undefined) {
      this.frontier.numberStates();
      this.table.isPinned = true;
      this.best = new BestFirst(
        this.model,
        this.timeline,
        this.table,
        this.foresight,
        this.orders,
        this.frontier,
      );
    }
    return this.best;
  }

  private leaveBest(): void {
    this.exploredByBest += this.best?.explored ?? 0;
    this.best = undefined;
    this.table.isPinned = false;
  }
}
