/**
 * The just-in-time search for one key: is there an order of its operations, each between its invocation and its
 * completion, that the model allows? (Lowe's search; reductions as in the comments.)
 *
 * The frontier is the set of configurations that explain everything so far: a state, and which pending operations have
 * already taken effect. An operation is placed only when its completion forces it. When the frontier becomes empty at a
 * completion, no order explains what is known by then.
 */
import type { Model, Timed } from "../models/model.ts";
import type { Foresight } from "./foresight.ts";
import type { OrderLog } from "./orderLog.ts";
import { BITS, NOTE, REMOVED, type RowSet, STATE } from "./rowSet.ts";
import type { PastStates } from "./pastStates.ts";
import { Slots } from "./slots.ts";
import { IMPOSSIBLE, type StateTable } from "./stateTable.ts";
import type { Pending, Timeline } from "./timeline.ts";

/** In the place of a state's number: the only state there is, not numbered yet. */
const UNNUMBERED = -2;
/** Above so many states the table is begun anew as soon as one state is left. */
const KEPT_STATES = 8;

/** What a search works with. Its sets of configurations may be lent to one search after another. */
export interface Workspace {
  readonly queue: RowSet;
  readonly reached: RowSet;
}

export type StepResult = "ok" | "impossible" | "exhausted";

export class Frontier<S, O extends Timed> {
  /** Configurations made so far. */
  explored = 0;
  /** The next event. */
  position = 0;
  /** A configuration was given up because of what is to come: the frontier may be smaller than what was possible. */
  hasPruned = false;
  readonly slots: Slots<S, O>;
  /** Configurations, `end` integers. */
  readonly rows: number[] = [UNNUMBERED, 0, 0];
  end: number = BITS + 1;
  private readonly model: Model<S, O>;
  private readonly timeline: Timeline<S, O>;
  private readonly table: StateTable<S, O>;
  private readonly workspace: Workspace;
  private readonly foresight: Foresight<S, O> | undefined;
  private readonly orders: OrderLog<O> | undefined;
  private readonly lookaheadFrom: number;
  private readonly past: PastStates<S, O> | undefined;
  private only: S;
  private width = BITS + 1;
  private readonly child: number[] = [];

  // oxlint-disable-next-line max-params -- the parts of one search, made in one place
  constructor(
    model: Model<S, O>,
    timeline: Timeline<S, O>,
    table: StateTable<S, O>,
    workspace: Workspace,
    foresight: Foresight<S, O> | undefined,
    orders: OrderLog<O> | undefined,
    lookaheadFrom: number,
    past: PastStates<S, O> | undefined,
  ) {
    this.lookaheadFrom = lookaheadFrom;
    this.past = past;
    this.model = model;
    this.timeline = timeline;
    this.table = table;
    this.workspace = workspace;
    this.foresight = foresight;
    this.orders = orders;
    this.slots = new Slots(model);
    this.only = model.initial;
  }

  /** Possible states now. */
  states(): readonly S[] {
    const numbers = new Set<number>();
    for (let at = 0; at < this.end; at += this.width) numbers.add(this.rows[at] as number);
    return [...numbers].map((number) =>
      number === UNNUMBERED ? this.only : this.table.stateOf(number),
    );
  }

  /** For each state of `states`, in their order, the number of an order that leads to it. */
  ends(): readonly number[] {
    const ends: Map<number, number> = new Map();
    for (let at = 0; at < this.end; at += this.width) {
      const number = this.rows[at] as number;
      if (!ends.has(number)) ends.set(number, this.rows[at + NOTE] as number);
    }
    return [...ends.values()];
  }

  /** Takes the next event, which must be resolved. Beyond the limits nothing but `explored` has changed. */
  step(limit: number, bytes: number): StepResult {
    const pending = this.timeline.pending[this.position];
    if (pending !== undefined) {
      if (this.timeline.isCompletion[this.position] !== true) {
        this.slots.begin(pending);
        if (this.slots.words > this.width - BITS) this.widen();
      } else {
        const result = this.complete(pending, limit, bytes);
        if (result !== "ok") return result;
        this.slots.end(pending);
      }
    }
    this.position++;
    return "ok";
  }

