/**
 * Reads of the whole keyspace on primaries (DBSIZE, KEYS, RANDOMKEY, SCAN): they touch every key, so no search over single
 * keys can judge them. The log can: what was told must be the keyspace at one position, not before what was committed when
 * the read began, and on a majority of disks when the answer left.
 */
import type { CheckResult } from "../run.ts";
import { sayOperation, sayRequest, sayTime } from "./describe.ts";
import type { Operation } from "./history.ts";
import type { CommittedLog } from "./log/committedLog.ts";
import { firstPositionOf } from "./log/readPositions.ts";
import { quote } from "./models/model.ts";
import { Tally } from "./tally.ts";

export class KeyspaceReadsCheck {
  readonly tally: Tally = new Tally("keyspace-wide reads", "reads");
  private readonly committed: CommittedLog;
  private readonly toleratesStaleReads: boolean;
  private readonly fromPositions: Map<Operation, number> = new Map();

  constructor(committed: CommittedLog, toleratesStaleReads: boolean) {
    this.committed = committed;
    this.toleratesStaleReads = toleratesStaleReads;
  }

  operationInvoked(operation: Operation): void {
    if (operation.input.f !== "wide" || operation.readonlyReplica) return;
    const { entries } = this.committed.of(operation.shard);
    this.fromPositions.set(operation, entries.length - 1);
  }

  operationCompleted(operation: Operation): void {
    const from = this.fromPositions.get(operation);
    this.fromPositions.delete(operation);
    if (from === undefined || operation.outcome !== "ok") return;
    this.tally.examined++;
    const position = firstPositionOf(
      this.committed,
      operation,
      this.toleratesStaleReads ? 0 : from,
    );
    if (position === undefined) {
      const wasEarlier = firstPositionOf(this.committed, operation, 0) !== undefined;
      return this.report(
        operation,
        wasEarlier
          ? `which was true only before position ${from}, committed when the read began`
          : "which was true at no position of the log",
        wasEarlier ? "stale read" : "read of no prefix",
      );
    }
    const entry = this.committed.of(operation.shard).entries[position];
    if (entry === undefined || (entry.durableUs >= 0 && entry.durableUs <= operation.repliedUs))
      return;
    this.report(
      operation,
      `which is true from position ${position} on, before a majority of zones held that`,
      "dirty read",
    );
  }

  finish(): CheckResult {
    return this.tally.result(
      "every read of a whole keyspace told one position of the log, none too old and none too new",
      "no read of a whole keyspace was answered",
    );
  }

  private report(operation: Operation, why: string, signature: string): void {
    this.tally.violate(
      operation.completedUs,
      `${operation.node} answered ${sayRequest(operation)} with ${quote(operation.output)} at ${sayTime(operation.repliedUs)}, ${why}`,
      [sayOperation(operation)],
      signature,
      { operations: [operation.id] },
    );
  }
}
