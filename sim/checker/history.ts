/**
 * A history: what clients asked, when, and what they were told. The checkers see this and nothing of the engine.
 * Each retry of a client is an operation of its own (PROTOCOL rule 18).
 */

/** Commands by their meaning, apart from the engine's names. Arguments and results are latin1 strings. */
export type OperationInput =
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
  | { readonly f: "append"; readonly key: string; readonly value: string }
  /** WATCH, GET, MULTI, SET, EXEC as one: set to `value` if the key still holds `expected` (null: absent). */
  | {
      readonly f: "cas";
      readonly key: string;
      readonly expected: string | null;
      readonly value: string;
    };

/**
 * null: absent. For delete, increment and append: the integer reply. For cas: true if it took, false if it found another
 * value, null if EXEC refused because the key had been touched, which says nothing about its value.
 * An append whose reply is not known to the history has null.
 */
export type OperationOutput = string | number | boolean | null;

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
