/**
 * The lease and the backoff by the node's own clock (PROTOCOL rules 11, 12 and 16): a lease runs from the first send of a renewal
 * that committed, and nobody stands before a backoff longer than any lease has passed since it applied the newest renewal and
 * since it reached the tail, unless that tail is a release. Judged by what the disks hold and by when the node first had it.
 */
import type { TraceEvent } from "../trace/vocabulary.ts";
import { sayTime } from "./describe.ts";
import type { CommittedLog } from "./log/committedLog.ts";
import { entryKinds } from "./log/diskBytes.ts";
import type { DatabaseFacts } from "./observer.ts";
import type { Tally } from "./tally.ts";

export interface LeaseRules {
  readonly leaseUs: number;
  /** The shortest backoff that keeps leases apart at the tolerated error of clock rates. */
  readonly leastBackoffUs: number;
}

interface Had {
  readonly position: number;
  readonly localUs: number;
}

interface Holder {
  incarnation: number;
  /** By position, from the newest on the log's end backwards: when the node first had it in memory, on its own clock. */
  readonly hadAtUs: Had[];
  /** The same for what it had sent. */
  readonly sentAtUs: Had[];
  /** When it stood last. */
  stoodLocalUs: number;
  /** When it last began to serve as a replica. */
  replicaLocalUs: number;
  /** Seen in the trace of a step, whose reading of the clock comes with the view behind it. */
  hasStood: boolean;
  hasArrived: boolean;
}

export class LeaseRulesCheck {
  private readonly tally: Tally;
  private readonly committed: CommittedLog;
  private readonly rules: LeaseRules;
  private readonly holders: Map<string, Holder> = new Map();

  constructor(tally: Tally, committed: CommittedLog, rules: LeaseRules) {
    this.tally = tally;
    this.committed = committed;
    this.rules = rules;
  }

  traced({ kind, node, value }: TraceEvent): void {
    if (kind === "node.started") {
      this.holders.set(node, {
        incarnation: value,
        hadAtUs: [],
        sentAtUs: [],
        stoodLocalUs: -Infinity,
        replicaLocalUs: -Infinity,
        hasStood: false,
        hasArrived: false,
      });
      return;
    }
    const holder = this.holders.get(node);
    if (holder === undefined) return;
    if (kind === "election.stood") holder.hasStood = true;
    else if (kind === "role.replica") holder.hasArrived = true;
    else if (kind === "node.recovering") {
      holder.hadAtUs.length = 0;
      holder.sentAtUs.length = 0;
    }
  }

  /** Called when the committed order is known up to the node's own. */
  viewed(nowUs: number, node: string, shard: number, facts: DatabaseFacts): void {
    const holder = this.holders.get(node);
    const { localUs, servingUntilLocalUs, appliedPosition, role } = facts;
    if (holder === undefined || localUs === undefined || role === "down") return;
    if (holder.hasArrived) holder.replicaLocalUs = localUs;
    holder.hasArrived = false;
    if (holder.hasStood) this.stands(nowUs, node, shard, holder, facts);
    holder.hasStood = false;
    note(holder.hadAtUs, appliedPosition, localUs);
    note(holder.sentAtUs, facts.sentPosition ?? appliedPosition, localUs);
    if (role === "primary" && servingUntilLocalUs !== undefined)
      this.serves(nowUs, node, shard, holder, facts, servingUntilLocalUs);
  }

  private serves(
    nowUs: number,
    node: string,
    shard: number,
    holder: Holder,
    { committedPosition }: DatabaseFacts,
    untilLocalUs: number,
  ): void {
    const { entries } = this.committed.of(shard);
    for (let position = committedPosition; position > 0; position--) {
      const entry = entries[position]?.entry;
      if (entry === undefined || entry.incarnation !== holder.incarnation) return;
      const isRenewal = entry.kind === entryKinds.renewal;
      if (!isRenewal && entry.kind !== entryKinds.leadership) continue;
      this.tally.examined++;
      const sentUs = isRenewal ? firstAt(holder.sentAtUs, position) : holder.stoodLocalUs;
      const lateUs = untilLocalUs - sentUs - this.rules.leaseUs;
      if (lateUs <= 0) return;
      this.tally.violate(
        nowUs,
        `${node} holds a lease of shard ${shard} that ends ${Math.ceil(lateUs)} µs later on its own clock than a lease from the first send of the renewal at position ${position} would, seen at ${sayTime(nowUs)}`,
      );
      return;
    }
  }

  private stands(
    nowUs: number,
    node: string,
    shard: number,
    holder: Holder,
    { localUs = 0, appliedPosition }: DatabaseFacts,
  ): void {
    holder.stoodLocalUs = localUs;
    const { entries } = this.committed.of(shard);
    const kindAt = (position: number): number => entries[position]?.entry?.kind ?? 0;
    if (kindAt(appliedPosition) === entryKinds.release) return;
    let position = appliedPosition;
    while (
      position > 0 &&
      kindAt(position) !== entryKinds.renewal &&
      kindAt(position) !== entryKinds.leadership
    )
      position--;
    this.tally.examined++;
    const heardUs = position === 0 ? -Infinity : firstAt(holder.hadAtUs, position);
    const waitedUs = localUs - Math.max(heardUs, holder.replicaLocalUs);
    if (waitedUs >= this.rules.leastBackoffUs) return;
    this.tally.violate(
      nowUs,
      `${node} stands for shard ${shard} at ${sayTime(nowUs)}, ${Math.floor(waitedUs)} µs by its own clock after the newest renewal or its arrival at the tail, where ${Math.ceil(this.rules.leastBackoffUs)} µs must pass for leases not to overlap`,
    );
  }
}

function note(had: Had[], position: number, localUs: number): void {
  const newest = had.at(-1);
  if (newest === undefined || position > newest.position) had.push({ position, localUs });
}

/** When the node first had a position: with the first view that showed it or more. */
function firstAt(had: readonly Had[], position: number): number {
  let at = had.length - 1;
  while (at > 0 && (had[at - 1]?.position ?? 0) >= position) at--;
  return had[at]?.localUs ?? -Infinity;
}
