/**
 * Sessions: the reads that one replica answered are sequentially consistent, and replies on a connection come in the order of
 * the requests. A replica's answers, to whomever, must fit one walk along prefixes of the
 * committed log that only grow, in which every process's reads stand in their order, and none shows what was not committed.
 */
import type { CheckResult } from "../run.ts";
import { sayOperation, sayRequest, sayTime } from "./describe.ts";
import type { Operation } from "./history.ts";
import type { CommittedLog } from "./log/committedLog.ts";
import { firstPositionOf, readsOf, valueAt } from "./log/readPositions.ts";
import { type ValueIndex, wasDurableBy } from "./log/valueIndex.ts";
import { quote } from "./models/model.ts";
import { ReplicaWalk, type Shown } from "./replicaWalk.ts";
import { Tally } from "./tally.ts";

export class SessionsCheck {
  readonly tally: Tally = new Tally("sessions", "replica reads and pipelines");
  private readonly committed: CommittedLog;
  private readonly values: ValueIndex;
  private readonly walks: Map<string, ReplicaWalk> = new Map();
  private readonly reads: Operation[] = [];

  constructor(committed: CommittedLog, values: ValueIndex) {
    this.committed = committed;
    this.values = values;
  }

  pipelineAnswered(): void {
    this.tally.examined++;
  }

  repliesAmiss(nowUs: number, node: string, sentence: string): void {
    const told = `${node} answered amiss at ${sayTime(nowUs)}: ${sentence}`;
    this.tally.violate(nowUs, told, [], "replies amiss");
  }

  operationCompleted(operation: Operation): void {
    if (!operation.readonlyReplica || operation.outcome !== "ok") return;
    if (readsOf(operation).length === 0) return;
    this.tally.examined++;
    this.reads.push(operation);
    this.claimShown(operation);
    this.place(this.walks, operation);
  }

  finish(): CheckResult {
    this.placeAllInOrder();
    return this.tally.result(
      "what every replica answered fits one walk along the committed log, and replies kept the order of their requests",
      "no replica answered a read, and no pipeline was sent",
    );
  }

  /** The committed log reaches at least as far as what was shown. */
  private claimShown(operation: Operation): void {
    const { completedUs, node } = operation;
    for (const { key, value } of readsOf(operation)) {
      if (typeof value !== "string") continue;
      const stored = wasDurableBy(this.values.find(key, value), completedUs);
      if (stored !== undefined)
        this.committed.claim(completedUs, node, stored.shard, stored.position);
    }
  }

  /** Once more in the order in which the answers left: some arrived later than others that they should have bound. */
  private placeAllInOrder(): void {
    if (this.tally.violation !== undefined) return;
    const walks: Map<string, ReplicaWalk> = new Map();
    this.reads.sort((a, b) => a.repliedUs - b.repliedUs || a.completedOrder - b.completedOrder);
    for (const operation of this.reads) this.place(walks, operation);
  }

  private place(walks: Map<string, ReplicaWalk>, operation: Operation): void {
    let walk = walks.get(operation.node);
    if (walk === undefined) {
      walk = new ReplicaWalk();
      walks.set(operation.node, walk);
    }
    const before = walk.before(operation);
    const shown = firstPositionOf(this.committed, operation, before.position);
    if (shown === undefined) this.report(operation, before);
    else {
      this.checkNotFuture(operation, shown);
      walk.add(operation, shown);
    }
  }

  /** What is absent bears no value by which another check could tell that it is absent too early. */
  private checkNotFuture(operation: Operation, position: number): void {
    const entry = this.committed.of(operation.shard).entries[position];
    if (entry === undefined) return;
    if (entry.durableUs >= 0 && entry.durableUs <= operation.repliedUs) return;
    this.tally.violate(
      operation.completedUs,
      `${operation.node} answered ${sayRequest(operation)} with ${quote(operation.output)} at ${sayTime(operation.repliedUs)}, which is true from position ${position} of shard ${operation.shard} on, before a majority of zones held that`,
      [sayOperation(operation)],
      "read from the future",
      { operations: [operation.id] },
    );
  }

  private report(operation: Operation, before: Shown): void {
    const reads = readsOf(operation);
    const details = [sayOperation(operation)];
    if (before.operation !== undefined) details.unshift(sayOperation(before.operation));
    const answered = `answered ${sayRequest(operation)} with ${quote(operation.output)}`;
    if (firstPositionOf(this.committed, operation, 0) === undefined) {
      const told = `${operation.node} ${answered} at ${sayTime(operation.repliedUs)}, which no prefix of the committed log says`;
      const about = { operations: [operation.id] };
      this.tally.violate(operation.completedUs, told, details, "read of no prefix", about);
      return;
    }
    const held = reads.map(({ key }) =>
      quote(valueAt(this.committed.versionsOf(operation.shard, key), before.position)),
    );
    const keys = reads.length === 1 ? "the key holds" : "the keys hold";
    const other = before.operation?.process;
    const whom = other === operation.process ? "" : ` to process ${other}`;
    this.tally.violate(
      operation.completedUs,
      `${operation.node} went back in time for process ${operation.process}: it had shown position ${before.position}${whom}, where ${keys} ${held.join(", ")}, and then ${answered}`,
      details,
      "back in time",
      {
        operations: [
          operation.id,
          ...(before.operation === undefined ? [] : [before.operation.id]),
        ],
      },
    );
  }
}
