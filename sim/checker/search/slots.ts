import type { Model, Timed } from "../models/model.ts";
import type { Pending } from "./timeline.ts";

/**
 * The operations that are pending at one moment, by slot, with the sets that a search asks for as words of bits.
 * Beginning and ending undo each other, so a search may also go backwards.
 */
export class Slots<S, O extends Timed> {
  readonly bySlot: (Pending<O> | undefined)[] = [];
  readonly all: number[] = [0];
  readonly open: number[] = [0];
  readonly pure: number[] = [0];
  /** Pure operations since the last `settlePure`. */
  readonly newPure: number[] = [0];
  /** Of each slot: the slots of its twins that go first. */
  private readonly twins: (number[] | undefined)[] = [];
  private readonly model: Model<S, O>;
  private pending = 0;

  constructor(model: Model<S, O>) {
    this.model = model;
  }

  get count(): number {
    return this.pending;
  }

  get words(): number {
    return this.all.length;
  }

  begin(pending: Pending<O>): void {
    const { slot, isOpen, isPure } = pending;
    const word = slot >>> 5;
    if (this.all.length <= word) this.widen(word + 1);
    const bit = 1 << (slot & 31);
    while (this.bySlot.length <= slot) {
      this.bySlot.push(undefined);
      this.twins.push(undefined);
    }
    this.bySlot[slot] = pending;
    this.all[word] = (this.all[word] as number) | bit;
    if (isOpen) this.open[word] = (this.open[word] as number) | bit;
    if (isPure) {
      this.pure[word] = (this.pure[word] as number) | bit;
      this.newPure[word] = (this.newPure[word] as number) | bit;
    } else if (this.pending > 0) this.findTwins(pending);
    this.pending++;
  }

  end({ slot }: Pending<O>): void {
    const word = slot >>> 5;
    const mask = ~(1 << (slot & 31));
    this.bySlot[slot] = undefined;
    this.twins[slot] = undefined;
    this.all[word] = (this.all[word] as number) & mask;
    this.open[word] = (this.open[word] as number) & mask;
    this.pure[word] = (this.pure[word] as number) & mask;
    this.newPure[word] = (this.newPure[word] as number) & mask;
    for (const first of this.twins) {
      if (first !== undefined) first[word] = (first[word] ?? 0) & mask;
    }
    this.pending--;
  }

  widen(words: number): void {
    while (this.all.length < words) {
      for (const set of [this.all, this.open, this.pure, this.newPure]) set.push(0);
    }
  }

  /** Every configuration has been given the pure operations that fit it. */
  settlePure(): void {
    for (let word = 0; word < this.newPure.length; word++) this.newPure[word] = 0;
  }

  /** Whether `placed`, words of bits from `from` on, lacks a twin that goes before the one in this slot. */
  lacksEarlierTwin(slot: number, placed: readonly number[], from: number): boolean {
    const first = this.twins[slot];
    if (first === undefined) return false;
    for (let word = 0; word < first.length; word++) {
      if (((first[word] as number) & ~(placed[from + word] as number)) !== 0) return true;
    }
    return false;
  }

  /**
   * Twins, equal in what they ask and answer: if A is invoked and completes no later than B, an order with B first
   * stays good with the two exchanged. So only A first is tried, and open twins become a mere count.
   */
  private findTwins(pending: Pending<O>): void {
    const { operation, slot } = pending;
    for (const other of this.bySlot) {
      if (other === undefined || other === pending || other.isPure) continue;
      if (!this.model.areTwins(other.operation, operation)) continue;
      if (isFirst(other.operation, operation)) this.noteTwin(slot, other.slot);
      else if (isFirst(operation, other.operation)) this.noteTwin(other.slot, slot);
    }
  }

  private noteTwin(slot: number, first: number): void {
    const words = (this.twins[slot] ??= []);
    const word = first >>> 5;
    while (words.length <= word) words.push(0);
    words[word] = (words[word] as number) | (1 << (first & 31));
  }
}

function isFirst(left: Timed, right: Timed): boolean {
  return left.invokedOrder < right.invokedOrder && endOrder(left) <= endOrder(right);
}

function endOrder(operation: Timed): number {
  return operation.outcome === "ok" ? operation.completedOrder : Infinity;
}
