import type { OperationInput, OperationOutput } from "../../checker/history.ts";

/** What a workload may draw on when it makes an operation. */
export interface Draw {
  /** A number in [0, 1) from this operation's own stream. */
  random(): number;
  /** A value that no other operation of the run writes. */
  uniqueValue(): string;
  /** Unix milliseconds now. */
  unixMs(): number;
}

/** What its operations are held against: see sim/checker/models. */
export type Specification =
  | "string"
  | "expiring string"
  | "evictable string"
  | "group"
  | "lists"
  | "users"
  | "executor";

/** A read whose keys are watched from before it until the write that follows on the same connection; without keys: a login there. */
export interface WatchedRead {
  readonly watch: readonly string[];
  readonly input: OperationInput;
}

/** What a watched read found. */
export interface Seen {
  readonly watch: readonly string[];
  readonly input: OperationInput;
  readonly output: OperationOutput;
}

/** One kind of load: how its keys are written and read. One file a kind; workloads/registry.ts lists them. */
export interface Workload {
  readonly kind: string;
  readonly specification: Specification;
  /** After so many writes to one key the workload goes on with a fresh key, so that values stay short; Infinity: never. */
  readonly writesPerKey: number;
  /** The next read of the key, or of the group that it names. Called again for every attempt, as all of these are. */
  readonly makeRead: (key: string, draw: Draw) => OperationInput;
  /** The read of a replica, where it is another: what is read there is judged by the log, which knows keys and values only. */
  readonly makeReplicaRead?: (key: string, draw: Draw) => OperationInput;
  /** The read of everything that the key, or the group, holds: for the scan of the last phase. */
  makeScan(key: string): OperationInput;
  /** A kind that has this reads under WATCH, or logs in, before it writes; undefined: not this time. */
  readonly makeWatchedRead?: (key: string, draw: Draw) => WatchedRead | undefined;
  /** The next write. `seen` is what the watched read found, of kinds that have one. */
  makeWrite(key: string, draw: Draw, seen: Seen | undefined): OperationInput;
}
