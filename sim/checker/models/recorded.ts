/**
 * Models for histories from elsewhere, whose operations are words and values of a file. Each is one word of the command
 * `check … model=NAME`.
 */
import { type Edn, EdnSet, printEdn } from "../formats/edn.ts";
import { HistoryError } from "../formats/historyError.ts";
import type { Recorded } from "../formats/recorded.ts";
import type { Outcome } from "../history.ts";
import type { Lookahead, Model, State } from "./model.ts";

/** An operation as a model sees it: its words and values as primitives. */
export interface Judged {
  readonly recorded: Recorded;
  readonly outcome: Outcome;
  readonly invokedOrder: number;
  readonly completedOrder: number;
  readonly f: string;
  /** What was asked with: a value's text, or both of a compare-and-set. */
  readonly argument: State;
  readonly second: State;
  /** What was answered; undefined where the file does not tell, or repeats what was asked. */
  readonly answer: State | boolean | undefined;
}

export interface RecordedModel {
  readonly name: string;
  /** For the list of them: what is asked and what must hold. */
  readonly summary: string;
  /** The words of operations, and what they mean here. */
  readonly words: Readonly<Record<string, string>>;
  readonly model: Model<State, Judged>;
  /** A value of the file as a state or a part of one. */
  readonly textOf: (value: Edn) => State;
}

const reads = { read: "read", get: "read", r: "read" };
const writes = { write: "write", put: "write", set: "write", w: "write" };

/** Register, compare-and-set and APPEND in one: which of them a history uses only its words decide. */
function cell(name: string, initial: State): Model<State, Judged> {
  return {
    name,
    initial,
    identify: (state) => state,
    step: stepCell,
    isRead: ({ f }) => f === "read",
    isPure: ({ f, outcome, answer }) =>
      outcome === "ok" && (f === "read" || (f === "cas" && answer === false)),
    areTwins,
    lookahead: cellLookahead,
    describe: (state) => (state === null ? "nothing" : String(state)),
  };
}

function stepCell(state: State, operation: Judged): State | undefined {
  const { f, argument, second, answer } = operation;
  const isKnown = operation.outcome === "ok";
  switch (f) {
    case "read":
      return isKnown && answer !== state ? undefined : state;
    case "write":
      return argument;
    case "append":
      return `${state ?? ""}${argument}`;
    case "delete":
      return isKnown && (Number(answer) === 1) !== (state !== null) ? undefined : null;
    case "increment": {
      const next = Number(state ?? 0) + 1;
      return isKnown && Number(answer) !== next ? undefined : String(next);
    }
    default: {
      const matches = state === argument;
      if (!isKnown) return matches ? second : state;
      if (answer === false) return matches ? undefined : state;
      return matches ? second : undefined;
    }
  }
}

/** What our own histories hold of single keys without deadlines, after they went through another format. */
function redisString(): Model<State, Judged> {
  // Increments grow a value otherwise than appends do, so nothing is looked ahead.
  const { lookahead: _, ...model } = cell("redis-string", null);
  return model;
}

const cellLookahead: Lookahead<State, Judged> = {
  overwrites: ({ f, answer }) => f === "write" || (f === "cas" && answer !== false),
  canGrowInto(state, { f, argument, answer }) {
    const wanted = f === "read" ? answer : f === "cas" && answer !== false ? argument : undefined;
    if (wanted === undefined || wanted === state || state === null) return true;
    // Where nothing is ever appended a value stays as it is, but a prefix promises no more than it must.
    return typeof wanted === "string" && wanted.startsWith(String(state));
  },
  canFollow({ f, argument, second }, operation) {
    return cellLookahead.canGrowInto(f === "cas" ? second : argument, operation);
  },
};

const counter: Model<State, Judged> = {
  name: "counter",
  initial: 0,
  identify: (state) => state,
  step(state, { f, outcome, argument, answer }) {
    const by = Number(argument ?? 1) * (f === "subtract" ? -1 : 1);
    const next = f === "read" ? Number(state) : Number(state) + by;
    const isImpossible = outcome === "ok" && answer !== undefined && Number(answer) !== next;
    return isImpossible ? undefined : next;
  },
  isRead: ({ f }) => f === "read",
  isPure: ({ f, outcome }) => f === "read" && outcome === "ok",
  areTwins,
  describe: String,
};

/** A list that grows at its end; a read shows all of it. The state is the text of its elements. */
const list: Model<State, Judged> = {
  ...cell("append", ""),
  step(state, operation) {
    const { f, outcome, argument, answer } = operation;
    if (f === "append") return state === "" ? argument : `${state} ${argument}`;
    return outcome === "ok" && (answer ?? "") !== state ? undefined : state;
  },
  lookahead: {
    overwrites: () => false,
    canGrowInto: (state, { f, answer }) =>
      f !== "read" || String(answer ?? "").startsWith(String(state)),
    canFollow: () => false,
  },
  describe: (state) => `[${state}]`,
};

const setOfValues: Model<State, Judged> = {
  ...list,
  name: "set",
  step(state, { f, outcome, argument, answer }) {
    if (f !== "add") return outcome === "ok" && (answer ?? "") !== state ? undefined : state;
    const items = state === "" ? [] : String(state).split(" ");
    return items.includes(String(argument)) ? state : [...items, String(argument)].sort().join(" ");
  },
  lookahead: {
    overwrites: () => false,
    canGrowInto(state, { f, answer }) {
      if (f !== "read" || state === "") return true;
      const found = new Set(String(answer ?? "").split(" "));
      return String(state)
        .split(" ")
        .every((item) => found.has(item));
    },
    canFollow: () => false,
  },
  describe: (state) => `#{${state}}`,
};

