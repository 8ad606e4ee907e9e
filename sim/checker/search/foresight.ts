import type { Lookahead, Timed } from "../models/model.ts";
import { BITS, STATE } from "./rowSet.ts";
import type { Slots } from "./slots.ts";
import type { StateTable } from "./stateTable.ts";
import type { Timeline } from "./timeline.ts";

/** So many events are looked ahead, and at so many answers. */
const EVENTS = 64;
const ANSWERS = 12;

/** An answer to come that holds on to the present state, because nothing that overwrites it can come between. */
interface Need<O> {
  readonly operation: O;
  /** -1 if it is not invoked yet. */
  readonly slot: number;
  /** Words of pending overwriters, one of which may make what it needs. */
  readonly suppliers: readonly number[];
}

/**
 * Tells configurations that have no future: an answer that is to come must be reachable from the present state by growth,
 * unless an operation that overwrites it and is not placed yet may supply what the answer needs.
 */
export class Foresight<S, O extends Timed> {
  private readonly lookahead: Lookahead<S, O>;
  private readonly timeline: Timeline<S, O>;
  private needs: Need<O>[] = [];
  private lookedAt = -1;

  constructor(lookahead: Lookahead<S, O>, timeline: Timeline<S, O>) {
    this.lookahead = lookahead;
    this.timeline = timeline;
  }

  /** Collects what is to come from the completion at `position` on. */
  lookFrom(position: number, slots: Slots<S, O>): void {
    if (this.lookedAt === position) return;
    this.lookedAt = position;
    this.needs = [];
    const { operations, isCompletion, count } = this.timeline;
    const overwriters: O[] = [];
    const end = Math.min(count, position + EVENTS);
    for (let at = position; at < end && this.needs.length < ANSWERS; at++) {
      const operation = operations[at] as O;
      if (isCompletion[at] === true) this.note(operation, overwriters, slots);
      else if (operation.outcome !== "fail" && this.lookahead.overwrites(operation)) {
        overwriters.push(operation);
      }
    }
  }

  /** The events of the timeline have been forgotten or have grown. */
  reset(): void {
    this.lookedAt = -1;
  }

  isHopeless(rows: readonly number[], at: number, table: StateTable<S, O>): boolean {
    const state = table.stateOf(rows[at + STATE] as number);
    for (const need of this.needs) {
      if (need.slot >= 0 && hasBit(rows, at, need.slot)) continue;
      if (this.lookahead.canGrowInto(state, need.operation)) continue;
      if (!hasSupplier(rows, at, need.suppliers)) return true;
    }
    return false;
  }

  private note(operation: O, overwriters: readonly O[], slots: Slots<S, O>): void {
    const { lookahead } = this;
    for (const other of overwriters) {
      if (other !== operation && lookahead.canFollow(other, operation)) return;
    }
    let slot = -1;
    const suppliers = slots.all.map(() => 0);
    for (const pending of slots.bySlot) {
      if (pending === undefined) continue;
      const other = pending.operation;
      if (other === operation) slot = pending.slot;
      else if (lookahead.overwrites(other) && lookahead.canFollow(other, operation)) {
        const word = pending.slot >>> 5;
        suppliers[word] = (suppliers[word] as number) | (1 << (pending.slot & 31));
      }
    }
    this.needs.push({ operation, slot, suppliers });
  }
}

function hasBit(rows: readonly number[], at: number, slot: number): boolean {
  return ((rows[at + BITS + (slot >>> 5)] as number) & (1 << (slot & 31))) !== 0;
}

function hasSupplier(rows: readonly number[], at: number, suppliers: readonly number[]): boolean {
  for (let word = 0; word < suppliers.length; word++) {
    if (((suppliers[word] as number) & ~(rows[at + BITS + word] as number)) !== 0) return true;
  }
  return false;
}
