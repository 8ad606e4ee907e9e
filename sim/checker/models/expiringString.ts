import type { Operation } from "../history.ts";
import { type Model, quote, type State } from "./model.ts";
import { redisString } from "./redisString.ts";

/**
 * A Redis string key that is written with deadlines (PROTOCOL rule 21). It may vanish from `skewMs` before its deadline
 * on, must be gone `skewMs` after the millisecond of its deadline has ended (Redis lets a key live through it), and never comes back by itself. Once an operation finds it gone it is gone.
 *
 * The state is null, or "deadline:value"; a value without deadline has the deadline "never".
 *
 * @param epochUnixMs Unix milliseconds of true time 0
 * @param skewMs how far any machine's wall clock may be off from true time
 */
export function expiringString(epochUnixMs: number, skewMs: number): Model<State> {
  function step(state: State, operation: Operation): State | undefined {
    const { input } = operation;
    if (input.f === "setUntil") return `${input.untilUnixMs}:${input.value}`;
    const alive = stepAlive(state, operation);
    if (alive !== undefined) return alive;
    return mayBeGone(state, operation) ? stepValue(null, "never", operation) : undefined;
  }

  function stepAlive(state: State, operation: Operation): State | undefined {
    if (state === null) return stepValue(null, "never", operation);
    const colon = String(state).indexOf(":");
    const deadline = String(state).slice(0, colon);
    const invokedUnixMs = epochUnixMs + operation.invokedUs / 1000;
    if (deadline !== "never" && invokedUnixMs > Number(deadline) + 1 + skewMs) return undefined;
    return stepValue(String(state).slice(colon + 1), deadline, operation);
  }

  /** The key's deadline may have passed when the operation took effect, at the latest at its completion. */
  function mayBeGone(state: State, operation: Operation): boolean {
    if (state === null) return false;
    const deadline = String(state).slice(0, String(state).indexOf(":"));
    if (deadline === "never") return false;
    if (operation.outcome !== "ok") return true;
    return epochUnixMs + operation.completedUs / 1000 >= Number(deadline) - skewMs;
  }

  return {
    name: "redis string with deadlines",
    initial: null,
    identify: (state) => state,
    step,
    isRead: (operation) => redisString.isRead(operation),
    isPure(operation) {
      // Finding nothing may be what ends the key, so only reads of a value are free of effect.
      return operation.outcome === "ok" && operation.input.f === "get" && operation.output !== null;
    },
    logsNothing: (state, operation) =>
      redisString.isPure(operation) && step(state, operation) === state,
    // What an operation may do depends on when it was there, so no two do the same.
    areTwins: () => false,
    describe(state) {
      if (state === null) return "nil";
      const colon = String(state).indexOf(":");
      const deadline = String(state).slice(0, colon);
      const value = quote(String(state).slice(colon + 1));
      return deadline === "never" ? value : `${value} until Unix ms ${deadline}`;
    },
  };
}

/** What the command does to a value that is there; APPEND and INCR keep the deadline, SET takes it away. */
function stepValue(
  value: string | null,
  deadline: string,
  operation: Operation,
): State | undefined {
  const next = redisString.step(value, operation);
  if (next === undefined || next === null) return next;
  const keepsDeadline = operation.input.f === "append" || operation.input.f === "increment";
  const isUnchanged = next === value;
  return `${keepsDeadline || isUnchanged ? deadline : "never"}:${String(next)}`;
}
