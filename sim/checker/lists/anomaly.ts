/** What can be wrong with a history of list transactions, by the names that Adya and Elle gave it. */
import type { ListTransaction } from "./transaction.ts";

export type CycleName = "G0" | "G1c" | "G-single" | "G2-item";
/** What a cycle needs beside the transactions' own dependencies: the order of one process, or of real time. */
export type CycleVariant = "" | "-process" | "-realtime";

export type AnomalyName =
  | "duplicate elements"
  | "garbage read"
  | "incompatible order"
  | "internal"
  | "G1a"
  | "G1b"
  | "dirty update"
  | "lost update"
  | `${CycleName}${CycleVariant}`;

export interface Anomaly {
  readonly name: AnomalyName;
  /** Those at fault, in the order in which the explanation calls them T1, T2… */
  readonly transactions: readonly ListTransaction[];
  /** Sentences; the last one of a cycle ends in the contradiction. */
  readonly explanation: readonly string[];
}
