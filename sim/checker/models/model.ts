import type { Operation } from "../history.ts";

/** What a key holds, as one primitive, so that states compare with === and serve as keys of a Map. */
export type State = string | number | null;

/**
 * A sequential specification of one key, written apart from the engine. An operation whose outcome is not "ok" promises
 * nothing about its output: it is legal in every state and has its effect.
 */
export interface Model {
  readonly name: string;
  readonly initial: State;
  /** The state after the operation, or undefined when its output is impossible in this one. */
  step(state: State, operation: Operation): State | undefined;
  /** True if the operation changes no state in which its output is possible: it may be placed as soon as it fits. */
  isPure(operation: Operation): boolean;
  /**
   * Whether a pending operation can still fit later on, if nothing but growth (append, increment) happens to this state.
   * false ends a search early; true promises nothing.
   */
  canGrowInto(state: State, operation: Operation): boolean;
  /** True if the operation may make a value of its own instead of growing the old one. */
  overwrites(operation: Operation): boolean;
  /** For messages. */
  describe(state: State): string;
}

/** For messages: a value between quotation marks. Of a long one both ends and the length: lists differ at their end. */
export function quote(value: string | number | boolean | null): string {
  if (typeof value !== "string") return value === null ? "nil" : String(value);
  if (value.length <= 60) return JSON.stringify(value);
  const text = `${value.slice(0, 12)}…${value.slice(-40)}`;
  return `${JSON.stringify(text)} (${value.length} bytes)`;
}
