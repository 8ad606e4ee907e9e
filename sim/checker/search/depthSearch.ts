/**
 * The same search, depth first: one order is followed to the end of what is known, and taken back where it fails. Where
 * many operations overlap and many orders are fine, it finds one long before the frontier has enumerated all. Every
 * configuration at a completion is visited once; the set of those grows to the end, within a budget.
 */
import type { Model, Timed } from "../models/model.ts";
import type { Foresight } from "./foresight.ts";
import type { Frontier, StepResult } from "./frontier.ts";
import type { OrderLog } from "./orderLog.ts";
import { BITS, NOTE, RowSet, STATE } from "./rowSet.ts";
import { Slots } from "./slots.ts";
import { IMPOSSIBLE, type StateTable } from "./stateTable.ts";
import type { Pending, Timeline } from "./timeline.ts";

/** A node of the stack: state, event, order, the next operation to try, words of bits. */
const EVENT = NOTE;

export class DepthSearch<S, O extends Timed> {
  explored = 0;
  /** The farthest event that some order reached: everything before it is explained. */
  farthest: number;
  private readonly timeline: Timeline<S, O>;
  private readonly table: StateTable<S, O>;
  private readonly foresight: Foresight<S, O> | undefined;
  private readonly orders: OrderLog<O> | undefined;
  private readonly slots: Slots<S, O>;
  private readonly width: number;
  private readonly visited: RowSet = new RowSet(true);
  /** Configurations from which nothing has been tried yet; their words of bits are those of `stack`. */
  private readonly roots: number[];
  private readonly start: number;
  /** The configuration that is followed, and the order that led to it. */
  private readonly row: number[] = [];
  private order = 0;
  private position: number;
  /** Nodes that were left by one of several ways: the configuration, the order that led there, the next way to try. */
  private readonly stack: number[] = [];
  private readonly stackOrders: number[] = [];
  private readonly stackNext: number[] = [];
  private isFollowing = false;

  /** Caller: the frontier's states are numbered, and the table is pinned as long as this search is used. */
  // oxlint-disable-next-line max-params -- the parts of one search, made in one place
  constructor(
    model: Model<S, O>,
    timeline: Timeline<S, O>,
    table: StateTable<S, O>,
    foresight: Foresight<S, O> | undefined,
    orders: OrderLog<O> | undefined,
    from: Frontier<S, O>,
  ) {
    this.timeline = timeline;
    this.table = table;
    this.foresight = foresight;
    this.orders = orders;
    this.slots = new Slots(model);
    for (const pending of from.slots.bySlot) if (pending !== undefined) this.slots.begin(pending);
    const words = Math.max(1, Math.ceil(timeline.width / 32));
    this.slots.widen(words);
    this.width = BITS + words;
    this.visited.clear(this.width);
    this.start = from.position;
    this.position = from.position;
    this.farthest = from.position;
    const fromWidth = BITS + from.slots.words;
    this.roots = [];
    for (let at = 0; at < from.end; at += fromWidth) {
      for (let index = 0; index < this.width; index++) {
        this.roots.push(index < fromWidth ? (from.rows[at + index] as number) : 0);
      }
    }
  }

  /** Its configurations have room for this many slots. */
  get capacity(): number {
    return (this.width - BITS) * 32;
  }

  /** The state of the configuration that is followed, and its order. */
  state(): S {
    return this.table.stateOf(this.row[STATE] as number);
  }

  get end(): number {
    return this.order;
  }

  /** Goes on to the end of what is resolved. "impossible": no order reaches it. */
  run(limit: number, bytes: number): StepResult {
    const most = this.explored + limit;
    for (;;) {
      if (!this.isFollowing && !this.takeNext()) return "impossible";
      if (!this.advance()) {
        if (this.position === this.timeline.resolved) return "ok";
        this.branch();
      }
      if (this.explored > most || this.bytes > bytes) return "exhausted";
    }
  }

  private get bytes(): number {
    const orders = this.orders?.bytes ?? 0;
    return this.visited.bytes + 8 * this.stack.length + this.table.bytes + orders;
  }

  /** Takes events until one needs a decision. True if an operation was placed without one. */
  private advance(): boolean {
    const { timeline, slots, row } = this;
    while (this.position < timeline.resolved) {
      const pending = timeline.pending[this.position];
      if (pending !== undefined) {
        const word = BITS + (pending.slot >>> 5);
        const bit = 1 << (pending.slot & 31);
        if (timeline.isCompletion[this.position] !== true) {
          slots.begin(pending);
          if (pending.isPure) this.placePure();
        } else {
          if (((row[word] as number) & bit) === 0) return false;
          row[word] = (row[word] as number) & ~bit;
          slots.end(pending);
        }
      }
      this.position++;
      if (this.position > this.farthest) this.farthest = this.position;
    }
    return false;
  }

