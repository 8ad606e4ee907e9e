/**
 * One leader: at no instant two nodes of a shard hold leases, judged on true time; and no entry of a fenced leader commits.
 */
import type { CheckResult } from "../run.ts";
import { sayTime } from "./describe.ts";
import { entryKinds } from "./log/diskBytes.ts";
import type { CommittedShard } from "./log/committedLog.ts";
import type { StoredEntry } from "./log/logDisks.ts";
import { Tally } from "./tally.ts";

interface Holder {
  readonly node: string;
  epoch: number;
  fromUs: number;
  untilUs: number;
}

/** Two leases of one shard at once. */
export interface LeaseOverlap {
  readonly shard: number;
  readonly fromUs: number;
  readonly untilUs: number;
  readonly sentence: string;
}

export class OneLeaderCheck {
  readonly tally: Tally = new Tally("one leader", "leases and committed entries");
  /** With `toleratesOverlap`: the overlaps met, one a pair of leases. */
  readonly overlaps: LeaseOverlap[] = [];
  private readonly toleratesOverlap: boolean;
  private readonly holders: Map<number, Holder[]> = new Map();

  /** @param toleratesOverlap budget "assumption-broken": overlapping leases are named and counted, and are no violation */
  constructor(toleratesOverlap: boolean) {
    this.toleratesOverlap = toleratesOverlap;
  }

  /** A node's lease as its clock runs now, on true time; -Infinity: it may serve nothing. */
  // oxlint-disable-next-line max-params -- one fact a field
  leaseViewed(nowUs: number, node: string, shard: number, epoch: number, untilUs: number): void {
    const holders = this.holdersOf(shard);
    let holder = holders.find((one) => one.node === node);
    if (holder === undefined) {
      if (untilUs <= nowUs) return;
      holder = { node, epoch, fromUs: nowUs, untilUs: -Infinity };
      holders.push(holder);
    }
    if (untilUs <= nowUs) {
      holder.untilUs = Math.min(holder.untilUs, nowUs);
      return;
    }
    if (holder.untilUs <= nowUs || holder.epoch !== epoch) holder.fromUs = nowUs;
    holder.epoch = epoch;
    holder.untilUs = untilUs;
    this.tally.examined++;
    for (const other of holders) {
      if (other !== holder && other.untilUs > nowUs) this.report(nowUs, shard, holder, other);
    }
  }

  /** The next entry of a shard's committed order. */
  committed(nowUs: number, stored: StoredEntry, shard: CommittedShard): void {
    const { entry } = stored;
    if (entry === undefined) return;
    this.tally.examined++;
    if (entry.kind === entryKinds.leadership) {
      if (entry.epoch <= shard.epoch) {
        this.tally.violate(
          nowUs,
          `position ${stored.position} of shard ${stored.shard} makes a leader of epoch ${entry.epoch}, but epoch ${shard.epoch} was there before`,
        );
      }
      shard.epoch = entry.epoch;
      return;
    }
    if (entry.epoch === shard.epoch) return;
    this.tally.violate(
      nowUs,
      `an entry of a fenced leader committed: position ${stored.position} of shard ${stored.shard} was written in epoch ${entry.epoch}, after the leadership of epoch ${shard.epoch}`,
    );
  }

  finish(): CheckResult {
    const first = this.overlaps[0];
    if (first !== undefined && this.tally.violation === undefined) {
      const { name, unit, examined } = this.tally;
      const sentence = `${this.overlaps.length} overlaps of leases, as this broken assumption allows; the first: ${first.sentence}`;
      return { name, unit, examined, verdict: "expected violation", sentence, atUs: first.fromUs };
    }
    return this.tally.result(
      "no two leases of a shard overlapped on true time, and epochs never went back in a log",
      "no lease was ever held",
    );
  }

  private report(nowUs: number, shard: number, holder: Holder, other: Holder): void {
    const untilUs = Math.min(holder.untilUs, other.untilUs);
    const sentence = `at ${sayTime(nowUs)} both ${holder.node} (epoch ${holder.epoch}, until ${sayTime(holder.untilUs)}) and ${other.node} (epoch ${other.epoch}, until ${sayTime(other.untilUs)}) may serve shard ${shard}`;
    if (!this.toleratesOverlap) {
      this.tally.violate(nowUs, sentence);
      return;
    }
    const last = this.overlaps[this.overlaps.length - 1];
    if (last?.shard === shard && last.untilUs >= nowUs) return;
    this.overlaps.push({ shard, fromUs: nowUs, untilUs, sentence });
  }

  private holdersOf(shard: number): Holder[] {
    let holders = this.holders.get(shard);
    if (holders === undefined) {
      holders = [];
      this.holders.set(shard, holders);
    }
    return holders;
  }
}
