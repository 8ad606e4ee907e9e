/**
 * One key's search: the frontier, as long as it stays small; where it does not, a search depth first beside it. Both are
 * exact, so the first that comes to an end decides.
 */
import type { Identity, Model, Timed } from "./models/model.ts";
import { DepthSearch } from "./search/depthSearch.ts";
import { Foresight } from "./search/foresight.ts";
import { Frontier, type StepResult, type Workspace } from "./search/frontier.ts";
import { OrderLog } from "./search/orderLog.ts";
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
  /** Keep every state that the key ever had, and let impossible completions be passed over: see `skip`. */
  readonly toleratesStaleReads: boolean;
  /** Keep the order that led to each configuration. */
  readonly recordsOrders: boolean;
}

export interface Thresholds {
  /** The frontier alone gets so many configurations a completion before the other search joins. */
  readonly depthFrom: number;
  /** A frontier of one completion beyond so many configurations also looks ahead. */
  readonly lookaheadFrom: number;
}

const usualThresholds: Thresholds = { depthFrom: 2000, lookaheadFrom: 32 };
/** Each time that both gave up they get so many times as much. */
const GROWTH = 8;
/** The search depth first may make so many times as many: it makes one at a time, and only the way to the last is kept. */
const DEPTH_SHARE = 4;
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
  private depth: DepthSearch<S, O> | undefined = undefined;
  private exploredInDepth = 0;
  /** Events that the frontier has tried. */
  private events = 0;
  private readonly depthFrom: number;
  private readonly pastStates: Map<Identity, S> | undefined;

  constructor(model: Model<S, O>, options: SearchOptions, workspace: Workspace) {
    this.model = model;
    this.options = options;
    this.timeline = new Timeline(model);
    this.table = new StateTable(model);
    const { lookahead } = model;
    // Behind a completion that is passed over, what it needed is not needed.
    const looksAhead = lookahead !== undefined && !options.toleratesStaleReads;
    this.foresight = looksAhead ? new Foresight(lookahead, this.timeline) : undefined;
    const { depthFrom, lookaheadFrom } = options.thresholds ?? usualThresholds;
    this.depthFrom = depthFrom;
    this.orders = options.recordsOrders ? new OrderLog() : undefined;
    this.frontier = new Frontier(
      model,
      this.timeline,
      this.table,
      workspace,
      this.foresight,
      this.orders,
      lookaheadFrom,
    );
    this.pastStates = options.toleratesStaleReads
      ? new Map([[model.identify(model.initial), model.initial]])
      : undefined;
  }

  /** Configurations made so far. */
  get explored(): number {
    return this.frontier.explored + this.exploredInDepth + (this.depth?.explored ?? 0);
  }

  /**
   * Searches on up to the first operation that still runs; `isLast`: to the end, what runs stays unknown.
   * "impossible" and "exhausted" are about `obstacle()`.
   */
  advance(isLast: boolean): StepResult {
    this.timeline.resolve(isLast);
    this.foresight?.reset();
    const { limit, toleratesStaleReads } = this.options;
    if (this.depth === undefined) {
      const result = this.runFrontier(
        toleratesStaleReads ? limit : Math.min(limit, this.depthFrom),
      );
      if (result !== "exhausted" || toleratesStaleReads) return result;
    }
    return this.race();
  }

  /** The completion that no order was found to reach beyond. Caller: advance did not answer "ok". */
  obstacle(): O {
    const position = Math.max(this.frontier.position, this.depth?.farthest ?? 0);
    return this.timeline.operations[position] as O;
  }

  /** Whether `states` are all that were possible, not only those that what comes later allows. */
  get knowsAllStates(): boolean {
    return this.depth === undefined && !this.frontier.hasPruned;
  }

  /** Possible states now; where the search depth first had to help, one of them. */
  states(): readonly S[] {
    return this.depth === undefined ? this.frontier.states() : [this.depth.state()];
  }

  /** For each state, one order of the operations that leads to it. Empty unless orders are recorded. */
  ordersToStates(): readonly (readonly O[])[] {
    const { orders } = this;
    if (orders === undefined) return [];
    const ends = this.depth === undefined ? this.frontier.ends() : [this.depth.end];
    return ends.map((end) => orders.orderOf(end));
  }

  /** Pending where the frontier stands. */
  pending(): readonly O[] {
    const pending: O[] = [];
    for (const one of this.frontier.slots.bySlot)
      if (one !== undefined) pending.push(one.operation);
    return pending;
  }

  /** Whether an answer would have been right in a state that the key had earlier. Told with `toleratesStaleReads` only. */
  wasTrueEarlier(operation: O): boolean {
    for (const state of this.pastStates?.values() ?? []) {
      if (this.model.step(state, operation) !== undefined) return true;
    }
    return false;
  }

  /** Goes on as if an impossible read had never been. Caller: advance answered "impossible". */
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
      if (this.pastStates !== undefined) this.rememberStates(this.pastStates);
    }
    this.leaveDepth();
    if (timeline.resolved === timeline.count) {
      timeline.forget();
      frontier.position = 0;
    }
    return "ok";
  }

  /** Both searches in turns, with growing limits. */
  private race(): StepResult {
    const { limit, bytes } = this.options;
    for (let share = Math.min(limit, this.depthFrom); ; share = Math.min(limit, share * GROWTH)) {
      const deep = this.dive().run(share * DEPTH_SHARE, bytes);
      if (deep !== "exhausted") return deep;
      const result = this.runFrontier(share);
      if (result !== "exhausted" || share === limit || this.isSpent()) return result;
    }
  }

  private isSpent(): boolean {
    return this.explored > TOTAL_SHARE * this.options.limit + EVENT_SHARE * this.events;
  }

  private dive(): DepthSearch<S, O> {
    if (this.depth !== undefined && this.depth.capacity < this.timeline.width) this.leaveDepth();
    if (this.depth === undefined) {
      this.frontier.numberStates();
      this.table.isPinned = true;
      this.depth = new DepthSearch(
        this.model,
        this.timeline,
        this.table,
        this.foresight,
        this.orders,
        this.frontier,
      );
    }
    return this.depth;
  }

  private leaveDepth(): void {
    this.exploredInDepth += this.depth?.explored ?? 0;
    this.depth = undefined;
    this.table.isPinned = false;
  }

  private rememberStates(past: Map<Identity, S>): void {
    for (const state of this.frontier.states()) past.set(this.model.identify(state), state);
  }
}
