/**
 * Zero loss: every acknowledged write lay on the disks of a majority of zones when its reply left, stays in the committed
 * order, and is there in the final scan.
 */
import type { CheckResult } from "../run.ts";
import { sayOperation, sayRequest, sayTime } from "./describe.ts";
import type { Operation } from "./history.ts";
import type { CommittedLog } from "./log/committedLog.ts";
import type { LogDisks, StoredEntry } from "./log/logDisks.ts";
import { type ValueIndex, wasDurableBy } from "./log/valueIndex.ts";
import { Tally } from "./tally.ts";

interface Acknowledged {
  readonly operation: Operation;
  readonly stored: StoredEntry;
}

export interface ZeroLossOptions {
  /** Unix milliseconds of true time 0. */
  readonly epochUnixMs: number;
  /** How far any machine's wall clock may be off. */
  readonly skewMs: number;
}

export class ZeroLossCheck {
  readonly tally: Tally = new Tally("zero loss", "acknowledged writes");
  /** Acknowledged writes found missing. */
  lost = 0;
  private readonly disks: LogDisks;
  private readonly values: ValueIndex;
  private readonly committed: CommittedLog;
  private readonly options: ZeroLossOptions;
  private readonly acknowledged: Acknowledged[] = [];
  /** Acknowledged deletions of each key, in the order in which their replies left. */
  private readonly deletes: Map<string, Operation[]> = new Map();
  private healedUs = Infinity;
  /** The newest answered read of each key on a primary. */
  private readonly lastReads: Map<string, Operation> = new Map();

  constructor(
    disks: LogDisks,
    values: ValueIndex,
    committed: CommittedLog,
    options: ZeroLossOptions,
  ) {
    this.disks = disks;
    this.values = values;
    this.committed = committed;
    this.options = options;
  }

  /** All faults have ended: reads from here on are the final scan. */
  healed(nowUs: number): void {
    this.healedUs = nowUs;
  }

  operationCompleted(operation: Operation): void {
    if (operation.outcome !== "ok") return;
    const { input, output } = operation;
    switch (input.f) {
      case "get":
        if (!operation.readonlyReplica) this.lastReads.set(input.key, operation);
        return;
      case "set":
        return this.expect(operation, input.value);
      case "setUntil":
        if (this.mayHaveExpired(operation, input.untilUnixMs)) return;
        return this.expect(operation, input.value);
      case "append":
        return this.expect(operation, input.value);
      case "increment":
        return this.expect(operation, String(output));
      case "cas":
        if (output === true) this.expect(operation, input.value);
        return;
      case "delete":
        if (output === 1) this.expectDelete(operation);
    }
  }

  finish(nowUs: number): CheckResult {
    for (const { operation, stored } of this.acknowledged) {
      const kept = this.committed.committedAs(stored);
      if (kept !== undefined && kept.copies !== 0) continue;
      this.lose(
        nowUs,
        `${sayRequest(operation)} was acknowledged at ${sayTime(operation.completedUs)} and is gone from the log: position ${stored.position} of shard ${stored.shard} is on ${this.disks.sayCopies(stored)}`,
        operation,
      );
    }
    const scanned = this.scan(nowUs);
    return this.tally.result(
      `every acknowledged write was on a majority of zones' disks before its reply, and stayed in the log; ${scanned} keys read back as the log says`,
      "no write was acknowledged",
    );
  }

  private expect(operation: Operation, value: string): void {
    this.tally.examined++;
    const { key } = operation.input;
    const candidates = this.values.find(key, value);
    const stored = wasDurableBy(candidates, operation.repliedUs);
    if (stored === undefined) {
      this.lose(operation.completedUs, this.sayNotDurable(operation, candidates), operation);
      return;
    }
    this.committed.claim(
      operation.completedUs,
      `the acknowledgement of ${sayRequest(operation)}`,
      stored.shard,
      stored.position,
    );
    this.acknowledged.push({ operation, stored });
  }

  /**
   * Deletions carry no value of their own: whenever a reply left, as many must have been durable as were acknowledged by
   * then. Answers arrive in another order than replies leave, so a late one counts for those that left after it, too.
   */
  private expectDelete(operation: Operation): void {
    this.tally.examined++;
    const { key } = operation.input;
    const answered = this.deletes.get(key) ?? [];
    if (answered.length === 0) this.deletes.set(key, answered);
    let at = answered.length;
    while (at > 0 && (answered[at - 1] as Operation).repliedUs > operation.repliedUs) at--;
    answered.splice(at, 0, operation);
    for (; at < answered.length; at++) {
      const one = answered[at] as Operation;
      const durable = this.durableDeletes(key, one.repliedUs);
      if (durable > at) continue;
      this.lose(
        operation.completedUs,
        `${sayRequest(one)} was acknowledged by ${one.node} at ${sayTime(one.repliedUs)}, the ${at + 1}. of this key, but only ${durable} deletions of it lay on a majority of zones' disks when the reply left`,
        one,
      );
      return;
    }
  }

  private durableDeletes(key: string, byUs: number): number {
    let durable = 0;
    for (const stored of this.values.deletesOf(key)) {
      if (stored.durableUs >= 0 && stored.durableUs <= byUs) durable++;
    }
    return durable;
  }

  private sayNotDurable(operation: Operation, candidates: readonly StoredEntry[]): string {
    const best = candidates[candidates.length - 1];
    const where =
      best === undefined
        ? "it is in no log entry on any disk"
        : `its log entry (position ${best.position} of shard ${best.shard}) lies on ${this.disks.sayCopies(best)}${best.durableUs < 0 ? "" : `, on a majority only since ${sayTime(best.durableUs)}`}`;
    return `${sayRequest(operation)} was acknowledged by ${operation.node} at ${sayTime(operation.repliedUs)} before a majority of zones held it: ${where}`;
  }

  /** Compares the last read of each key after the faults with the fold of the log, where nothing changed the key since. */
  private scan(nowUs: number): number {
    let scanned = 0;
    for (const [key, read] of this.lastReads) {
      if (read.invokedUs < this.healedUs) continue;
      const shard = this.committed.of(read.shard);
      const versions = this.committed.versionsOf(read.shard, key);
      const newest = versions[versions.length - 1];
      const changed = shard.entries[newest?.position ?? 0];
      if (changed !== undefined && changed.durableUs >= read.invokedUs) continue;
      const folded = shard.fold.get(key);
      if (folded !== undefined && folded.deadline !== 0) continue;
      scanned++;
      if ((folded?.value ?? null) === read.output) continue;
      this.lose(
        nowUs,
        `the final read of ${key} found ${JSON.stringify(read.output)}, but the committed log says ${JSON.stringify(folded?.value ?? null)} since position ${newest?.position}`,
        read,
      );
    }
    return scanned;
  }

  private mayHaveExpired(operation: Operation, untilUnixMs: number): boolean {
    const completedUnixMs = this.options.epochUnixMs + operation.completedUs / 1000;
    return completedUnixMs + this.options.skewMs >= untilUnixMs;
  }

  private lose(nowUs: number, sentence: string, operation: Operation): void {
    this.lost++;
    this.tally.violate(nowUs, sentence, [sayOperation(operation)]);
  }
}
