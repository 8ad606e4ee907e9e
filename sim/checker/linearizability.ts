/**
 * Linearizability of what clients saw on primaries: one search a key or group of keys, fed as events happen. A history is
 * linearizable if and only if the part of each group is, as long as no operation touches two groups: a workload's
 * operations name their group, and of a history from elsewhere `checkHistory` finds the groups first.
 */
import type { CheckResult, LegalPrefix } from "../run.ts";
import { sayAnswer, sayOperation, sayRequest, sayTime, tellTimes } from "./describe.ts";
import type { Operation } from "./history.ts";
import type { Impossible } from "./firstImpossible.ts";
import { KeyFeed } from "./keyFeed.ts";
import { KeyGroups } from "./keyGroups.ts";
import { keyHistoryOf } from "./keyHistory.ts";
import { newWorkspace } from "./keySearch.ts";
import type { Model } from "./models/model.ts";
import type { Workspace } from "./search/frontier.ts";

export interface LinearizabilityOptions {
  /** The specification of a key, or of the group that a key stands for. */
  readonly modelOf: (key: string) => Model;
  /** Configurations for one completion, above which the key is left undecided. */
  readonly limit: number;
  /** The same in bytes of memory for one key; 256 MB unless told. */
  readonly bytes?: number;
  /** Budget "assumption-broken": stale reads are counted and named, and are no violation. */
  readonly toleratesStaleReads: boolean;
}

/** Requests that wait for a successor at a replica time out there with an outcome that nobody knows: a group with thirty of them took 600,000 in all. */
export const defaultLimit = 500_000;

export class LinearizabilityCheck {
  static readonly checkName = "linearizability";
  violation: CheckResult | undefined = undefined;
  private readonly options: LinearizabilityOptions;
  private readonly feeds: Map<string, KeyFeed<unknown, Operation>> = new Map();
  private readonly byShard: Map<number, KeyFeed<unknown, Operation>[]> = new Map();
  private readonly groupOf: (key: string) => string;
  private readonly withLibraries: Set<KeyFeed<unknown, Operation>> = new Set();
  private readonly workspace: Workspace = newWorkspace();
  /** Operations that empty a whole shard and may still take effect: every key that comes up later is subject to them. */
  private readonly flushes: Map<number, Operation[]> = new Map();
  private examined = 0;

  /** @param groupOf what stands for the group of an operation's key; each key for itself if left out */
  constructor(options: LinearizabilityOptions, groupOf: (key: string) => string = (key) => key) {
    this.options = options;
    this.groupOf = groupOf;
  }

  /** Operations on READONLY connections are passed over: they promise less (see sessions.ts). */
  operationInvoked(operation: Operation): void {
    if (operation.readonlyReplica) return;
    if (operation.input.f === "flush") return this.flushInvoked(operation);
    this.feedOf(operation).invoke(operation);
  }

  /**
   * FLUSHALL is one operation on every key of the shard; here it is one on each. Whether they all went at the same moment is
   * seen by groups of keys and by reads of the whole keyspace.
   */
  private flushInvoked(operation: Operation): void {
    const earlier = this.flushes.get(operation.shard) ?? [];
    const lasting = earlier.filter(({ outcome }) => outcome === "open" || outcome === "unknown");
    this.flushes.set(operation.shard, [...lasting, operation]);
    for (const feed of this.feedsHit(operation)) feed.invoke(operation);
  }

  private feedsHit({ shard, input }: Operation): readonly KeyFeed<unknown, Operation>[] {
    const feeds = this.feedsOfShard(shard);
    return flushesLibraries(input) ? feeds.filter((feed) => this.withLibraries.has(feed)) : feeds;
  }

  private flushCompleted(operation: Operation): void {
    if (operation.outcome === "ok") this.examined++;
    for (const feed of this.feedsHit(operation)) this.complete(feed, operation);
  }

  private complete(feed: KeyFeed<unknown, Operation>, operation: Operation): void {
    feed.complete(operation);
    feed.drain(false);
    if (feed.impossible !== undefined) this.report(feed.impossible);
  }

  operationCompleted(operation: Operation): void {
    if (operation.readonlyReplica) return;
    if (operation.input.f === "flush") return this.flushCompleted(operation);
    const feed = this.feedOf(operation);
    if (operation.outcome === "ok") this.examined++;
    this.complete(feed, operation);
  }