  /** Passes over an impossible completion, as if the operation had never been. */
  skip(): void {
    const pending = this.timeline.pending[this.position] as Pending<O>;
    this.clearBit(pending.slot);
    this.slots.end(pending);
    this.position++;
  }

  /** Gives every state a number, for another search that goes on from here. */
  numberStates(): void {
    if (this.rows[STATE] !== UNNUMBERED) return;
    this.table.restart();
    this.rows[STATE] = this.table.numberOf(this.only);
  }

  private complete(pending: Pending<O>, limit: number, bytes: number): StepResult {
    if (this.end === this.width) {
      if (this.has(this.rows, 0, pending.slot)) {
        this.clearBit(pending.slot);
        return "ok";
      }
      if (this.slots.count === 1 && this.past === undefined) return this.completeAlone(pending);
      this.renumber();
    }
    const result = this.search(pending, limit, bytes);
    if (result !== "ok") return result;
    if (this.past !== undefined) this.keepIfStale(pending, this.past);
    this.keepReached();
    this.clearBit(pending.slot);
    return "ok";
  }

  /** The quick way: one configuration and nothing else pending, so the operation takes effect here. */
  private completeAlone(pending: Pending<O>): StepResult {
    const number = this.rows[STATE] as number;
    const state = number === UNNUMBERED ? this.only : this.table.stateOf(number);
    const next = this.model.step(state, pending.operation);
    this.explored++;
    if (next === undefined) return "impossible";
    this.only = next;
    this.rows[STATE] = UNNUMBERED;
    if (this.orders !== undefined) {
      this.rows[NOTE] = this.orders.add(this.rows[NOTE] as number, pending.operation);
    }
    return "ok";
  }

  private renumber(): void {
    const number = this.rows[STATE] as number;
    if (this.table.size > KEPT_STATES && !this.table.isPinned) {
      if (number !== UNNUMBERED) this.only = this.table.stateOf(number);
      this.table.restart();
    } else if (number !== UNNUMBERED) return;
    this.rows[STATE] = this.table.numberOf(this.only);
  }

  /** All configurations in which the operation has taken effect, by placing pending ones before it where that helps. */
  private search(pending: Pending<O>, limit: number, bytes: number): StepResult {
    const { slots, table, rows, width, end } = this;
    const { queue, reached } = this.workspace;
    queue.clear(width);
    reached.clear(width);
    for (let at = 0; at < end; at += width) {
      this.placePure(rows, at, slots.newPure);
      const set = this.has(rows, at, pending.slot) ? reached : queue;
      set.add(rows, at, slots.open);
    }
    slots.settlePure();
    const from = this.explored;
    for (let at = 0; at < queue.end; at += width) {
      const state = queue.rows[at] as number;
      if (state === REMOVED) continue;
      const looksAhead = this.foresight !== undefined && this.explored - from > this.lookaheadFrom;
      const next = table.transition(pending, state);
      if (next !== IMPOSSIBLE) {
        this.place(queue.rows, at, pending, next);
        if (!looksAhead || !this.isHopeless()) reached.add(this.child, 0, slots.open);
        if (pending.isPure) continue;
      }
      this.expand(at, pending.slot, looksAhead);
      if (this.explored - from > limit) return "exhausted";
      if (queue.bytes + reached.bytes + table.bytes > bytes) return "exhausted";
    }
    return reached.count === 0 ? "impossible" : "ok";
  }

  private expand(at: number, without: number, looksAhead: boolean): void {
    const { slots } = this;
    const { queue, reached } = this.workspace;
    const state = queue.rows[at] as number;
    for (let word = 0; word < slots.words; word++) {
      const placed = queue.rows[at + BITS + word] as number;
      let left = (slots.all[word] as number) & ~(slots.pure[word] as number) & ~placed;
      while (left !== 0) {
        const low = 31 - Math.clz32(left & -left);
        left &= left - 1;
        const slot = word * 32 + low;
        if (slot === without || slots.lacksEarlierTwin(slot, queue.rows, at + BITS)) continue;
        const pending = slots.bySlot[slot] as Pending<O>;
        const next = this.table.transition(pending, state);
        // An open operation without effect here need not be placed: it may as well never happen.
        if (next === IMPOSSIBLE || (next === state && pending.isOpen)) continue;
        this.place(queue.rows, at, pending, next);
        if (looksAhead && this.isHopeless()) continue;
        // The completing operation itself may have been among the pure ones.
        const set = this.has(this.child, 0, without) ? reached : queue;
        set.add(this.child, 0, slots.open);
      }
    }
  }

