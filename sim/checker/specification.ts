/**
 * The checker for anybody's history: calls with times, judged against a sequential specification that the caller writes. The
 * same search that judges Azimuth, behind a smaller door.
 */
import type { CheckResult } from "../run.ts";
import type { Impossible } from "./firstImpossible.ts";
import { KeyFeed } from "./keyFeed.ts";
import type { Identity, Model } from "./models/model.ts";

/** What one client asked, when, and what it was told. Times are numbers of any one unit; intervals are closed. */
export interface Call<I, A> {
  /** Who asked; one call at a time. */
  readonly process: string | number;
  readonly input: I;
  /** Undefined unless the outcome is "ok". */
  readonly output: A | undefined;
  /** ok: answered. fail: surely without effect. unknown: may have had its effect, or may have it yet. */
  readonly outcome: "ok" | "fail" | "unknown";
  readonly invoked: number;
  /** When it was answered or given up. */
  readonly completed: number;
}

/** What the system would do if it were one machine that does one thing at a time. */
export interface Specification<I, A, S> {
  readonly initial: S;
  /**
   * The state after a call, or undefined if `output` is not what a right system answers in this state. `output` is
   * undefined where nobody knows the answer: then only the effect counts. Pure.
   */
  step(state: S, input: I, output: A | undefined): S | undefined;
  /** True of a call that never changes the state. */
  isRead(input: I): boolean;
  /** Calls with different keys have nothing to do with each other, and are judged apart. Left out: all belong together. */
  readonly keyOf?: (input: I) => string;
  /** For messages; JSON without it. */
  readonly sayInput?: (input: I) => string;
  readonly sayState?: (state: S) => string;
}

export interface CheckOptions {
  /** States that the search of one answer may look at before it gives up: the verdict is "unknown" then. */
  readonly limit?: number;
  /** For messages: the number itself without it. */
  readonly sayTime?: (time: number) => string;
}

const standardLimit = 100_000;

interface Timed<I, A> {
  readonly call: Call<I, A>;
  readonly outcome: "ok" | "fail" | "unknown";
  readonly invokedOrder: number;
  readonly completedOrder: number;
}

/** Whether there is an order of the calls, each between its invocation and its answer, that the specification allows. */
export function checkCalls<I, A, S>(
  calls: readonly Call<I, A>[],
  specification: Specification<I, A, S>,
  options: CheckOptions = {},
): CheckResult {
  const limit = options.limit ?? standardLimit;
  const feeds = feedsOf(calls, specification, limit);
  const examined = calls.filter((call) => call.outcome === "ok").length;
  const base = { name: "linearizability", examined, unit: "answers" };
  let explored = 0;
  let undecided = 0;
  let first: Impossible<S, Timed<I, A>> | undefined;
  for (const feed of feeds.values()) {
    feed.drain(true);
    explored += feed.explored;
    if (feed.verdict === "undecided") undecided += 1;
    const found = feed.impossible;
    if (found === undefined) continue;
    if (first === undefined || found.operation.completedOrder < first.operation.completedOrder)
      first = found;
  }
  if (first !== undefined) return { ...base, ...tell(first, specification, options) };
  if (undecided > 0) {
    const sentence = `${undecided} of ${feeds.size} keys were not decided within ${limit} states an answer; no violation in the rest`;
    return { ...base, verdict: "unknown", sentence };
  }
  if (examined === 0)
    return { ...base, verdict: "nothing examined", sentence: "no call was answered" };
  const sentence = `every answer fits one order of the calls (${feeds.size} keys, ${explored} states searched)`;
  return { ...base, verdict: "ok", sentence };
}

function feedsOf<I, A, S>(
  calls: readonly Call<I, A>[],
  specification: Specification<I, A, S>,
  limit: number,
): Map<string, KeyFeed<S, Timed<I, A>>> {
  const model = modelOf(specification);
  const feeds: Map<string, KeyFeed<S, Timed<I, A>>> = new Map();
  for (const { operation, isCompletion } of eventsOf(calls)) {
    const key = specification.keyOf?.(operation.call.input) ?? "";
    let feed = feeds.get(key);
    if (feed === undefined) {
      feed = new KeyFeed(model, { limit, toleratesStaleReads: false });
      feeds.set(key, feed);
    }
    if (isCompletion) feed.complete(operation);
    else feed.invoke(operation);
  }
  return feeds;
}

