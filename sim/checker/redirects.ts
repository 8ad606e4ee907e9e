/**
 * Redirects (PROTOCOL rule 22): a node sends clients where a committed leadership says, never to itself, and what it knows
 * never goes back: once it has named the leader of an epoch, it names none whose last leadership is older. A node that
 * starts anew begins to learn anew.
 */
import { sayTime } from "./describe.ts";
import type { Operation } from "./history.ts";
import { entryKinds } from "./log/diskBytes.ts";
import type { StoredEntry } from "./log/logDisks.ts";
import type { Tally } from "./tally.ts";

interface Leadership {
  readonly epoch: number;
  readonly leader: string;
  /** When it lay on enough disks to be committed. */
  readonly durableUs: number;
}

interface Redirect {
  readonly operation: Operation;
  readonly target: string;
}

export class RedirectsCheck {
  private readonly tally: Tally;
  /** By shard, in the order of the log. */
  private readonly leaderships: Map<number, Leadership[]> = new Map();
  private readonly redirects: Redirect[] = [];
  /** By node: when it went down. */
  private readonly ends: Map<string, number[]> = new Map();

  constructor(tally: Tally) {
    this.tally = tally;
  }

  /** The next entry of a shard's committed order. */
  committed({ shard, entry, durableUs }: StoredEntry): void {
    if (entry?.kind !== entryKinds.leadership) return;
    const leader = String.fromCodePoint(...entry.payload);
    const leadership = { epoch: entry.epoch, leader, durableUs };
    const ofShard = this.leaderships.get(shard);
    if (ofShard === undefined) this.leaderships.set(shard, [leadership]);
    else ofShard.push(leadership);
  }

  /** An operation was answered with the address of `target`. */
  redirected(nowUs: number, operation: Operation, target: string): void {
    if (target !== operation.node) {
      this.redirects.push({ operation, target });
      return;
    }
    const { f, key } = operation.input;
    const told = `${target} answered ${f} ${key} at ${sayTime(nowUs)} with MOVED to itself`;
    this.tally.violate(nowUs, told, [], "redirect to itself");
  }

  /** A node's process has ended, and with it what it knew. */
  ended(nowUs: number, node: string): void {
    const ofNode = this.ends.get(node);
    if (ofNode === undefined) this.ends.set(node, [nowUs]);
    else if (ofNode[ofNode.length - 1] !== nowUs) ofNode.push(nowUs);
  }

  /** Judges the redirects in the order in which they left: they may have arrived in another. */
  finish(): void {
    this.redirects.sort(
      (a, b) =>
        a.operation.repliedUs - b.operation.repliedUs ||
        a.operation.completedOrder - b.operation.completedOrder,
    );
    /** By node, its life and the shard: the oldest leadership that explains all it has said. */
    const known: Map<string, number> = new Map();
    for (const { operation, target } of this.redirects) {
      const { node, shard, repliedUs, completedUs } = operation;
      const name = `${node}/${this.lifeOf(node, repliedUs)}/${shard}`;
      const atLeast = known.get(name) ?? 0;
      const fits = this.leaderships
        .get(shard)
        ?.find(
          ({ epoch, leader, durableUs }) =>
            leader === target && epoch >= atLeast && durableUs >= 0 && durableUs <= repliedUs,
        );
      if (fits !== undefined) {
        known.set(name, fits.epoch);
        continue;
      }
      const told = `${node} sent a client to ${target} for shard ${shard} at ${sayTime(repliedUs)}, `;
      const why =
        atLeast === 0
          ? "which no committed leadership had made its leader"
          : `which had led in no epoch since ${atLeast}, whose leader it had named before`;
      this.tally.violate(completedUs, told + why, [], "redirect by old news");
      return;
    }
  }

  private lifeOf(node: string, repliedUs: number): number {
    return (this.ends.get(node) ?? []).filter((endUs) => endUs < repliedUs).length;
  }
}
