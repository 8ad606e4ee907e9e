/**
 * A history: what clients asked, when, and what they were told. The checkers see this and nothing of the engine.
 * Each retry of a client is an operation of its own (PROTOCOL rule 18).
 */

/** A command on one key, by its meaning, apart from the engine's names. Arguments and results are latin1 strings. */
export type KeyInput =
  | { readonly f: "get"; readonly key: string }
  | { readonly f: "set"; readonly key: string; readonly value: string }
  /** SET key value PXAT atMs: the value may vanish from its deadline on. */
  | {
      readonly f: "setUntil";
      readonly key: string;
      readonly value: string;
      readonly untilUnixMs: number;
    }
  | { readonly f: "delete"; readonly key: string }
  | { readonly f: "increment"; readonly key: string }
  | { readonly f: "append"; readonly key: string; readonly value: string };

/** WATCH, GET, MULTI, SET, EXEC as one: set to `value` if the key still holds `expected` (null: absent). */
export interface CasInput {
  readonly f: "cas";
  readonly key: string;
  readonly expected: string | null;
  readonly value: string;
}

/** Several commands on keys of one group, all at once or not at all. */
export interface TransactionInput {
  readonly f: "transaction";
  /** The group, whose name is no key. */
  readonly key: string;
  /** What keys under WATCH were read to hold: nothing is executed if they were touched since. */
  readonly watched: readonly Watched[];
  readonly steps: readonly KeyInput[];
  /** How it is asked for: MULTI and EXEC; MGET or a script by EVAL_RO, if all steps are reads; MULTI and DISCARD, which executes nothing. */
  readonly way: "multi" | "mget" | "script" | "discard";
  /** Empty loops that the script makes. */
  readonly loops?: number;
}

export interface Watched {
  readonly key: string;
  readonly value: string | null;
}

/** Redis commands as they are sent, on keys of one group, for which there is no model. */
export interface CommandsInput {
  readonly f: "commands";
  /** The group. */
  readonly key: string;
  readonly requests: readonly (readonly string[])[];
  /** Inside MULTI and EXEC; else there is one request. */
  readonly isAtomic: boolean;
  /** None of them asks for a change. */
  readonly isRead: boolean;
  /** By the user that has logged in on this connection; of AUTH: the connection that it is. */
  readonly session?: string;
  /** Queued by MULTI behind the AUTH of that connection; the operation that has no requests of its own is the EXEC. */
  readonly queued?: readonly (readonly string[])[];
}

/** What a key of a group holds, of any type: GET and DUMP at one moment. */
export interface DumpInput {
  readonly f: "dump";
  readonly key: string;
}

/** Empties the whole shard, of its keys or of its libraries of functions. The key only says which. */
export interface FlushInput {
  readonly f: "flush";
  readonly key: string;
  readonly command: "FLUSHALL" | "FLUSHDB" | "FUNCTION FLUSH";
}

/** GET of the key and a read of the whole keyspace at one moment: MULTI, GET, the command, EXEC. */
export interface WideInput {
  readonly f: "wide";
  readonly key: string;
  readonly command: WideCommand;
}

/** SCAN in one step, KEYS of everything. */
export type WideCommand = "DBSIZE" | "KEYS" | "RANDOMKEY" | "SCAN";

export type OperationInput =
  | KeyInput
  | CasInput
  | TransactionInput
  | CommandsInput
  | DumpInput
  | FlushInput
  | WideInput;

/** As OperationOutput of a command on one key; an increment of what is no number has the error as text. */
export type StepOutput = string | number | null;

/**
 * null: absent. For dump: the bytes of a string, or the payload of DUMP without its footer. For delete, increment and append: the integer reply. For cas: true if it took, false if it found another
 * value, null if EXEC refused because the key had been touched, which says nothing about its value.
 * An append whose reply is not known to the history has null.
 * For a transaction: the output of every step, or null if EXEC refused or DISCARD ended it. For commands: the bytes of
 * every reply. For a wide read: the key's value, and behind it the count of keys, a key or null, or all keys, sorted.
 */
export type OperationOutput = StepOutput | boolean | readonly StepOutput[];

/** True if the input asks for no change. */
export function isReadInput(input: OperationInput): boolean {
  if (input.f === "commands") return input.isRead;
  if (input.f !== "transaction")
    return input.f === "get" || input.f === "dump" || input.f === "wide";
  return input.way === "discard" || input.steps.every((step) => step.f === "get");
}

/** The keys that an operation names, some perhaps twice. */
export function keysOf(input: OperationInput): readonly string[] {
  if (input.f !== "transaction") return [input.key];
  return [...input.watched, ...input.steps].map(({ key }) => key);
}

const OTHER_INPUTS: ReadonlySet<OperationInput["f"]> = new Set([
  "transaction",
  "cas",
  "commands",
  "dump",
  "flush",
  "wide",
]);

/** Single commands on one key: what a plain operation is, and what the steps of a transaction are. */
export function isKeyInput(input: OperationInput): input is KeyInput {
  return !OTHER_INPUTS.has(input.f);
}

/** Calls with every command on one key that was executed and answered, and its answer; a transaction's are its steps. */
export function forEachAnswered(
  { input, output, outcome }: Operation,
  call: (step: KeyInput, output: StepOutput) => void,
): void {
  if (outcome !== "ok") return;
  if (isKeyInput(input)) call(input, output as StepOutput);
  else if (input.f === "wide")
    call({ f: "get", key: input.key }, (output as readonly StepOutput[])[0] ?? null);
  else if (input.f === "transaction" && Array.isArray(output)) {
    input.steps.forEach((step, index) => call(step, output[index] as StepOutput));
  }
}

/**
 * ok: answered, `output` holds. fail: surely not executed (an error that promises so, or never sent).
 * unknown: timed out, connection lost, or an answer that promises nothing. open: still running at the end of the run.
 */
export type Outcome = "ok" | "fail" | "unknown" | "open";

export interface Operation {
  readonly id: number;
  /** The offered operation that this is an attempt of; it counts as acknowledged if one of its attempts was. */
  readonly offered: number;
  /** A client connection's logical process; one operation at a time. After an unknown outcome the process number changes. */
  readonly process: number;
  readonly shard: number;
  readonly input: OperationInput;
  readonly output: OperationOutput;
  readonly outcome: Outcome;
  /** When it was due: latencies count from here (open loop). */
  readonly dueUs: number;
  readonly invokedUs: number;
  /** -1 while open; for unknown outcomes the time the client gave up. */
  readonly completedUs: number;
  /** True time at which the answer left the node; -1 without one. Durability is judged at this moment. */
  readonly repliedUs: number;
  /** Order of invocation and completion among all events, to break ties of equal times; intervals are closed. */
  readonly invokedOrder: number;
  readonly completedOrder: number;
  /** The node it was sent to. */
  readonly node: string;
  /** Sent to a replica on a READONLY connection: judged by session order, not by linearizability. */
  readonly readonlyReplica: boolean;
  /** Error text or reason, "" if none. */
  readonly error: string;
}
