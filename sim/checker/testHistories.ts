/** For tests: small histories by chance, most of them nearly right, so that both verdicts are common. */
import type { Operation, OperationInput, OperationOutput } from "./history.ts";
import type { Model, State } from "./models/model.ts";
import { redisString } from "./models/redisString.ts";
import { operationOf } from "./testOperations.ts";

export type Family = "register" | "counter" | "append";

export interface HistoryShape {
  readonly family: Family;
  readonly operations: number;
  /** Operations are as long as so many of them take to begin. */
  readonly overlap: number;
  readonly unknownRatio: number;
  /** Share of answers that are drawn instead of true. */
  readonly lieRatio: number;
}

/** Numbers from 0 to 1 from a seed, without a library: tests of the checker draw by the thousand million. */
export function lcg(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}

interface Drawn {
  readonly input: OperationInput;
  readonly start: number;
  readonly end: number;
  readonly effect: number;
  readonly isUnknown: boolean;
}

/** Each operation takes effect somewhere in its interval; one of unknown outcome perhaps never. */
export function randomHistory(random: () => number, shape: HistoryShape): Operation[] {
  const drawn: Drawn[] = [];
  for (let index = 0; index < shape.operations; index++) {
    const start = 1 + index * 1000 + Math.floor(random() * 900);
    const end = start + 1 + Math.floor(random() * 1000 * shape.overlap);
    const isUnknown = random() < shape.unknownRatio;
    const effect = isUnknown && random() < 0.5 ? Infinity : start + (end - start) * random();
    drawn.push({ input: inputOf(random, shape.family, index), start, end, effect, isUnknown });
  }
  const outputs = trueOutputs(drawn);
  return drawn.map(({ input, start, end, isUnknown }, index) => {
    if (isUnknown) return operationOf(input, null, start, end, "unknown");
    const lies = random() < shape.lieRatio;
    const output = lies ? lie(random, input, drawn) : (outputs[index] as OperationOutput);
    return operationOf(input, output, start, end);
  });
}

function trueOutputs(drawn: readonly Drawn[]): readonly OperationOutput[] {
  const model: Model<State> = redisString;
  const outputs: OperationOutput[] = drawn.map(() => null);
  const order = drawn.map((_, index) => index);
  order.sort((a, b) => (drawn[a]?.effect ?? 0) - (drawn[b]?.effect ?? 0));
  let state = model.initial;
  for (const index of order) {
    const { input, effect } = drawn[index] as Drawn;
    if (effect === Infinity) break;
    outputs[index] = truth(input, state);
    state = model.step(state, operationOf(input, null, 0, 1, "unknown")) ?? state;
  }
  return outputs;
}

function inputOf(random: () => number, family: Family, index: number): OperationInput {
  const value = "abc"[Math.floor(random() * 3)] ?? "a";
  const kind = random();
  if (kind < 0.4) return { f: "get", key: "k" };
  if (family === "register") {
    if (kind < 0.7) return { f: "set", key: "k", value };
    if (kind < 0.75) return { f: "delete", key: "k" };
    return {
      f: "cas",
      key: "k",
      expected: kind < 0.8 ? null : value,
      value: "abc"[index % 3] ?? "",
    };
  }
  if (family === "counter") return { f: "increment", key: "k" };
  if (kind < 0.93) return { f: "append", key: "k", value: kind < 0.6 ? value : `${index};` };
  return { f: "set", key: "k", value };
}

function truth(input: OperationInput, state: State): OperationOutput {
  switch (input.f) {
    case "get":
      return state;
    case "delete":
      return state === null ? 0 : 1;
    case "increment":
      return Number(state ?? 0) + 1;
    case "append":
      return String(state ?? "").length + input.value.length;
    case "cas":
      return state === input.expected;
    case "set":
    case "setUntil":
    case "transaction":
    case "commands":
    case "dump":
    case "flush":
    case "wide":
      return null;
  }
}

function lie(
  random: () => number,
  input: OperationInput,
  drawn: readonly Drawn[],
): OperationOutput {
  const other = drawn[Math.floor(random() * drawn.length)]?.input;
  const number = 1 + Math.floor(random() * 4);
  switch (input.f) {
    case "get":
      return other !== undefined && "value" in other ? other.value : random() < 0.5 ? null : "1";
    case "delete":
      return random() < 0.5 ? 0 : 1;
    case "increment":
    case "append":
      return number;
    case "cas":
      return random() < 0.3 ? null : random() < 0.5;
    case "set":
    case "setUntil":
    case "transaction":
    case "commands":
    case "dump":
    case "flush":
    case "wide":
      return null;
  }
}
