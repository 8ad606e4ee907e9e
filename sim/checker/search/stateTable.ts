import type { Identity, Model, Timed } from "../models/model.ts";
import type { Pending } from "./timeline.ts";

/** What `transition` answers where the model says that the output is impossible. */
export const IMPOSSIBLE = -1;

/** Up to so many states a walk over the list is quicker than a Map, and no Map need be made. */
const SHORT = 12;
/** Bytes that a state is taken to cost beside the text of its identity. */
const STATE_BYTES = 64;

/**
 * States as small integers, and what each pending operation does to each of them: a model is asked once for a pair.
 * Numbers hold until `restart`.
 */
export class StateTable<S, O extends Timed> {
  /** An estimate. */
  bytes = 0;
  /** Another search holds numbers: `restart` must not be called. */
  isPinned = false;
  private readonly model: Model<S, O>;
  private readonly states: S[] = [];
  private readonly identities: Identity[] = [];
  private numbers: Map<Identity, number> | undefined = undefined;
  private generation = 0;

  constructor(model: Model<S, O>) {
    this.model = model;
  }

  get size(): number {
    return this.states.length;
  }

  stateOf(number: number): S {
    return this.states[number] as S;
  }

  numberOf(state: S): number {
    const identity = this.model.identify(state);
    const { identities } = this;
    if (this.numbers === undefined) {
      for (let number = 0; number < identities.length; number++) {
        if (identities[number] === identity) return number;
      }
    } else {
      const known = this.numbers.get(identity);
      if (known !== undefined) return known;
    }
    const number = identities.length;
    this.states.push(state);
    identities.push(identity);
    this.bytes += STATE_BYTES + (typeof identity === "string" ? identity.length : 0);
    if (this.numbers !== undefined) this.numbers.set(identity, number);
    else if (number === SHORT) this.makeMap();
    return number;
  }

  /** The number of the state after the operation, or IMPOSSIBLE. */
  transition(pending: Pending<O>, number: number): number {
    if (pending.generation !== this.generation) {
      pending.generation = this.generation;
      pending.effects = undefined;
    }
    const effects = (pending.effects ??= []);
    const known = effects[number];
    if (known !== undefined) return known;
    const next = this.model.step(this.states[number] as S, pending.operation);
    const result = next === undefined ? IMPOSSIBLE : this.numberOf(next);
    // No holes: an array with holes is several times slower.
    while (effects.length <= number) effects.push(undefined);
    effects[number] = result;
    return result;
  }

  /** Forgets all numbers. */
  restart(): void {
    this.states.length = 0;
    this.identities.length = 0;
    this.numbers = undefined;
    this.bytes = 0;
    this.generation++;
  }

  private makeMap(): void {
    this.numbers = new Map();
    this.identities.forEach((identity, number) => this.numbers?.set(identity, number));
  }
}
