import type { Operation, OperationOutput, Outcome } from "../history.ts";

/** What the search asks of an operation itself; everything else it asks the model. */
export interface Timed {
  readonly outcome: Outcome;
  readonly invokedOrder: number;
  readonly completedOrder: number;
}

/** What a key holds where one primitive can say it. */
export type State = string | number | null;

/** Tells states apart in a Map. */
export type Identity = string | number | null;

/**
 * A sequential specification of one key, or of a group of keys that are judged together; written apart from the engine.
 * A state may be any value except undefined; the search treats it as a secret, never changes it, and asks the model for
 * its identity. An operation whose outcome is not "ok" promises nothing about its output: it is legal in every state and
 * has its effect.
 */
export interface Model<S = unknown, O extends Timed = Operation> {
  readonly name: string;
  readonly initial: S;
  /** Equal for states that nothing can tell apart, and for no others. A primitive state may be its own identity. */
  identify(state: S): Identity;
  /** The state after the operation, or undefined when its output is impossible in this one. Pure, and `state` stays as it is. */
  step(state: S, operation: O): S | undefined;
  /** True if the operation asks for no change: where nobody knows its answer it may be left out. */
  isRead(operation: O): boolean;
  /** True if the operation changes no state in which its output is possible: it may be placed as soon as it fits. */
  isPure(operation: O): boolean;
  /**
   * True if the operation, answered as it was, had nothing to log in this state: a read, a refused COPY, a DEL of what is not there.
   * A model that leaves it out says so of pure operations only.
   */
  logsNothing?(state: S, operation: O): boolean;
  /** True if both ask the same and, where both were answered, were told the same: in every state one does what the other does. */
  areTwins(left: O, right: O): boolean;
  /** What ends a hopeless search early. A model without it is searched all the same. */
  readonly lookahead?: Lookahead<S, O>;
  /** Its states hold libraries of functions, which FUNCTION FLUSH empties. */
  readonly holdsLibraries?: boolean;
  /** For messages. */
  describe(state: S): string;
}

/** Necessary conditions for answered operations that are still to come; true always promises nothing. */
export interface Lookahead<S, O extends Timed> {
  /** True if the operation may make a value of its own instead of growing the old one. */
  overwrites(operation: O): boolean;
  /** Whether an answered operation can still fit later on, if nothing but growth (append, increment) happens to this state. */
  canGrowInto(state: S, operation: O): boolean;
  /** Whether it can still fit later on, if `overwriter` takes effect and then nothing but growth happens. */
  canFollow(overwriter: O, operation: O): boolean;
}

/** For messages: a value between quotation marks. Of a long one both ends and the length: lists differ at their end. */
export function quote(value: OperationOutput): string {
  if (typeof value === "object" && value !== null) return `[${value.map(quote).join(", ")}]`;
  if (typeof value !== "string") return value === null ? "nil" : String(value);
  if (value.length <= 60) return JSON.stringify(value);
  const text = `${value.slice(0, 12)}…${value.slice(-40)}`;
  return `${JSON.stringify(text)} (${value.length} bytes)`;
}