/** Invocations and completions in the order of time; at one moment the invocations come first, since intervals are closed. */
function eventsOf<I, A>(
  calls: readonly Call<I, A>[],
): { readonly operation: Timed<I, A>; readonly isCompletion: boolean }[] {
  const events: { time: number; index: number; isCompletion: boolean }[] = [];
  calls.forEach((call, index) => {
    events.push({ time: call.invoked, index, isCompletion: false });
    if (call.outcome === "ok") events.push({ time: call.completed, index, isCompletion: true });
  });
  events.sort((a, b) => a.time - b.time || Number(a.isCompletion) - Number(b.isCompletion));
  const orders = calls.map(() => ({ invokedOrder: -1, completedOrder: -1 }));
  events.forEach(({ index, isCompletion }, order) => {
    const own = orders[index] as (typeof orders)[number];
    if (isCompletion) own.completedOrder = order;
    else own.invokedOrder = order;
  });
  const operations = calls.map((call, index): Timed<I, A> => {
    const own = orders[index] as (typeof orders)[number];
    return { call, outcome: call.outcome, ...own };
  });
  return events.map(({ index, isCompletion }) => ({
    operation: operations[index] as Timed<I, A>,
    isCompletion,
  }));
}

function modelOf<I, A, S>(specification: Specification<I, A, S>): Model<S, Timed<I, A>> {
  return {
    name: "specification",
    initial: specification.initial,
    identify: (state) => identityOf(state),
    step: (state, { call, outcome }) =>
      specification.step(state, call.input, outcome === "ok" ? call.output : undefined),
    isRead: ({ call }) => specification.isRead(call.input),
    isPure: ({ call, outcome }) => outcome === "ok" && specification.isRead(call.input),
    areTwins: (left, right) =>
      left.outcome === right.outcome &&
      JSON.stringify([left.call.input, left.call.output]) ===
        JSON.stringify([right.call.input, right.call.output]),
    describe: (state) => specification.sayState?.(state) ?? JSON.stringify(state),
  };
}

function identityOf(state: unknown): Identity {
  if (state === null || typeof state === "number") return state;
  return JSON.stringify(state);
}

function tell<I, A, S>(
  { operation, states, overlapping }: Impossible<S, Timed<I, A>>,
  specification: Specification<I, A, S>,
  options: CheckOptions,
): Pick<CheckResult, "verdict" | "sentence" | "signature" | "atUs" | "details"> {
  const sayInput = (input: I): string => specification.sayInput?.(input) ?? JSON.stringify(input);
  const sayTime = options.sayTime ?? String;
  const sayState = (state: S): string => specification.sayState?.(state) ?? JSON.stringify(state);
  const sayCall = ({ call }: Timed<I, A>): string => {
    const answer = call.outcome === "ok" ? JSON.stringify(call.output) : `outcome ${call.outcome}`;
    return `${sayInput(call.input)} → ${answer} (process ${call.process}, ${sayTime(call.invoked)} to ${sayTime(call.completed)})`;
  };
  const { call } = operation;
  const held = states.slice(0, 4).map(sayState).join(" or ");
  const more = states.length > 4 ? ` or ${states.length - 4} others` : "";
  return {
    verdict: "violation",
    sentence: `${sayInput(call.input)} was answered ${JSON.stringify(call.output)} at ${sayTime(call.completed)}, which no order of the calls allows: the state was ${held}${more}, and nothing pending explains the answer`,
    signature: `impossible answer to a ${specification.isRead(call.input) ? "read" : "change"}`,
    atUs: call.completed,
    details: [
      `impossible: ${sayCall(operation)}`,
      ...states.slice(0, 16).map((state) => `possible state before it: ${sayState(state)}`),
      ...overlapping.slice(0, 16).map((other) => `overlapping: ${sayCall(other)}`),
    ],
  };
}