  /** A completion whose operation is not placed: leaves a node behind that knows all ways on from here. */
  private branch(): void {
    this.row[EVENT] = this.position;
    this.isFollowing = false;
    if (!this.visited.add(this.row, 0, this.slots.open)) return;
    if (this.isHopeless()) return;
    for (const value of this.row) this.stack.push(value);
    this.stackOrders.push(this.order);
    this.stackNext.push(-1);
  }

  /** Follows the next way on from the newest node that has one. False: there is none left. */
  private takeNext(): boolean {
    while (this.stackNext.length > 0) {
      const top = this.stackNext.length - 1;
      this.restore(this.stack, top * this.width, this.stackOrders[top] as number);
      const completing = this.timeline.pending[this.position] as Pending<O>;
      const slot = this.nextWay(completing, this.stackNext[top] as number);
      if (slot === undefined) {
        this.stack.length -= this.width;
        this.stackOrders.pop();
        this.stackNext.pop();
        continue;
      }
      const pending = this.slots.bySlot[slot] as Pending<O>;
      // Where a pure operation fits, nothing else need be tried.
      const isForced = pending === completing && pending.isPure;
      this.stackNext[top] = isForced ? this.slots.bySlot.length : this.wayAfter(slot, completing);
      this.place(pending);
      this.isFollowing = true;
      return true;
    }
    if (this.roots.length === 0) return false;
    const at = this.roots.length - this.width;
    const order = this.roots[at + NOTE] as number;
    this.roots[at + EVENT] = this.start;
    this.restore(this.roots, at, order);
    this.roots.length = at;
    this.placePure();
    this.isFollowing = true;
    return true;
  }

  /** Ways are tried in this order: the completing operation (-1), then the other slots. */
  private nextWay(completing: Pending<O>, from: number): number | undefined {
    const { slots, row, table } = this;
    const state = row[STATE] as number;
    if (from < 0 && table.transition(completing, state) !== IMPOSSIBLE) return completing.slot;
    for (let slot = Math.max(0, from); slot < slots.bySlot.length; slot++) {
      const pending = slots.bySlot[slot];
      if (pending === undefined || pending === completing || pending.isPure) continue;
      if (((row[BITS + (slot >>> 5)] as number) & (1 << (slot & 31))) !== 0) continue;
      if (slots.lacksEarlierTwin(slot, row, BITS)) continue;
      const next = table.transition(pending, state);
      if (next === IMPOSSIBLE || (next === state && pending.isOpen)) continue;
      return slot;
    }
    return undefined;
  }

  private wayAfter(slot: number, completing: Pending<O>): number {
    return slot === completing.slot ? 0 : slot + 1;
  }

  /** Makes a configuration the one that is followed, with the operations that were pending there. */
  private restore(rows: readonly number[], at: number, order: number): void {
    this.goTo(rows[at + EVENT] as number);
    for (let index = 0; index < this.width; index++) this.row[index] = rows[at + index] as number;
    this.order = order;
  }

  private goTo(position: number): void {
    while (this.position > position) {
      this.position--;
      const pending = this.timeline.pending[this.position];
      if (pending === undefined) continue;
      if (this.timeline.isCompletion[this.position] === true) this.slots.begin(pending);
      else this.slots.end(pending);
    }
  }

  private place(pending: Pending<O>): void {
    this.explored++;
    this.row[STATE] = this.table.transition(pending, this.row[STATE] as number);
    this.mark(pending);
    this.placePure();
  }

  /** A pure operation that fits now may be placed now: it changes no later state. */
  private placePure(): void {
    const { row, slots } = this;
    const state = row[STATE] as number;
    for (let word = 0; word < slots.words; word++) {
      let left = (slots.pure[word] as number) & ~(row[BITS + word] as number);
      while (left !== 0) {
        const low = 31 - Math.clz32(left & -left);
        left &= left - 1;
        const pending = slots.bySlot[word * 32 + low] as Pending<O>;
        if (this.table.transition(pending, state) === state) this.mark(pending);
      }
    }
  }

  private mark({ slot, operation }: Pending<O>): void {
    const word = BITS + (slot >>> 5);
    this.row[word] = (this.row[word] as number) | (1 << (slot & 31));
    if (this.orders !== undefined) this.order = this.orders.add(this.order, operation);
  }

  private isHopeless(): boolean {
    this.foresight?.lookFrom(this.position, this.slots);
    return this.foresight?.isHopeless(this.row, 0, this.table) === true;
  }
}