  /** A whole history, whose outcomes are all known, without FLUSHALL. Caller: nothing but finish() comes after it. */
  historyTold(history: readonly Operation[]): void {
    const byGroup: Map<string, Operation[]> = new Map();
    for (const operation of history) {
      if (operation.readonlyReplica) continue;
      if (operation.outcome === "ok") this.examined++;
      const group = this.groupOf(operation.input.key);
      const operations = byGroup.get(group);
      if (operations === undefined) byGroup.set(group, [operation]);
      else operations.push(operation);
    }
    for (const [group, operations] of byGroup) this.newFeed(group).judge(keyHistoryOf(operations));
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
    let first: Impossible | undefined;
    for (const feed of this.feeds.values()) {
      feed.drain(true);
      const found = feed.impossible?.operation.completedOrder ?? Infinity;
      if (found < (first?.operation.completedOrder ?? Infinity)) first = feed.impossible;
      if (feed.verdict === "undecided") undecided++;
      explored += feed.explored;
    }
    if (first !== undefined) this.report(first);
    if (this.violation !== undefined) return { ...this.violation, examined: this.examined };
    const base = {
      name: LinearizabilityCheck.checkName,
      examined: this.examined,
      unit: "operations",
    };
    const keys = `${this.feeds.size} keys, ${explored} configurations searched`;
    const stale = this.staleReads();
    const firstStale = stale[0];
    if (firstStale !== undefined) {
      return {
        ...base,
        verdict: "expected violation",
        sentence: `${stale.length} stale reads, as this broken assumption allows; the first: ${this.saySentence(firstStale)}`,
        atUs: firstStale.operation.completedUs,
        details: detailsOf(firstStale, this.describe(firstStale)),
        operations: [firstStale.operation.id],
        legalPrefix: legalPrefixOf(firstStale, this.describe(firstStale)),
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

  private feedOf({ input, shard }: Operation): KeyFeed<unknown, Operation> {
    const group = this.groupOf(input.key);
    const present = this.feeds.get(group);
    if (present !== undefined) return present;
    const feed = this.newFeed(group);
    this.feedsOfShard(shard).push(feed);
    for (const flush of this.flushes.get(shard) ?? []) {
      const isPending = flush.outcome === "open" || flush.outcome === "unknown";
      if (isPending && this.feedsHit(flush).includes(feed)) feed.invoke(flush);
    }
    return feed;
  }

  private feedsOfShard(shard: number): KeyFeed<unknown, Operation>[] {
    let feeds = this.byShard.get(shard);
    if (feeds === undefined) {
      feeds = [];
      this.byShard.set(shard, feeds);
    }
    return feeds;
  }

  private newFeed(group: string): KeyFeed<unknown, Operation> {
    const model = this.options.modelOf(group);
    const feed = new KeyFeed(model, this.options, this.workspace);
    this.feeds.set(group, feed);
    if (model.holdsLibraries === true) this.withLibraries.add(feed);
    return feed;
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
      operations: [impossible.operation.id],
      legalPrefix: legalPrefixOf(impossible, this.describe(impossible)),
      signature: `impossible answer to ${impossible.operation.input.f}`,
    };
  }

  /** What the key could hold before the impossible answer, in the model's words. */
  private describe({ operation, states }: Impossible): readonly string[] {
    const model = this.options.modelOf(this.groupOf(operation.input.key));
    return states.map((state) => model.describe(state));
  }

  private saySentence(impossible: Impossible): string {
    const { operation } = impossible;
    const answer = sayAnswer(operation);
    const states = this.describe(impossible);
    const more = states.length > 4 ? ` or ${states.length - 4} others` : "";
    const held = `${states.slice(0, 4).join(" or ")}${more}`;
    return `${sayRequest(operation)} was answered ${answer} by ${operation.node} at ${sayTime(operation.completedUs)}, which no order of the operations allows: the key held ${held}, and nothing pending explains the answer`;
  }
}

function flushesLibraries(input: Operation["input"]): boolean {
  return input.f === "flush" && input.command === "FUNCTION FLUSH";
}

/** Checks a whole history at once; order numbers must be set. */
export function checkHistory(
  history: readonly Operation[],
  options: LinearizabilityOptions,
): CheckResult {
  const groups = KeyGroups.of(history);
  const check = new LinearizabilityCheck(options, (key) => groups.find(key));
  check.historyTold(history);
  return tellTimes(check.finish(), 0);
}

/** So many states, overlapping operations, and operations of an order are told. */
const TOLD = 16;
/** Of the order that people see; a machine gets more of each. */
const PLACED_TOLD = 10;
const PLACED_KEPT = 100;

function legalPrefixOf(impossible: Impossible, states: readonly string[]): LegalPrefix {
  const { operation, orders, isExact } = impossible;
  return {
    impossible: sayOperation(operation),
    isExact,
    before: orders.slice(0, TOLD).map((order, index) => ({
      state: states[index] as string,
      placed: order.length,
      lastPlaced: order.slice(-PLACED_KEPT).map(sayOperation),
    })),
  };
}

function detailsOf(impossible: Impossible, states: readonly string[]): readonly string[] {
  const { before } = legalPrefixOf(impossible, states);
  const told = new Set(impossible.orders.flat());
  const overlapping = impossible.overlapping.filter((other) => !told.has(other));
  return [
    `impossible: ${sayOperation(impossible.operation)}`,
    ...states.slice(0, TOLD).map((state) => `possible state before it: ${state}`),
    ...orderLines(before),
    ...overlapping.slice(0, TOLD).map((other) => `overlapping: ${sayOperation(other)}`),
  ];
}

/** The longest of the legal orders, in words. */
function orderLines(before: LegalPrefix["before"]): readonly string[] {
  const longest = before.reduce<LegalPrefix["before"][number] | undefined>(
    (best, one) => (best !== undefined && best.placed >= one.placed ? best : one),
    undefined,
  );
  if (longest === undefined) return [];
  const { state, placed } = longest;
  const shown = longest.lastPlaced.slice(-PLACED_TOLD);
  const which =
    placed > shown.length ? `the last ${shown.length} of ${placed} operations` : "whole";
  const first = placed - shown.length + 1;
  return [
    `longest legal order, ${which}, which leads to ${state}:`,
    ...shown.map((one, index) => `  ${first + index}. ${one}`),
  ];
}
