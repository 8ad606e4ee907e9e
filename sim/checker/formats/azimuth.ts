/** Our own history.jsonl (reports/jsonLines.ts): a header, then one operation a line. */
import type { KeyInput, Operation, StepOutput } from "../history.ts";
import { type Edn, Word } from "./edn.ts";
import { HistoryError } from "./historyError.ts";
import type { Recorded } from "./recorded.ts";

const SCHEMA = "azimuth-history/1";

export interface OwnHistory {
  readonly operations: readonly Operation[];
  /** Unix milliseconds at time 0, where the history was not made by the simulator. */
  readonly epochUnixMs: number | undefined;
  /** Line of each operation in the file. */
  readonly lines: ReadonlyMap<Operation, number>;
}

export function readOwnHistory(text: string): OwnHistory {
  const rows = text.split("\n");
  const header = parse(rows[0] ?? "", 1);
  if (header["schema"] !== SCHEMA) {
    throw new HistoryError(1, `expected the header of a history, {"schema":"${SCHEMA}",…}`);
  }
  const operations: Operation[] = [];
  const lines: Map<Operation, number> = new Map();
  rows.slice(1).forEach((row, index) => {
    if (row === "") return;
    const line = index + 2;
    const value = parse(row, line);
    for (const field of ["process", "invokedOrder", "completedOrder", "invokedUs", "completedUs"]) {
      if (typeof value[field] !== "number")
        throw new HistoryError(line, `${field} should be a number`);
    }
    const input = value["input"] as { readonly f?: unknown; readonly key?: unknown } | undefined;
    if (typeof input?.f !== "string" || typeof input.key !== "string") {
      throw new HistoryError(line, "input should tell f and key");
    }
    const operation = value as unknown as Operation;
    operations.push(operation);
    lines.set(operation, line);
  });
  if (operations.length !== header["operations"]) {
    throw new HistoryError(
      rows.length,
      `the header promises ${String(header["operations"])} operations, and ${operations.length} are there: is the file cut short?`,
    );
  }
  const epoch = header["epochUnixMs"];
  return { operations, lines, epochUnixMs: typeof epoch === "number" ? epoch : undefined };
}

function parse(row: string, line: number): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(row);
  } catch {
    throw new HistoryError(line, `this is no JSON: "${row.slice(0, 40)}"`);
  }
  if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  throw new HistoryError(line, "expected an object");
}

const names: Readonly<Record<string, string>> = {
  get: "read",
  set: "write",
  setUntil: "write-until",
  cas: "cas",
  append: "append",
  increment: "increment",
  delete: "delete",
  transaction: "txn",
  commands: "commands",
  flush: "flush",
  wide: "keyspace",
};

/** What concerns a group of keys, or all. */
const keyless: readonly string[] = ["transaction", "commands", "flush", "wide"];

/** For other formats. Reads of replicas are left out: they promise less, and no other format can say so. */
export function recordedOfOwn({ operations, lines }: OwnHistory): Recorded[] {
  const told = operations.filter((one) => !one.readonlyReplica);
  const processes = processesOf(told);
  return told.map((operation, id) => {
    const { input, outcome, invokedOrder, completedOrder } = operation;
    // EXEC refused: it surely did nothing, and says nothing about the value.
    const isRefused =
      outcome === "ok" &&
      operation.output === null &&
      (input.f === "cas" || input.f === "transaction");
    return {
      id,
      line: lines.get(operation) ?? 0,
      process: String(processes.get(operation)),
      f: names[input.f] as string,
      key: keyless.includes(input.f) ? "" : input.key,
      input: inputOf(operation),
      output: outcome === "ok" && !isRefused ? outputOf(operation) : null,
      outcome: isRefused ? "fail" : outcome === "open" ? "unknown" : outcome,
      invokedOrder,
      completedOrder,
      invokedNs: operation.invokedUs * 1000,
      completedNs: operation.completedUs * 1000,
    };
  });
}

/**
 * Elsewhere a process does one thing at a time, and nothing after an unknown outcome. Of a pipeline, whose operations run
 * together, all but the first get processes of their own.
 */
function processesOf(operations: readonly Operation[]): ReadonlyMap<Operation, number> {
  const freeFrom: Map<number, number> = new Map();
  const processes: Map<Operation, number> = new Map();
  let next = operations.reduce((most, { process }) => Math.max(most, process), 0) + 1;
  for (const operation of operations.toSorted((a, b) => a.invokedOrder - b.invokedOrder)) {
    const { invokedOrder, completedOrder, outcome } = operation;
    const isFree = (freeFrom.get(operation.process) ?? -1) < invokedOrder;
    const process = isFree ? operation.process : next++;
    const isKnown = outcome === "ok" || outcome === "fail";
    freeFrom.set(process, isKnown ? completedOrder : Infinity);
    processes.set(operation, process);
  }
  return processes;
}

function inputOf({ input }: Operation): Edn {
  switch (input.f) {
    case "set":
    case "append":
      return input.value;
    case "setUntil":
      return [input.value, input.untilUnixMs];
    case "cas":
      return [input.expected, input.value];
    case "transaction":
      return input.steps.map((step) => stepOf(step, undefined));
    case "commands":
      return input.requests;
    case "flush":
    case "wide":
      return input.command;
    case "get":
    case "dump":
    case "delete":
    case "increment":
      return null;
  }
}

function outputOf({ input, output }: Operation): Edn {
  if (input.f === "transaction") {
    const outputs = Array.isArray(output) ? (output as readonly StepOutput[]) : [];
    return input.steps.map((step, index) => stepOf(step, outputs[index]));
  }
  // The lengths that APPEND answers are told by no other format.
  if (input.f === "append" || input.f === "set") return input.value;
  return output;
}

/** A micro-operation as Elle has them; tokens closed by ";" are the elements of a list. */
function stepOf(step: KeyInput, output: StepOutput | undefined): Edn {
  const { key } = step;
  switch (step.f) {
    case "get":
      return [new Word(":r"), key, output === undefined ? null : elementsOf(output)];
    case "append":
      return [new Word(":append"), key, step.value.replace(/;$/, "")];
    case "set":
      return [new Word(":w"), key, step.value];
    case "setUntil":
      return [new Word(":w"), key, step.value, step.untilUnixMs];
    case "delete":
      return [new Word(":delete"), key, output ?? null];
    case "increment":
      return [new Word(":increment"), key, output ?? null];
  }
}

function elementsOf(output: StepOutput): Edn {
  if (output === null) return null;
  const text = String(output);
  return /^(?:[^;]+;)+$/.test(text) ? text.slice(0, -1).split(";") : text;
}
