/**
 * No dirty reads: no reply reveals a change that a majority of zones did not hold when the reply left, be it by a value, by
 * a key that was not there any more, or by an EXEC that refused because its watched key had changed.
 */
import type { CheckResult } from "../run.ts";
import { sayOperation, sayRequest, sayTime } from "./describe.ts";
import { forEachAnswered, isReadInput, type Operation } from "./history.ts";
import type { CommittedLog, Version } from "./log/committedLog.ts";
import { entryOf, type LogDisks, type StoredEntry } from "./log/logDisks.ts";
import { type ValueIndex, wasDurableBy } from "./log/valueIndex.ts";
import { quote } from "./models/model.ts";
import { Tally } from "./tally.ts";

/** A primary answered that a key is not there. */
interface Absence {
  readonly operation: Operation;
  readonly key: string;
}

export class DirtyReadsCheck {
  readonly tally: Tally = new Tally(
    "no dirty reads",
    "reads that found a value, keys that were not there and refused transactions",
  );
  private readonly disks: LogDisks;
  private readonly values: ValueIndex;
  private readonly committed: CommittedLog;
  private readonly toleratesStaleReads: boolean;
  private readonly absences: Absence[] = [];
  /** When each process sent its newest read. */
  private readonly watchedUs: Map<number, number> = new Map();

  /** @param toleratesStaleReads budget "assumption-broken": that a key is gone may be old, and nothing says how old */
  constructor(
    disks: LogDisks,
    values: ValueIndex,
    committed: CommittedLog,
    toleratesStaleReads: boolean,
  ) {
    this.disks = disks;
    this.values = values;
    this.committed = committed;
    this.toleratesStaleReads = toleratesStaleReads;
  }

  operationCompleted(operation: Operation): void {
    this.judge(operation);
    // What comes under WATCH comes behind a read by the same process, which bore the WATCH.
    if (isReadInput(operation.input)) this.watchedUs.set(operation.process, operation.invokedUs);
  }

  private judge(operation: Operation): void {
    const { input, output } = operation;
    if (operation.outcome === "ok" && output === null) {
      if (input.f === "cas") return this.refused(operation, [input.key]);
      if (input.f === "transaction") {
        if (input.way === "multi")
          this.refused(
            operation,
            input.watched.map(({ key }) => key),
          );
        return;
      }
    }
    const own: string[] = [];
    forEachAnswered(operation, ({ f, key }, found) => {
      if (f === "get" && typeof found === "string") this.found(operation, key, found);
      const isAbsent = (f === "get" && found === null) || (f === "delete" && found === 0);
      if (isAbsent && !own.includes(key)) this.absent(operation, key);
      if (f !== "get") own.push(key);
    });
  }

  private absent(operation: Operation, key: string): void {
    if (operation.readonlyReplica || this.toleratesStaleReads) return;
    this.tally.examined++;
    this.absences.push({ operation, key });
  }

  private found(operation: Operation, key: string, value: string): void {
    this.tally.examined++;
    const candidates = this.values.find(key, value);
    if (wasDurableBy(candidates, operation.repliedUs) !== undefined) return;
    const newest = candidates[candidates.length - 1];
    const where =
      newest === undefined
        ? "no log entry on any disk holds it"
        : `its log entry lies on ${this.disks.sayCopies(newest)}`;
    this.tally.violate(
      operation.completedUs,
      `${sayRequest(operation)} revealed ${quote(value)} at ${operation.node} at ${sayTime(operation.repliedUs)} before a majority of zones held it: ${where}`,
      [sayOperation(operation)],
      "value seen before it was durable",
      { operations: [operation.id], ...entryOf(newest) },
    );
  }

  /** Something must have changed one of the keys since WATCH was sent, and be durable. */
  private refused(operation: Operation, watched: readonly string[]): void {
    this.tally.examined++;
    if (watched.some((key) => this.hasChanged(operation, key))) return;
    this.tally.violate(
      operation.completedUs,
      `${operation.node} refused ${sayRequest(operation)} at ${sayTime(operation.repliedUs)}, which revealed a change of the key, before a majority of zones held any`,
      [sayOperation(operation)],
      "refusal before its cause was durable",
      { operations: [operation.id] },
    );
  }

  /**
   * A change that became durable after WATCH had been sent, for one that was durable before was executed before; or a change
   * of leadership, in which the node may have forgotten its memory, and with it what was watched.
   */
  private hasChanged(operation: Operation, key: string): boolean {
    const sinceUs = this.watchedUs.get(operation.process) ?? 0;
    const isSince = ({ durableUs }: StoredEntry): boolean =>
      durableUs >= sinceUs && durableUs <= operation.repliedUs;
    return (
      this.values.changesOf(key).findLast(isSince) !== undefined ||
      this.values.flushesOf(operation.shard).some(isSince) ||
      this.values.leadershipsOf(operation.shard).some(isSince)
    );
  }

  /**
   * The key must have been absent at some time between what was durable when the operation was sent, for a primary has
   * executed that, and what was durable when the reply left.
   */
  private judgeAbsence({ operation, key }: Absence): void {
    const { shard, invokedUs, repliedUs, completedUs, node } = operation;
    const { entries } = this.committed.of(shard);
    const versions = this.committed.versionsOf(shard, key);
    for (let index = versions.length - 1; index >= 0; index--) {
      const { position, value } = versions[index] as Version;
      const durableUs = position === 0 ? 0 : (entries[position]?.durableUs ?? Infinity);
      if (durableUs > repliedUs) continue;
      if (value === null) return;
      if (durableUs <= invokedUs) break;
    }
    this.tally.violate(
      completedUs,
      `${sayRequest(operation)} revealed at ${node} at ${sayTime(repliedUs)} that ${key} is not there, before a majority of zones held what took it away`,
      [sayOperation(operation)],
      "absence seen before it was durable",
      { operations: [operation.id] },
    );
  }

  finish(): CheckResult {
    for (const absence of this.absences) this.judgeAbsence(absence);
    return this.tally.result(
      "no reply revealed a change that a majority of zones did not hold",
      "no read found a value, and no key was absent",
    );
  }
}
