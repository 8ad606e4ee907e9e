/**
 * No dirty reads: no reply reveals a change that a majority of zones did not hold when the reply left, be it by a value or
 * by an EXEC that refused because its watched key had changed.
 */
import type { CheckResult } from "../run.ts";
import { sayOperation, sayRequest, sayTime } from "./describe.ts";
import type { Operation } from "./history.ts";
import type { LogDisks, StoredEntry } from "./log/logDisks.ts";
import { type ValueIndex, wasDurableBy } from "./log/valueIndex.ts";
import { quote } from "./models/model.ts";
import { Tally } from "./tally.ts";

export class DirtyReadsCheck {
  readonly tally: Tally = new Tally(
    "no dirty reads",
    "reads that found a value and refused transactions",
  );
  private readonly disks: LogDisks;
  private readonly values: ValueIndex;

  constructor(disks: LogDisks, values: ValueIndex) {
    this.disks = disks;
    this.values = values;
  }

  operationCompleted(operation: Operation): void {
    const { input, output } = operation;
    if (input.f === "cas" && operation.outcome === "ok" && output === null) {
      this.refused(operation, input.key, input.expected);
      return;
    }
    if (operation.outcome !== "ok" || input.f !== "get" || typeof output !== "string") return;
    this.tally.examined++;
    const candidates = this.values.find(input.key, output);
    if (wasDurableBy(candidates, operation.repliedUs) !== undefined) return;
    const newest = candidates[candidates.length - 1];
    const where =
      newest === undefined
        ? "no log entry on any disk holds it"
        : `its log entry lies on ${this.disks.sayCopies(newest)}`;
    this.tally.violate(
      operation.completedUs,
      `${sayRequest(operation)} revealed ${quote(output)} at ${operation.node} at ${sayTime(operation.repliedUs)} before a majority of zones held it: ${where}`,
      [sayOperation(operation)],
    );
  }

  /** Something must have changed the key since the value that was read under WATCH, and be durable. */
  private refused(operation: Operation, key: string, expected: string | null): void {
    this.tally.examined++;
    const read = expected === null ? undefined : this.values.find(key, expected).at(-1);
    const changes = this.values.changesOf(key);
    for (let index = changes.length - 1; index >= 0; index--) {
      const change = changes[index] as StoredEntry;
      if (change.position <= (read?.position ?? 0)) continue;
      if (change.durableUs >= 0 && change.durableUs <= operation.repliedUs) return;
    }
    this.tally.violate(
      operation.completedUs,
      `${operation.node} refused ${sayRequest(operation)} at ${sayTime(operation.repliedUs)}, which revealed a change of the key, before a majority of zones held any`,
      [sayOperation(operation)],
    );
  }

  finish(): CheckResult {
    return this.tally.result(
      "no reply revealed a change that a majority of zones did not hold",
      "no read found a value",
    );
  }
}
