/** What the open loop offered: it is due when it is due, whether or not a client is free. */

export type Access = "write" | "read" | "replica read";

export interface OfferedOperation {
  readonly id: number;
  readonly shard: number;
  readonly access: Access;
  readonly key: string;
  readonly dueUs: number;
  /** When its last attempt ended; -1 while it waits or runs. Latency = endUs − dueUs − earlierRoundsUs. */
  readonly endUs: number;
  /** What a compare-and-set spent on WATCH and GET before the write itself was sent: a read's time, not the write's. */
  readonly earlierRoundsUs: number;
  /** waiting: queued or running. ok: one attempt was answered. unknown: none was, and one may have run. failed: surely none ran. */
  readonly outcome: "waiting" | "ok" | "unknown" | "failed";
  /** A read of the last phase, which looks for every acknowledged write. */
  readonly isScan: boolean;
}
