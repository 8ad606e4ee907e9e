import type { OperationInput } from "../../checker/history.ts";

/** What a workload may draw on when it makes an operation. */
export interface Draw {
  /** A number in [0, 1) from this shard's stream. */
  random(): number;
  /** A value that no other operation of the run writes. */
  uniqueValue(): string;
  /** Unix milliseconds now. */
  unixMs(): number;
}

/** One kind of load: how its keys are written and read. One file a kind; workloads/registry.ts lists them. */
export interface Workload {
  readonly kind: string;
  /** "cas" reads the key under WATCH first; all others are one request. */
  readonly write: "single" | "cas";
  /** After so many writes to one key the workload goes on with a fresh key, so that values stay short; Infinity: never. */
  readonly writesPerKey: number;
  /** The next write to the key. Called again, with new values, for every attempt. Not called for "cas". */
  makeWrite(key: string, draw: Draw): OperationInput;
}
