import {
  isKeyInput,
  isReadInput,
  type KeyInput,
  type Operation,
  type StepOutput,
} from "../history.ts";
import { sayInput } from "../describe.ts";
import { type Model, quote } from "./model.ts";

/** What one key of the group holds; the deadline is Infinity without one. */
interface Held {
  readonly value: string;
  readonly untilUnixMs: number;
}

/** Keys that are there, by name. Never changed once made. */
export interface GroupState {
  readonly held: ReadonlyMap<string, Held>;
  identity: string | undefined;
}

/** When keys vanish by themselves: PROTOCOL rule 21. */
export interface Deadlines {
  /** Unix milliseconds of true time 0. */
  readonly epochUnixMs: number;
  /** How far any machine's wall clock may be off from true time. */
  readonly skewMs: number;
}

/**
 * Redis string keys that are used together: transactions, and commands on single keys of the group. A key with a deadline
 * may be found gone from `skewMs` before it on and must be gone `skewMs` after its millisecond has ended; where an answer
 * does not tell whether it was still there, it counts as there.
 *
 * Conditional writes to keys with deadlines are not modelled: a workload must not mix WATCH and PXAT in one group.
 */
export function redisGroup(deadlines: Deadlines): Model<GroupState> {
  return {
    name: "redis string keys used together",
    initial: NOTHING,
    identify,
    step: (state, operation) => step(state, operation, deadlines),
    isRead: ({ input }) => isReadInput(input),
    isPure(operation) {
      if (operation.outcome !== "ok" || operation.input.f === "flush") return false;
      const { input, output } = operation;
      if (input.f === "transaction" && output === null) return true;
      const outputs = outputsOf(operation);
      // Finding nothing may be what ends a key with a deadline.
      return stepsOf(input).every(({ f }, index) => f === "get" && outputs[index] !== null);
    },
    logsNothing(state, operation) {
      const { input, outcome } = operation;
      if (outcome !== "ok" || input.f === "flush") return false;
      const outputs = outputsOf(operation);
      const isIdle = ({ f }: KeyInput, index: number): boolean =>
        f === "get" ||
        (f === "delete" && outputs[index] === 0) ||
        (f === "increment" && typeof outputs[index] === "string");
      return stepsOf(input).every(isIdle) && step(state, operation, deadlines) === state;
    },
    // Values are unique, and of reads and deletions there are too few at once to be worth the comparison.
    areTwins: () => false,
    describe,
  };
}

const NOTHING: GroupState = { held: new Map(), identity: "" };

function identify(state: GroupState): string {
  if (state.identity === undefined) {
    const keys = [...state.held.keys()].sort();
    state.identity = keys
      .map((key) =>
        JSON.stringify([key, state.held.get(key)?.value, state.held.get(key)?.untilUnixMs]),
      )
      .join();
  }
  return state.identity;
}

function describe(state: GroupState): string {
  if (state.held.size === 0) return "nothing";
  const keys = [...state.held.keys()].sort();
  return keys
    .map((key) => {
      const { value, untilUnixMs } = state.held.get(key) as Held;
      const until = untilUnixMs === Infinity ? "" : ` until Unix ms ${untilUnixMs}`;
      return `${key} ${quote(value)}${until}`;
    })
    .join(", ");
}

function stepsOf(input: Operation["input"]): readonly KeyInput[] {
  if (input.f === "transaction") return input.way === "discard" ? NO_STEPS : input.steps;
  if (isKeyInput(input)) return [input];
  throw new Error(`no model of ${sayInput(input)} in a group`);
}

const NO_STEPS: readonly KeyInput[] = [];

/** The answers to the steps; undefined where nobody knows. */
function outputsOf({ input, output, outcome }: Operation): readonly (StepOutput | undefined)[] {
  if (outcome !== "ok") return NO_OUTPUTS;
  return input.f === "transaction" ? (output as readonly StepOutput[]) : [output as StepOutput];
}

const NO_OUTPUTS: readonly undefined[] = [];

