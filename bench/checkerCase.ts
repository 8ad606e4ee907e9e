/** The linearizability check alone, on a generated history: sorting, parting by key and search. */
import seedrandom from "seedrandom";
import { checkHistory, defaultLimit } from "../sim/checker/linearizability.ts";
import type { Operation, OperationInput, OperationOutput } from "../sim/checker/history.ts";
import { redisString } from "../sim/checker/models/redisString.ts";
import type { CheckerCase } from "./cases.ts";
import type { Counted } from "./measured.ts";

const READ_RATIO = 0.8;

/** Generates before it is called: `check` is what is measured. */
export function checkerCase(which: CheckerCase): () => Counted {
  const history = historyOf(which);
  return () => {
    const result = checkHistory(history, {
      modelOf: () => redisString,
      limit: defaultLimit,
      toleratesStaleReads: false,
    });
    return {
      simulatedSeconds: 0,
      steps: 0,
      events: 0,
      operations: result.examined,
      syncs: 0,
      verdict: result.verdict,
    };
  };
}

/** Each operation takes effect at a random moment between its invocation and its completion. */
function historyOf(which: CheckerCase): readonly Operation[] {
  const { operations: count, clients } = which;
  const random = seedrandom.alea("bench");
  const starts: number[] = [];
  const ends: number[] = [];
  const effects: number[] = [];
  const clientFreeUs = Array.from({ length: clients }, () => 0);
  for (let id = 0; id < count; id++) {
    const client = id % clients;
    const startUs = (clientFreeUs[client] as number) + 100 + random() * 2000;
    const endUs = startUs + 500 + random() * 3000;
    clientFreeUs[client] = endUs;
    starts.push(startUs);
    ends.push(endUs);
    effects.push(startUs + (endUs - startUs) * random());
  }
  // Clients share the text of a key, as those of a run do.
  const keys = Array.from({ length: which.keys }, (_, rank) => `key-${rank}`);
  const inputs = starts.map((_, id) => inputOf(id, keys, which.isEven, random));
  const outputs = outputsOf(inputs, effects);
  const orders = ordersOf(starts, ends);
  return inputs.map((input, id) => {
    const times = {
      startUs: Math.floor(starts[id] as number),
      endUs: Math.floor(ends[id] as number),
    };
    const output = outputs[id] as OperationOutput;
    return operationOf(id, id % clients, input, output, times, orders[id] as readonly number[]);
  });
}

function inputOf(
  id: number,
  keys: readonly string[],
  isEven: boolean,
  random: () => number,
): OperationInput {
  if (isEven) {
    const key = keys[Math.floor(random() * keys.length)] as string;
    return random() < 0.5 ? { f: "get", key } : { f: "set", key, value: `value-${id}` };
  }
  // The hottest key gets about a third of the operations.
  const rank = Math.floor(keys.length ** random()) - 1;
  const key = keys[rank] as string;
  if (random() < READ_RATIO) return { f: "get", key };
  return rank % 2 === 0 ? { f: "set", key, value: `value-${id}` } : { f: "increment", key };
}

/** The numbers of invocation and completion among all events. */
function ordersOf(starts: readonly number[], ends: readonly number[]): readonly number[][] {
  const events = Float64Array.from([...starts, ...ends].keys());
  const timeOf = (event: number): number =>
    (event < starts.length ? starts[event] : ends[event - starts.length]) as number;
  events.sort((left, right) => timeOf(left) - timeOf(right));
  const orders = starts.map(() => [0, 0]);
  events.forEach((event, order) => {
    const own = orders[event % starts.length] as number[];
    own[event < starts.length ? 0 : 1] = order;
  });
  return orders;
}

function outputsOf(
  inputs: readonly OperationInput[],
  effects: readonly number[],
): readonly OperationOutput[] {
  const order = inputs.map((_, id) => id);
  order.sort((a, b) => (effects[a] as number) - (effects[b] as number));
  const states: Map<string, string> = new Map();
  const outputs: OperationOutput[] = inputs.map(() => null);
  for (const id of order) {
    const input = inputs[id] as OperationInput;
    const state = states.get(input.key);
    if (input.f === "get") {
      outputs[id] = state ?? null;
    } else if (input.f === "set") {
      states.set(input.key, input.value);
    } else {
      const next = Number(state ?? 0) + 1;
      states.set(input.key, String(next));
      outputs[id] = next;
    }
  }
  return outputs;
}

// oxlint-disable-next-line max-params -- the fields that differ
function operationOf(
  id: number,
  process: number,
  input: OperationInput,
  output: OperationOutput,
  { startUs, endUs }: { readonly startUs: number; readonly endUs: number },
  [invokedOrder = 0, completedOrder = 0]: readonly number[],
): Operation {
  return {
    id,
    offered: id,
    process,
    shard: 0,
    input,
    output,
    outcome: "ok",
    dueUs: startUs,
    invokedUs: startUs,
    completedUs: endUs,
    repliedUs: endUs,
    invokedOrder,
    completedOrder,
    node: "db-0-a",
    readonlyReplica: false,
    error: "",
  };
}
