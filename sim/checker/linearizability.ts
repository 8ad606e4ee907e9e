/**
 * Linearizability of what clients saw on primaries: one search a key, fed as events happen. A single-key history is
 * linearizable if and only if each key's part is, and no command of the workloads touches two keys.
 */
import type { CheckResult } from "../run.ts";
import { sayOperation, sayRequest, sayTime, tellTimes } from "./describe.ts";
import type { Operation } from "./history.ts";
import { KeyFeed } from "./keyFeed.ts";
import type { Impossible } from "./keySearch.ts";
import { type Model, quote } from "./models/model.ts";

export interface LinearizabilityOptions {
  /** The specification of a key. */
  readonly modelOf: (key: string) => Model;
  /** Configurations for one completion, above which the key is left undecided. */
  readonly limit: number;
  /** Budget "assumption-broken": stale reads are counted and named, and are no violation. */
  readonly toleratesStaleReads: boolean;
}

export const defaultLimit = 100_000;

export class LinearizabilityCheck {
  static readonly checkName = "linearizability";
  violation: CheckResult | undefined = undefined;
  private readonly options: LinearizabilityOptions;
  private readonly feeds: Map<string, KeyFeed> = new Map();
  private examined = 0;

  constructor(options: LinearizabilityOptions) {
    this.options = options;
  }

  /** Operations on READONLY connections are passed over: they promise less (see sessions.ts). */
  operationInvoked(operation: Operation): void {
    if (operation.readonlyReplica) return;
    let feed = this.feeds.get(operation.input.key);
    if (feed === undefined) {
      feed = new KeyFeed(this.options.modelOf(operation.input.key), this.options);
      this.feeds.set(operation.input.key, feed);
    }
    feed.invoke(operation);
  }

  operationCompleted(operation: Operation): void {
    if (operation.readonlyReplica) return;
    const feed = this.feeds.get(operation.input.key) as KeyFeed;
    if (operation.outcome === "ok") this.examined++;
    feed.complete(operation);
    feed.drain(false);
    if (feed.impossible !== undefined) this.report(feed.impossible);
  }

  /** As operationCompleted, but searches only in finish(): for histories whose outcomes are all known. */
  operationCompletedLater(operation: Operation): void {
    if (operation.readonlyReplica) return;
    this.examined++;
    this.feeds.get(operation.input.key)?.complete(operation);
  }

  /** The stale reads met so far, oldest first. */
  staleReads(): readonly Impossible[] {
    const all: Impossible[] = [];
    for (const feed of this.feeds.values()) all.push(...feed.staleReads);
    return all.sort((a, b) => a.operation.completedOrder - b.operation.completedOrder);
  }

  finish(): CheckResult {
    let undecided = 0;
    let explored = 0;
    for (const feed of this.feeds.values()) {
      feed.drain(true);
      if (feed.impossible !== undefined) this.report(feed.impossible);
      if (feed.verdict === "undecided") undecided++;
      explored += feed.explored;
    }
    if (this.violation !== undefined) return { ...this.violation, examined: this.examined };
    const base = {
      name: LinearizabilityCheck.checkName,
      examined: this.examined,
      unit: "operations",
    };
    const keys = `${this.feeds.size} keys, ${explored} configurations searched`;
    const stale = this.staleReads();
    const first = stale[0];
    if (first !== undefined) {
      return {
        ...base,
        verdict: "expected violation",
        sentence: `${stale.length} stale reads, as this broken assumption allows; the first: ${this.saySentence(first)}`,
        atUs: first.operation.completedUs,
        details: detailsOf(first, this.describe(first)),
      };
    }
    if (undecided > 0) {
      const sentence = `${undecided} of ${this.feeds.size} keys were not decided within ${this.options.limit} configurations a completion; no violation in the rest`;
      return { ...base, verdict: "unknown", sentence };
    }
    if (this.examined === 0) {
      return {
        ...base,
        verdict: "nothing examined",
        sentence: "no primary answered any operation",
      };
    }
    return {
      ...base,
      verdict: "ok",
      sentence: `every answer fits one order of the operations (${keys})`,
    };
  }

  private report(impossible: Impossible): void {
    this.violation ??= {
      name: LinearizabilityCheck.checkName,
      verdict: "violation",
      examined: this.examined,
      unit: "operations",
      sentence: this.saySentence(impossible),
      atUs: impossible.operation.completedUs,
      details: detailsOf(impossible, this.describe(impossible)),
    };
  }

  /** What the key could hold before the impossible answer, in the model's words. */
  private describe({ operation, states }: Impossible): readonly string[] {
    const model = this.options.modelOf(operation.input.key);
    return states.map((state) => model.describe(state));
  }

  private saySentence(impossible: Impossible): string {
    const { operation } = impossible;
    const answer = operation.input.f.startsWith("set") ? "OK" : quote(operation.output);
    const states = this.describe(impossible);
    const more = states.length > 4 ? ` or ${states.length - 4} others` : "";
    const held = `${states.slice(0, 4).join(" or ")}${more}`;
    return `${sayRequest(operation)} was answered ${answer} by ${operation.node} at ${sayTime(operation.completedUs)}, which no order of the operations allows: the key held ${held}, and nothing pending explains the answer`;
  }
}

/** Checks a whole history at once; order numbers must be set. */
export function checkHistory(
  history: readonly Operation[],
  options: LinearizabilityOptions,
): CheckResult {
  const feeds = new LinearizabilityCheck(options);
  const events: {
    readonly order: number;
    readonly operation: Operation;
    readonly ends: boolean;
  }[] = [];
  for (const operation of history) {
    events.push({ order: operation.invokedOrder, operation, ends: false });
    if (operation.outcome === "ok") {
      events.push({ order: operation.completedOrder, operation, ends: true });
    }
  }
  events.sort((a, b) => a.order - b.order);
  for (const { operation, ends } of events) {
    if (ends) feeds.operationCompletedLater(operation);
    else feeds.operationInvoked(operation);
  }
  return tellTimes(feeds.finish(), 0);
}

function detailsOf(impossible: Impossible, states: readonly string[]): readonly string[] {
  return [
    `impossible: ${sayOperation(impossible.operation)}`,
    ...states.slice(0, 16).map((state) => `possible state before it: ${state}`),
    ...impossible.overlapping.slice(0, 16).map((other) => `overlapping: ${sayOperation(other)}`),
  ];
}
