import type { Operation } from "../history.ts";
import { type Model, quote, type State } from "./model.ts";

/**
 * A Redis string key without deadline: register with delete, counter, append list and compare-and-set in one, because
 * nothing keeps a client from mixing them. The state is the value, or null while the key is absent.
 */
export const redisString: Model = {
  name: "redis string",
  initial: null,
  step,
  isPure(operation) {
    const { input, output, outcome } = operation;
    if (outcome !== "ok") return false;
    if (input.f === "get") return true;
    if (input.f === "delete") return output === 0;
    return input.f === "cas" && output !== true;
  },
  canGrowInto(state, operation) {
    if (operation.outcome !== "ok") return true;
    const { input, output } = operation;
    if (input.f === "get") return canBecome(state, output);
    if (input.f === "append" && typeof output === "number") {
      return lengthOf(state) + input.value.length <= output;
    }
    if (input.f === "increment" && typeof output === "number") return Number(state) < output;
    return true;
  },
  overwrites(operation) {
    const { f } = operation.input;
    return f !== "get" && f !== "append" && f !== "increment";
  },
  describe: quote,
};

function step(state: State, operation: Operation): State | undefined {
  const { input, output } = operation;
  const isKnown = operation.outcome === "ok";
  switch (input.f) {
    case "get":
      return !isKnown || output === state ? state : undefined;
    case "set":
      return input.value;
    case "setUntil":
      return undefined;
    case "delete":
      return isKnown && (output === 1) !== (state !== null) ? undefined : null;
    case "increment": {
      const next = Number(state ?? 0) + 1;
      return isKnown && output !== next ? undefined : String(next);
    }
    case "append": {
      const next = (state ?? "") + input.value;
      return isKnown && output !== null && output !== next.length ? undefined : next;
    }
    case "cas":
      return stepCas(state, operation, input.expected, input.value);
  }
}

/** output false: it surely found another value; null: EXEC was refused, which says nothing about the value. */
function stepCas(
  state: State,
  operation: Operation,
  expected: string | null,
  value: string,
): State | undefined {
  const matches = state === expected;
  if (operation.outcome !== "ok") return matches ? value : state;
  if (operation.output === null) return state;
  if (operation.output === true) return matches ? value : undefined;
  return matches ? undefined : state;
}

function lengthOf(state: State): number {
  return state === null ? 0 : String(state).length;
}

/** Growth by appends keeps the state as a prefix; growth by increments keeps a number below. */
function canBecome(state: State, output: Operation["output"]): boolean {
  if (state === null) return true;
  if (typeof output !== "string") return output === state;
  return (
    output.startsWith(String(state)) ||
    (isCount(state) && isCount(output) && Number(state) <= Number(output))
  );
}

function isCount(value: State): boolean {
  return value !== "" && Number.isInteger(Number(value));
}
