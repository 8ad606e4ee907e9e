import type { Operation, OperationInput, OperationOutput } from "../history.ts";
import { type Lookahead, type Model, quote, type State } from "./model.ts";

const lookahead: Lookahead<State, Operation> = {
  canGrowInto(state, operation) {
    const { input, output } = operation;
    if (input.f === "get") return canBecome(state, output);
    if (input.f === "append" && typeof output === "number") {
      return lengthOf(state) + input.value.length <= output;
    }
    if (input.f === "increment" && typeof output === "number") return isNotAbove(state, output - 1);
    if (input.f === "cas" && output === true) return canBecome(state, input.expected);
    return input.f !== "delete" || output !== 0 || state === null;
  },
  overwrites(operation) {
    const { f } = operation.input;
    return f !== "get" && f !== "append" && f !== "increment";
  },
  canFollow({ input }, operation) {
    if (input.f === "delete" || input.f === "flush") return lookahead.canGrowInto(null, operation);
    if (input.f !== "set" && input.f !== "cas") return true;
    return lookahead.canGrowInto(input.value, operation);
  },
};

/**
 * A Redis string key without deadline: register with delete, counter, append list and compare-and-set in one, because
 * nothing keeps a client from mixing them. The state is the value, or null while the key is absent.
 */
export const redisString: Model<State> = {
  name: "redis string",
  initial: null,
  identify: (state) => state,
  step,
  isRead: (operation) => operation.input.f === "get",
  isPure(operation) {
    const { input, output, outcome } = operation;
    if (outcome !== "ok") return false;
    if (input.f === "get") return true;
    if (input.f === "delete") return output === 0;
    return input.f === "cas" && output !== true;
  },
  areTwins,
  lookahead,
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
    case "append":
      return stepAppend(state, input.value, output, isKnown);
    case "cas":
      return stepCas(state, operation, input.expected, input.value);
    case "flush":
      return null;
    case "transaction":
    case "commands":
    case "dump":
    case "wide":
      return undefined;
  }
}

/** output null: the length that it answered is not known. */
function stepAppend(
  state: State,
  value: string,
  output: OperationOutput,
  isKnown: boolean,
): State | undefined {
  const next = (state ?? "") + value;
  return isKnown && output !== null && output !== next.length ? undefined : next;
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

function areTwins(left: Operation, right: Operation): boolean {
  const isKnown = left.outcome === "ok";
  if (left.input.f !== right.input.f || isKnown !== (right.outcome === "ok")) return false;
  if (isKnown && left.output !== right.output) return false;
  return haveSameArguments(left.input, right.input);
}

/** Of two inputs of one kind. */
function haveSameArguments(a: OperationInput, b: OperationInput): boolean {
  switch (a.f) {
    case "set":
    case "append":
      return b.f === a.f && a.value === b.value;
    case "setUntil":
      return b.f === a.f && a.value === b.value && a.untilUnixMs === b.untilUnixMs;
    case "cas":
      return b.f === a.f && a.value === b.value && a.expected === b.expected;
    case "get":
    case "delete":
    case "increment":
    case "flush":
      return true;
    case "transaction":
    case "commands":
    case "dump":
    case "wide":
      return false;
  }
}

function lengthOf(state: State): number {
  return state === null ? 0 : String(state).length;
}

/**
 * Growth by appends keeps the state as a prefix. Growth by increments keeps a number below, and with digits appended it
 * still is, save below zero; a text that begins with a number may have been one until something else was appended.
 */
function canBecome(state: State, output: OperationOutput): boolean {
  if (state === null) return true;
  if (typeof output !== "string") return output === state;
  if (output.startsWith(String(state))) return true;
  if (!isCount(state)) return false;
  return isCount(output) ? isNotAbove(state, output) : /^-?\d/.test(output);
}

function isNotAbove(state: State, most: string | number): boolean {
  return String(state).startsWith("-") || Number(state) <= Number(most);
}

function isCount(value: State): boolean {
  return value !== "" && Number.isInteger(Number(value));
}
