/** No dirty reads: no reply reveals a value that a majority of zones did not hold when the reply left. */
import type { CheckResult } from "../run.ts";
import { sayOperation, sayRequest, sayTime } from "./describe.ts";
import type { Operation } from "./history.ts";
import type { LogDisks } from "./log/logDisks.ts";
import { type ValueIndex, wasDurableBy } from "./log/valueIndex.ts";
import { quote } from "./models/model.ts";
import { Tally } from "./tally.ts";

export class DirtyReadsCheck {
  readonly tally: Tally = new Tally("no dirty reads", "reads that found a value");
  private readonly disks: LogDisks;
  private readonly values: ValueIndex;

  constructor(disks: LogDisks, values: ValueIndex) {
    this.disks = disks;
    this.values = values;
  }

  operationCompleted(operation: Operation): void {
    const { input, output } = operation;
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

  finish(): CheckResult {
    return this.tally.result(
      "no reply revealed a value that a majority of zones did not hold",
      "no read found a value",
    );
  }
}
