import type { Model, Timed } from "../models/model.ts";

/** An operation that is to be placed, as the search sees it. */
export interface Pending<O> {
  readonly operation: O;
  /** Its bit in configurations, while it is pending. */
  readonly slot: number;
  /** Nobody knows whether it took effect: it may be placed until the end, and need not be. */
  readonly isOpen: boolean;
  /** Placing it where it fits changes nothing. */
  readonly isPure: boolean;
  /** Filled by the table of states: what it does to each of them, while `generation` is that table's. */
  effects: (number | undefined)[] | undefined;
  generation: number;
}

/**
 * The events of one key in their order: each operation once for its invocation and, if it was answered, once for its
 * completion. The search wants to know an operation's outcome when it begins, so events wait until the operations before
 * them are resolved: at most a client's time-out, mostly some milliseconds.
 */
export class Timeline<S, O extends Timed> {
  /** Events. The arrays may be longer: what lies behind is of events that were forgotten. */
  count = 0;
  /** Events whose operations' outcomes are known, and all events before them. */
  resolved = 0;
  readonly operations: O[] = [];
  readonly isCompletion: boolean[] = [];
  /** Of resolved events. undefined: the operation surely failed, or nobody learned what it read; it says nothing. */
  readonly pending: (Pending<O> | undefined)[] = [];
  private readonly model: Model<S, O>;
  private readonly slots: (Pending<O> | undefined)[] = [];

  constructor(model: Model<S, O>) {
    this.model = model;
  }

  /** Slots that were ever in use at once. */
  get width(): number {
    return this.slots.length;
  }

  invoke(operation: O): void {
    this.operations[this.count] = operation;
    this.isCompletion[this.count++] = false;
  }

  /** Caller: the outcome is "ok", and the operation was invoked here. */
  complete(operation: O): void {
    this.operations[this.count] = operation;
    this.isCompletion[this.count++] = true;
  }

  /** Goes on to the first operation that still runs; `isLast`: to the end, what runs stays unknown. */
  resolve(isLast: boolean): void {
    for (; this.resolved < this.count; this.resolved++) {
      const operation = this.operations[this.resolved] as O;
      const isCompletion = this.isCompletion[this.resolved] === true;
      if (!isCompletion && operation.outcome === "open" && !isLast) return;
      this.pending[this.resolved] = isCompletion ? this.free(operation) : this.begin(operation);
    }
  }

  /** Forgets all events. Caller: all are resolved and searched. */
  forget(): void {
    this.count = 0;
    this.resolved = 0;
  }

  private begin(operation: O): Pending<O> | undefined {
    const isOpen = operation.outcome !== "ok";
    if (operation.outcome === "fail" || (isOpen && this.model.isRead(operation))) return undefined;
    const { slots } = this;
    let slot = 0;
    while (slot < slots.length && slots[slot] !== undefined) slot++;
    const isPure = this.model.isPure(operation);
    const pending: Pending<O> = {
      operation,
      slot,
      isOpen,
      isPure,
      effects: undefined,
      generation: -1,
    };
    slots[slot] = pending;
    return pending;
  }

  private free(operation: O): Pending<O> | undefined {
    const { slots } = this;
    for (let slot = 0; slot < slots.length; slot++) {
      const pending = slots[slot];
      if (pending?.operation !== operation) continue;
      slots[slot] = undefined;
      return pending;
    }
    return undefined;
  }
}
