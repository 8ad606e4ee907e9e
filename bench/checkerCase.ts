/** The linearizability check alone, on a generated history: as many clients as a scenario has, on keys as hot as there. */
import seedrandom from "seedrandom";
import { checkHistory, defaultLimit } from "../sim/checker/linearizability.ts";
import type { Operation, OperationInput, OperationOutput } from "../sim/checker/history.ts";
import { redisString } from "../sim/checker/models/redisString.ts";
import type { Counted } from "./measured.ts";

const CLIENTS = 12;
const KEYS = 16;
const READ_RATIO = 0.8;

/** Generates before it is called: `check` is what is measured. */
export function checkerCase(operations: number): () => Counted {
  const history = historyOf(operations);
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
function historyOf(count: number): readonly Operation[] {
  const random = seedrandom.alea("bench");
  const starts: number[] = [];
  const ends: number[] = [];
  const effects: number[] = [];
  const clientFreeUs = Array.from({ length: CLIENTS }, () => 0);
  for (let id = 0; id < count; id++) {
    const client = id % CLIENTS;
    // Odd and fractional parts keep all times apart, as the orders of a real history are.
    const startUs = (clientFreeUs[client] as number) + 100 + random() * 2000;
    const endUs = startUs + 500 + random() * 3000;
    clientFreeUs[client] = endUs;
    starts.push(startUs);
    ends.push(endUs);
    effects.push(startUs + (endUs - startUs) * random());
  }
  const inputs = starts.map((_, id) => inputOf(id, random));
  const outputs = outputsOf(inputs, effects);
  return inputs.map((input, id) =>
    operationOf(
      id,
      input,
      outputs[id] as OperationOutput,
      starts[id] as number,
      ends[id] as number,
    ),
  );
}

function inputOf(id: number, random: () => number): OperationInput {
  // The hottest key gets about a third of the operations.
  const rank = Math.floor(KEYS ** random()) - 1;
  if (random() < READ_RATIO) return { f: "get", key: `key-${rank}` };
  return rank % 2 === 0
    ? { f: "set", key: `key-${rank}`, value: `value-${id}` }
    : { f: "increment", key: `key-${rank}` };
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
  input: OperationInput,
  output: OperationOutput,
  startUs: number,
  endUs: number,
): Operation {
  return {
    id,
    offered: id,
    process: id % CLIENTS,
    shard: 0,
    input,
    output,
    outcome: "ok",
    dueUs: startUs,
    invokedUs: startUs,
    completedUs: endUs,
    repliedUs: endUs,
    invokedOrder: startUs,
    completedOrder: endUs,
    node: "db-0-a",
    readonlyReplica: false,
    error: "",
  };
}