  /** Makes `child`, the configuration that follows another one by an operation. */
  private place(source: readonly number[], at: number, pending: Pending<O>, state: number): void {
    const { child } = this;
    this.explored++;
    for (let index = 0; index < this.width; index++) child[index] = source[at + index] as number;
    child[STATE] = state;
    this.note(child, 0, pending);
    this.placePure(child, 0, this.slots.pure);
  }

  /** A pure operation that fits now may be placed now: it changes no later state. */
  private placePure(rows: number[], at: number, candidates: readonly number[]): void {
    const { slots } = this;
    const state = rows[at + STATE] as number;
    for (let word = 0; word < candidates.length; word++) {
      let left = (candidates[word] as number) & ~(rows[at + BITS + word] as number);
      while (left !== 0) {
        const low = 31 - Math.clz32(left & -left);
        left &= left - 1;
        const pending = slots.bySlot[word * 32 + low] as Pending<O>;
        if (this.table.transition(pending, state) === state) this.note(rows, at, pending);
      }
    }
  }

  /** Writes down that an operation has taken effect. */
  private note(rows: number[], at: number, { slot, operation }: Pending<O>): void {
    const word = at + BITS + (slot >>> 5);
    rows[word] = (rows[word] as number) | (1 << (slot & 31));
    if (this.orders === undefined) return;
    rows[at + NOTE] = this.orders.add(rows[at + NOTE] as number, operation);
  }

  private isHopeless(): boolean {
    this.foresight?.lookFrom(this.position, this.slots);
    if (this.foresight?.isHopeless(this.child, 0, this.table) !== true) return false;
    this.hasPruned = true;
    return true;
  }

  /**
   * An answer for which nothing was logged may be an old one, whatever explains it now: then the configurations stay as they were. Without
   * them, an operation of unknown outcome that explains it would count as surely done.
   */
  private keepIfStale(pending: Pending<O>, past: PastStates<S, O>): void {
    const { rows, width, end, slots, table } = this;
    const { queue, reached } = this.workspace;
    for (let at = 0; at < queue.end; at += width) {
      const state = queue.rows[at] as number;
      if (state !== REMOVED) past.add(table.stateOf(state));
    }
    let lacks = false;
    for (let at = 0; at < end; at += width) lacks ||= !this.has(rows, at, pending.slot);
    if (!lacks || !past.mayBeStale(pending.operation)) return;
    for (let at = 0; at < end; at += width) {
      if (this.has(rows, at, pending.slot)) continue;
      this.note(rows, at, pending);
      reached.add(rows, at, slots.open);
    }
  }

  private keepReached(): void {
    const { rows, width } = this;
    const { reached } = this.workspace;
    this.end = 0;
    for (let at = 0; at < reached.end; at += width) {
      if (reached.rows[at] === REMOVED) continue;
      for (let index = 0; index < width; index++) {
        rows[this.end + index] = reached.rows[at + index] as number;
      }
      this.end += width;
    }
  }

  private has(rows: readonly number[], at: number, slot: number): boolean {
    return ((rows[at + BITS + (slot >>> 5)] as number) & (1 << (slot & 31))) !== 0;
  }

  private clearBit(slot: number): void {
    const mask = ~(1 << (slot & 31));
    for (let at = BITS + (slot >>> 5); at < this.end; at += this.width) {
      this.rows[at] = (this.rows[at] as number) & mask;
    }
  }

  private widen(): void {
    const old = this.rows.slice(0, this.end);
    const width = BITS + this.slots.words;
    this.end = 0;
    for (let at = 0; at < old.length; at += this.width) {
      for (let index = 0; index < width; index++) {
        this.rows[this.end + index] = index < this.width ? (old[at + index] as number) : 0;
      }
      this.end += width;
    }
    this.width = width;
  }
}
