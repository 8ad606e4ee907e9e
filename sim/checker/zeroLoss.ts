/**
 * Zero loss: every acknowledged write lay on the disks of a majority of zones when its reply left, stays in the committed
 * order, and is there in the final scan.
 */
import type { CheckResult } from "../run.ts";
import { sayOperation, sayRequest, sayTime } from "./describe.ts";
import {
  forEachAnswered,
  isReadInput,
  type KeyInput,
  type Operation,
  type StepOutput,
} from "./history.ts";
import type { CommittedLog } from "./log/committedLog.ts";
import { entryOf, type LogDisks, type StoredEntry } from "./log/logDisks.ts";
import { type ValueIndex, wasDurableBy } from "./log/valueIndex.ts";
import { Tally } from "./tally.ts";

interface LastRead {
  readonly operation: Operation;
  readonly output: StepOutput;
}

interface Acknowledged {
  readonly operation: Operation;
  readonly stored: StoredEntry;
}

export interface ZeroLossOptions {
  /** Unix milliseconds of true time 0. */
  readonly epochUnixMs: number;
  /** How far any machine's wall clock may be off. */
  readonly skewMs: number;
  /** Budget "over": every copy of a write may be destroyed. That is no lie, as long as no log goes on without it. */
  readonly mayBeDestroyed: boolean;
}

const EARLY = "acknowledged before it was durable";

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
  private readonly lastReads: Map<string, LastRead> = new Map();

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
    const { input } = operation;
    if (input.f === "cas") {
      if (operation.outcome === "ok" && operation.output === true)
        this.expect(operation, input.key, input.value);
      return;
    }
    const isRead = isReadInput(input);
    // What commands wrote has no name in the log: linearizability and the final scan would miss it.
    if (input.f === "commands" && operation.outcome === "ok" && !isRead) this.tally.examined++;
    forEachAnswered(operation, (step, output) => {
      if (!isRead) this.expectStep(operation, step, output);
      else if (!operation.readonlyReplica) this.lastReads.set(step.key, { operation, output });
    });
  }

  finish(nowUs: number): CheckResult {
    let destroyed = 0;
    for (const { operation, stored } of this.acknowledged) {
      const kept = this.committed.committedAs(stored);
      if (kept !== undefined && kept.copies !== 0) continue;
      if (this.options.mayBeDestroyed && kept !== undefined && kept.held !== 0) {
        destroyed++;
        continue;
      }
      this.lose(
        nowUs,
        `${sayRequest(operation)} was acknowledged at ${sayTime(operation.completedUs)} and is gone from the log: position ${stored.position} of shard ${stored.shard} is on ${this.disks.sayCopies(stored)}`,
        operation,
        "acknowledged write is gone",
        stored,
      );
    }
    const scanned = this.scan(nowUs);
    if (destroyed > 0 && this.tally.violation === undefined) {
      const { name, unit, examined } = this.tally;
      const sentence = `${destroyed} acknowledged writes were destroyed with every disk that held them, as may happen over the budget; no log went on without them`;
      return { name, unit, examined, verdict: "expected violation", sentence };
    }
    return this.tally.result(
      `every acknowledged write was on a majority of zones' disks before its reply, and stayed in the log; ${scanned} keys read back as the log says`,
      "no write was acknowledged",
    );
  }

  private expectStep(operation: Operation, step: KeyInput, output: StepOutput): void {
    switch (step.f) {
      case "get":
        return;
      case "set":
      case "append":
        return this.expect(operation, step.key, step.value);
      case "setUntil":
        if (!this.mayHaveExpired(operation, step.untilUnixMs))
          this.expect(operation, step.key, step.value);
        return;
      case "increment":
        if (typeof output === "number") this.expect(operation, step.key, String(output));
        return;
      case "delete":
        if (output === 1) this.expectDelete(operation, step.key);
    }
  }

  private expect(operation: Operation, key: string, value: string): void {
    this.tally.examined++;
    const candidates = this.values.find(key, value);
    const stored = wasDurableBy(candidates, operation.repliedUs);
    if (stored === undefined) {
      const sentence = this.sayNotDurable(operation, candidates);
      this.lose(operation.completedUs, sentence, operation, EARLY, candidates.at(-1));
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
  private expectDelete(operation: Operation, key: string): void {
    this.tally.examined++;
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
        EARLY,
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
    for (const [key, { operation: read, output }] of this.lastReads) {
      if (read.invokedUs < this.healedUs) continue;
      const shard = this.committed.of(read.shard);
      const versions = this.committed.versionsOf(read.shard, key);
      const newest = versions[versions.length - 1];
      const changed = shard.entries[newest?.position ?? 0];
      if (changed !== undefined && changed.durableUs >= read.invokedUs) continue;
      const folded = shard.fold.get(key);
      if (folded !== undefined && folded.deadline !== 0) continue;
      scanned++;
      if ((folded?.value ?? null) === output) continue;
      this.lose(
        nowUs,
        `the final read of ${key} found ${JSON.stringify(output)}, but the committed log says ${JSON.stringify(folded?.value ?? null)} since position ${newest?.position}`,
        read,
        "final read is not the log's",
      );
    }
    return scanned;
  }

  private mayHaveExpired(operation: Operation, untilUnixMs: number): boolean {
    const completedUnixMs = this.options.epochUnixMs + operation.completedUs / 1000;
    return completedUnixMs + this.options.skewMs >= untilUnixMs;
  }

  // oxlint-disable-next-line max-params -- the fields of one finding
  private lose(
    nowUs: number,
    sentence: string,
    operation: Operation,
    signature: string,
    stored?: StoredEntry,
  ): void {
    this.lost++;
    const about = { operations: [operation.id], ...entryOf(stored) };
    this.tally.violate(nowUs, sentence, [sayOperation(operation)], signature, about);
  }
}