function step(
  state: GroupState,
  operation: Operation,
  deadlines: Deadlines,
): GroupState | undefined {
  const { input, output, outcome } = operation;
  const isKnown = outcome === "ok";
  if (input.f === "flush") return state.held.size === 0 ? state : NOTHING;
  if (input.f === "transaction") {
    // Refused, which says nothing about the values: they may have been changed and set back.
    if (isKnown && output === null) return state;
    for (const { key, value } of input.watched) {
      if ((state.held.get(key)?.value ?? null) === value) continue;
      return isKnown ? undefined : state;
    }
  }
  const outputs = outputsOf(operation);
  const steps = stepsOf(input);
  const changes = new Changes(state, operation, deadlines);
  for (let index = 0; index < steps.length; index++) {
    if (!changes.apply(steps[index] as KeyInput, isKnown ? outputs[index] : undefined))
      return undefined;
  }
  return changes.state();
}

/** The keyspace of the group while an operation runs through its steps. */
class Changes {
  private readonly before: GroupState;
  private readonly earliestUnixMs: number;
  private readonly latestUnixMs: number;
  private readonly skewMs: number;
  private after: Map<string, Held> | undefined = undefined;

  constructor(before: GroupState, operation: Operation, { epochUnixMs, skewMs }: Deadlines) {
    this.before = before;
    this.skewMs = skewMs;
    this.earliestUnixMs = epochUnixMs + operation.invokedUs / 1000;
    this.latestUnixMs =
      operation.outcome === "ok" ? epochUnixMs + operation.completedUs / 1000 : Infinity;
  }

  state(): GroupState {
    return this.after === undefined ? this.before : { held: this.after, identity: undefined };
  }

  /** False if the answer is impossible; `output` is undefined if nobody knows it. */
  apply(input: KeyInput, output: StepOutput | undefined): boolean {
    const held = (this.after ?? this.before.held).get(input.key);
    if (held === undefined) return this.applyTo(undefined, input, output);
    const mustBeGone = this.earliestUnixMs > held.untilUnixMs + 1 + this.skewMs;
    if (!mustBeGone && this.applyTo(held, input, output)) return true;
    if (this.latestUnixMs < held.untilUnixMs - this.skewMs) return false;
    if (!this.applyTo(undefined, input, output)) return false;
    if (input.f === "get") this.put(input.key, undefined);
    return true;
  }

  private applyTo(
    held: Held | undefined,
    input: KeyInput,
    output: StepOutput | undefined,
  ): boolean {
    const isKnown = output !== undefined;
    switch (input.f) {
      case "get":
        return !isKnown || output === (held?.value ?? null);
      case "set":
        return this.put(input.key, { value: input.value, untilUnixMs: Infinity });
      case "setUntil":
        return this.put(input.key, { value: input.value, untilUnixMs: input.untilUnixMs });
      case "delete":
        if (isKnown && (output === 1) !== (held !== undefined)) return false;
        return this.put(input.key, undefined);
      case "append": {
        const value = (held?.value ?? "") + input.value;
        if (isKnown && output !== null && output !== value.length) return false;
        return this.put(input.key, { value, untilUnixMs: held?.untilUnixMs ?? Infinity });
      }
      case "increment":
        return this.increment(held, input.key, output);
    }
  }

  /** An increment of what is no number changes nothing and is answered with an error. */
  private increment(held: Held | undefined, key: string, output: StepOutput | undefined): boolean {
    const before = held?.value ?? "0";
    const isError = typeof output === "string";
    if (!/^-?\d{1,15}$/.test(before)) return output === undefined || isError;
    const next = Number(before) + 1;
    if (isError || (output !== undefined && output !== next)) return false;
    return this.put(key, { value: String(next), untilUnixMs: held?.untilUnixMs ?? Infinity });
  }

  private put(key: string, held: Held | undefined): true {
    if (held === undefined && !(this.after ?? this.before.held).has(key)) return true;
    this.after ??= new Map(this.before.held);
    if (held === undefined) this.after.delete(key);
    else this.after.set(key, held);
    return true;
  }
}