const mutex: Model<State, Judged> = {
  ...counter,
  name: "mutex",
  initial: "free",
  step(state, { f, outcome }) {
    const [from, to] = f === "acquire" ? ["free", "held"] : ["held", "free"];
    if (state === from) return to;
    return outcome === "ok" ? undefined : state;
  },
  isRead: () => false,
  isPure: () => false,
};

/** First in, first out. The state is the text of what is in it. */
const queue: Model<State, Judged> = {
  ...counter,
  name: "queue",
  initial: "",
  step(state, { f, outcome, argument, answer }) {
    if (f === "enqueue") return state === "" ? argument : `${state} ${argument}`;
    const [head = "", ...rest] = String(state).split(" ");
    if (outcome === "ok" && (answer ?? "") !== head) return undefined;
    return rest.join(" ");
  },
  isRead: () => false,
  isPure: ({ f, outcome, answer }) =>
    f === "dequeue" && outcome === "ok" && (answer ?? null) === null,
  describe: (state) => `[${state}]`,
};

/** An operation without the order's numbers: words, values and what is known of the answer. */
function areTwins(left: Judged, right: Judged): boolean {
  const isKnown = left.outcome === "ok";
  if (isKnown !== (right.outcome === "ok") || (isKnown && left.answer !== right.answer))
    return false;
  return left.f === right.f && left.argument === right.argument && left.second === right.second;
}

/** Spaces part the elements of a list, so an element has none. */
function elementText(value: Edn): State {
  if (value instanceof EdnSet) return value.items.map(elementWord).sort().join(" ");
  if (Array.isArray(value)) return (value as readonly Edn[]).map(elementWord).join(" ");
  return value === null ? null : elementWord(value);
}

function elementWord(value: Edn): string {
  return printEdn(value).replaceAll(" ", "\u00a0");
}

function sortedText(value: Edn): State {
  return Array.isArray(value)
    ? elementText(new EdnSet(value as readonly Edn[]))
    : elementText(value);
}

function plainText(value: Edn): State {
  return value === null ? null : printEdn(value);
}

function numberText(value: Edn): State {
  return typeof value === "number" ? value : plainText(value);
}

export const recordedModels: readonly RecordedModel[] = [
  {
    name: "cas-register",
    summary:
      "read, write V, cas [A B]: a read shows what was written last, a cas takes while A is there",
    words: { ...reads, ...writes, cas: "cas" },
    model: cell("cas-register", null),
    textOf: plainText,
  },
  {
    name: "register",
    summary: "read, write V",
    words: { ...reads, ...writes },
    model: cell("register", null),
    textOf: plainText,
  },
  {
    name: "kv",
    summary: "get, put V, append V on texts; a key that was never put is the empty text",
    words: { ...reads, ...writes, append: "append" },
    model: cell("kv", ""),
    textOf: (value) => (typeof value === "string" ? value : value === null ? "" : printEdn(value)),
  },
  {
    name: "redis-string",
    summary: "read, write V, append V, cas [A B], increment → N, delete → 0 or 1, on texts",
    words: {
      ...reads,
      ...writes,
      append: "append",
      cas: "cas",
      increment: "increment",
      delete: "delete",
    },
    model: redisString(),
    textOf: (value) => (typeof value === "string" ? value : plainText(value)),
  },
  {
    name: "counter",
    summary: "read, add N (increment: 1), subtract N: from 0 on",
    words: {
      ...reads,
      add: "add",
      inc: "add",
      increment: "add",
      incr: "add",
      subtract: "subtract",
      dec: "subtract",
      decrement: "subtract",
    },
    model: counter,
    textOf: numberText,
  },
  {
    name: "append",
    summary: "append V, read [V …]: one list a key",
    words: { ...reads, append: "append", add: "append" },
    model: list,
    textOf: elementText,
  },
  {
    name: "set",
    summary: "add V, read #{V …}",
    words: { ...reads, add: "add" },
    model: setOfValues,
    textOf: sortedText,
  },
  {
    name: "mutex",
    summary: "acquire, release",
    words: { acquire: "acquire", lock: "acquire", release: "release", unlock: "release" },
    model: mutex,
    textOf: () => null,
  },
  {
    name: "queue",
    summary: "enqueue V, dequeue → V, or nil if it is empty: first in, first out",
    words: { enqueue: "enqueue", dequeue: "dequeue" },
    model: queue,
    textOf: elementText,
  },
];

/** Operations whose completion has a value of its own; others repeat what was asked. */
const telling: readonly string[] = ["read", "dequeue", "delete", "increment"];

/** Throws HistoryError for an operation that the model does not know. */
export function judgedOf(
  history: readonly Recorded[],
  { name, words, textOf }: RecordedModel,
): Judged[] {
  return history.map((recorded) => {
    const { f: word, line, input, output, outcome, invokedOrder, completedOrder } = recorded;
    const f = words[word];
    if (f === undefined) {
      const known = Object.keys(words).join(", ");
      throw new HistoryError(line, `model ${name} does not know "${word}"; it knows ${known}`);
    }
    const base = { recorded, outcome, invokedOrder, completedOrder, f };
    if (f === "cas") {
      if (!Array.isArray(input) || input.length !== 2) {
        throw new HistoryError(
          line,
          `cas expects two values such as [1 2]; got ${printEdn(input)}`,
        );
      }
      const [from = null, to = null] = input as readonly Edn[];
      const answer = output === false ? false : undefined;
      return { ...base, argument: textOf(from), second: textOf(to), answer };
    }
    const tells = telling.includes(f) || (f === "add" && input === null && output !== null);
    const answer = outcome === "ok" && tells ? textOf(output) : undefined;
    return { ...base, argument: textOf(input), second: null, answer };
  });
}
