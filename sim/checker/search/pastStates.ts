import type { Identity, Model, Timed } from "../models/model.ts";

/** Every state that a key may have had so far: what an old leader may still tell, where clocks break what leases rest on. */
export class PastStates<S, O extends Timed> {
  private readonly model: Model<S, O>;
  private readonly states: Map<Identity, S> = new Map();

  constructor(model: Model<S, O>) {
    this.model = model;
    this.add(model.initial);
  }

  add(state: S): void {
    const identity = this.model.identify(state);
    if (!this.states.has(identity)) this.states.set(identity, state);
  }

  /**
   * Whether one of these states explains an answer for which nothing was logged. Who leads no more gives such an answer without asking the
   * log, to a read and to a write that finds nothing to do alike; what it would have to log, the log refuses.
   */
  mayBeStale(operation: O): boolean {
    const { model } = this;
    const isRead = model.isRead(operation) || model.isPure(operation);
    for (const state of this.states.values()) {
      if (isRead && model.step(state, operation) !== undefined) return true;
      if (model.logsNothing?.(state, operation) === true) return true;
    }
    return false;
  }
}
