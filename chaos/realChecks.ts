/**
 * What judges a run of the real cluster: the simulator's checker on what clients saw, and what can be seen without looking into logs. The
 * simulator's own checks of disks, leases and states need facts that only a simulated world has.
 */
import { CachedReadsCheck } from "../sim/checker/cachedReads.ts";
import { HeardMessagesCheck } from "../sim/checker/heardMessages.ts";
import type { CacheNews, HeardMessage, Observer } from "../sim/checker/observer.ts";
import {
  isReadInput,
  forEachAnswered,
  type Operation,
  type StepOutput,
} from "../sim/checker/history.ts";
import { defaultLimit, LinearizabilityCheck } from "../sim/checker/linearizability.ts";
import { ListAppendCheck } from "../sim/checker/listAppend.ts";
import { modelsByKey, specificationOf } from "../sim/checker/models/ofKey.ts";
import { Tally } from "../sim/checker/tally.ts";
import { isTold, kindOfKey } from "../sim/clients/keys.ts";
import type { ClientObserver } from "../sim/clients/shardLoad.ts";
import type { CheckResult } from "../sim/run.ts";
import type { Budget } from "../sim/scenario.ts";

/** Clients beside those that are offered operations. */
export interface Onlookers {
  readonly listen: boolean;
  readonly cache: boolean;
}

