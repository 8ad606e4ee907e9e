/**
 * The same search, best first: the configuration that explains the most answers with the fewest operations placed out of turn is
 * followed on, and left where another one looks better. Where many operations overlap and many orders are fine, or where many are of
 * unknown outcome and few took effect, it finds an order long before the frontier has enumerated all. What looks better is a guess
 * and decides nothing: every configuration at a completion is visited once, and "impossible" is told when none is left. The set of
 * those grows to the end, within a budget.
 */
import type { Model, Timed } from "../models/model.ts";
import type { Foresight } from "./foresight.ts";
import type { Frontier, StepResult } from "./frontier.ts";
import { LowestFirst } from "./lowestFirst.ts";
import type { OrderLog } from "./orderLog.ts";
import { BITS, NOTE, RowSet, STATE } from "./rowSet.ts";
import { Slots } from "./slots.ts";
import { IMPOSSIBLE, type StateTable } from "./stateTable.ts";
import type { Pending, Timeline } from "./timeline.ts";

/** A configuration as it waits: state, event, words of bits. */
const EVENT = NOTE;

/**
 * What it costs to place an operation before its own completion asks for it, in answers explained. Of those of unknown outcome most did
 * nothing that anybody saw; an answered one takes effect some time anyway.
 */
const UNKNOWN_COST = 4;
const ANSWERED_COST = 1;

/** The next way to try: none, but the configuration itself is followed; the operation that completes. */
const ITSELF = -2;
const COMPLETING = -1;

export class BestFirst<S, O extends Timed> {
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
  /** Configurations that have ways on that were not tried, by cost. */
  private readonly waiting: LowestFirst = new LowestFirst();
  /** Of each configuration met: itself, the order that led there, its cost, and the next way to try. */
  private readonly rows: number[] = [];
  private readonly orderOf: number[] = [];
  private readonly costOf: number[] = [];
  private readonly nextOf: number[] = [];
  /** The configuration that is followed, the order that led to it, and its cost. */
  private readonly row: number[] = [];
  private order = 0;
  private cost = 0;
  private position: number;
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
    this.position = from.position;
    this.farthest = from.position;
    const fromWidth = BITS + from.slots.words;
    for (let at = 0; at < from.end; at += fromWidth) {
      for (let index = 0; index < this.width; index++) {
        this.row[index] = index < fromWidth ? (from.rows[at + index] as number) : 0;
      }
      this.order = this.row[NOTE] as number;
      this.keep(ITSELF);
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
      if (!this.isFollowing && !this.takeBest()) return "impossible";
      this.advance();
      if (this.position === this.timeline.resolved) return "ok";
      this.isFollowing = false;
      if (this.visited.add(this.keyRow(), 0, this.slots.open) && !this.isHopeless())
        this.keep(COMPLETING);
      if (this.explored > most || this.bytes > bytes) return "exhausted";
    }
  }

  private get bytes(): number {
    const orders = this.orders?.bytes ?? 0;
    const kept = 8 * (this.rows.length + 5 * this.costOf.length);
    return this.visited.bytes + kept + this.table.bytes + orders;
  }

  /** Takes events until one is the completion of an operation that is not placed. */
  private advance(): void {
    const { timeline, slots, row } = this;
    for (; this.position < timeline.resolved; this.position++) {
      const pending = timeline.pending[this.position];
      if (pending !== undefined) {
        const word = BITS + (pending.slot >>> 5);
        const bit = 1 << (pending.slot & 31);
        if (timeline.isCompletion[this.position] !== true) {
          slots.begin(pending);
          if (pending.isPure) this.placePure();
        } else {
          if (((row[word] as number) & bit) === 0) break;
          row[word] = (row[word] as number) & ~bit;
          slots.end(pending);
          this.cost--;
        }
      }
    }
    if (this.position > this.farthest) this.farthest = this.position;
  }

  /** The row that is followed, with its event. */
  private keyRow(): readonly number[] {
    this.row[EVENT] = this.position;
    return this.row;
  }

  /** @param next the way to try first */
  private keep(next: number): void {
    for (const value of this.keyRow()) this.rows.push(value);
    this.orderOf.push(this.order);
    this.nextOf.push(next);
    this.waiting.add(this.costOf.push(this.cost) - 1, this.cost);
  }

  /** Follows the next way on from the best configuration that has one. False: there is none left. */
  private takeBest(): boolean {
    for (let node = this.waiting.take(); node !== undefined; node = this.waiting.take()) {
      this.restore(node);
      const from = this.nextOf[node] as number;
      if (from === ITSELF) {
        this.placePure();
        this.isFollowing = true;
        return true;
      }
      const completing = this.timeline.pending[this.position] as Pending<O>;
      const slot = this.nextWay(completing, from);
      if (slot === undefined) continue;
      const pending = this.slots.bySlot[slot] as Pending<O>;
      // Where a pure operation fits, nothing else need be tried.
      const isForced = pending === completing && pending.isPure;
      if (!isForced) this.leave(node, pending === completing ? 0 : slot + 1, completing);
      if (pending !== completing) this.cost += costOf(pending);
      this.place(pending);
      this.isFollowing = true;
      return true;
    }
    return false;
  }

  /** It waits for its next way to be tried. */
  private leave(node: number, from: number, completing: Pending<O>): void {
    const slot = this.nextWay(completing, from);
    if (slot === undefined) return;
    this.nextOf[node] = slot;
    const pending = this.slots.bySlot[slot] as Pending<O>;
    this.waiting.add(node, (this.costOf[node] as number) + costOf(pending));
  }

  /** Ways are tried in this order: the completing operation (COMPLETING), then the other slots. */
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

  /** Makes a configuration the one that is followed, with the operations that were pending there. */
  private restore(node: number): void {
    const { rows, width, row } = this;
    const at = node * width;
    this.goTo(rows[at + EVENT] as number);
    for (let index = 0; index < width; index++) row[index] = rows[at + index] as number;
    this.order = this.orderOf[node] as number;
    this.cost = this.costOf[node] as number;
  }

  private goTo(position: number): void {
    const { timeline, slots } = this;
    while (this.position !== position) {
      const isBack = this.position > position;
      if (isBack) this.position--;
      const pending = timeline.pending[this.position];
      if (pending !== undefined) {
        if ((timeline.isCompletion[this.position] === true) === isBack) slots.begin(pending);
        else slots.end(pending);
      }
      if (!isBack) this.position++;
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

function costOf({ isOpen }: Pending<unknown>): number {
  return isOpen ? UNKNOWN_COST : ANSWERED_COST;
}