export class RealChecks
  implements ClientObserver, Pick<Observer, "messageHeard" | "cacheTold" | "cacheLost">
{
  /** Acknowledged writes that the final scan did not find. */
  lost = 0;
  private readonly linearizability: LinearizabilityCheck;
  private readonly lists: ListAppendCheck;
  private readonly heardMessages: HeardMessagesCheck = new HeardMessagesCheck(undefined);
  private readonly cachedReads: CachedReadsCheck;
  private readonly onlookers: Onlookers;
  private readonly told: Map<number, Operation> = new Map();
  private readonly sessions: Tally = new Tally("sessions", "replica reads and pipelines");
  /** What a process has seen of a key that only grows, by process, node and key. */
  private readonly seen: Map<string, number> = new Map();

  /** `epochUnixMs`: the wall clock at time 0. */
  constructor(budget: Budget, epochUnixMs: number, wallSkewMs: number, onlookers: Onlookers) {
    const isBroken = budget === "assumption-broken";
    this.onlookers = onlookers;
    this.cachedReads = new CachedReadsCheck(undefined, isBroken);
    this.lists = new ListAppendCheck(isBroken);
    this.linearizability = new LinearizabilityCheck({
      modelOf: modelsByKey({ epochUnixMs, skewMs: wallSkewMs }),
      limit: defaultLimit,
      toleratesStaleReads: isBroken,
    });
  }

  operationInvoked(operation: Operation): void {
    if (specificationOf(operation.input.key) === "lists") this.lists.operationInvoked(operation);
    else this.linearizability.operationInvoked(this.ofChecker(operation));
  }

  operationCompleted(completed: Operation): void {
    const operation = this.completedForChecker(completed);
    this.heardMessages.operationCompleted(operation);
    this.cachedReads.operationCompleted(operation);
    if (specificationOf(operation.input.key) !== "lists")
      this.linearizability.operationCompleted(operation);
    if (operation.readonlyReplica) this.replicaRead(operation);
  }

  repliesAmiss(nowUs: number, node: string, sentence: string): void {
    this.sessions.violate(nowUs, `${node} answered amiss: ${sentence}`);
  }

  /** Operations of which somebody may hear are the checker's own: they come to what was heard, in the history to what was answered. */
  private ofChecker(operation: Operation): Operation {
    if (operation.input.f !== "set" || !isTold(operation.input.key)) return operation;
    const own = { ...operation };
    this.told.set(operation.id, own);
    return own;
  }

  private completedForChecker(operation: Operation): Operation {
    const own = this.told.get(operation.id);
    if (own === undefined) return operation;
    this.told.delete(operation.id);
    return Object.assign(own, this.heardMessages.asHeard(operation));
  }

  messageHeard(atUs: number, node: string, message: HeardMessage): void {
    this.heardMessages.heard(atUs, node, message);
  }

  cacheTold(atUs: number, node: string, news: CacheNews): void {
    this.cachedReads.told(atUs, node, news);
  }

  cacheLost(connection: number): void {
    this.cachedReads.lost(connection);
  }

  redirected(): void {}

  pipelineAnswered(): void {
    this.sessions.examined++;
  }

  primaryLearnt(): void {}

  finish(history: readonly Operation[], isScan: (offered: number) => boolean): CheckResult[] {
    const lists = this.lists.finish();
    const mayTellLoss = history.some(({ input }) => onlyGrows(input.key));
    return [
      this.linearizability.finish(),
      ...(lists.examined > 0 ? [lists] : []),
      // What else was lost linearizability finds: the scan reads every key.
      ...(this.onlookers.listen ? [this.heardMessages.finish()] : []),
      ...(this.onlookers.cache ? [this.cachedReads.finish()] : []),
      ...(mayTellLoss ? [this.zeroLoss(history, isScan)] : []),
      this.sessions.result(
        "no process saw a counter or a growing value go back at one replica, and replies kept the order of their requests",
        "no replica answered a read, and no pipeline was sent",
      ),
    ];
  }

  /** Counters and values that are appended to only grow: one process at one replica never sees less than before. */
  private replicaRead(operation: Operation): void {
    const { process, node, completedUs } = operation;
    forEachAnswered(operation, (step, output) => {
      const size = sizeOf(step.key, output);
      if (step.f !== "get" || size === undefined) return;
      this.sessions.examined++;
      const name = `${process} ${node} ${step.key}`;
      const before = this.seen.get(name) ?? 0;
      if (size < before) {
        const told = `${node} showed process ${process} ${before} of ${step.key} and later ${size}`;
        this.sessions.violate(completedUs, told, [], "a replica went back in time");
      }
      this.seen.set(name, size);
    });
  }

  /** Every acknowledged increment counts in the final value, every acknowledged piece stands in the final text. */
  private zeroLoss(
    history: readonly Operation[],
    isScan: (offered: number) => boolean,
  ): CheckResult {
    const tally = new Tally("zero loss", "acknowledged writes");
    const last = new Map<string, string | null>();
    for (const operation of history) {
      if (!isScan(operation.offered)) continue;
      forEachAnswered(operation, (step, output) => {
        if (step.f === "get") last.set(step.key, output === null ? null : String(output));
      });
    }
    const increments = new Map<string, number>();
    const miss = (operation: Operation, sentence: string): void => {
      this.lost++;
      tally.violate(operation.completedUs, sentence, [], "an acknowledged write is missing");
    };
    for (const operation of history) {
      if (isReadInput(operation.input)) continue;
      forEachAnswered(operation, (step) => {
        const final = last.get(step.key);
        if (final === undefined) return;
        if (step.f === "append" && kindOfKey(step.key) === "appends") {
          tally.examined++;
          if (final?.includes(step.value) === true) return;
          miss(operation, `${step.value} was appended to ${step.key} and is not in it: ${final}`);
        } else if (step.f === "increment" && kindOfKey(step.key) === "counters") {
          tally.examined++;
          const count = (increments.get(step.key) ?? 0) + 1;
          increments.set(step.key, count);
          if (Number(final) >= count) return;
          miss(operation, `${step.key} was incremented ${count} times at least and is ${final}`);
        }
      });
    }
    return tally.result(
      "the final scan found every acknowledged increment and every acknowledged piece of text",
      "no counter and no text was written",
    );
  }
}

function onlyGrows(key: string): boolean {
  const kind = kindOfKey(key);
  return kind === "counters" || kind === "appends";
}

/** Of keys that only grow: how far they have come. */
function sizeOf(key: string, output: StepOutput): number | undefined {
  const kind = kindOfKey(key);
  if (kind === "counters") return Number(output ?? 0);
  return kind === "appends" ? String(output ?? "").length : undefined;
}
