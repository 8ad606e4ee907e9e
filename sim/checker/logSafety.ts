/**
 * Raft's safety and the chain's, read from disk bytes: one log leader a term, log matching, leaders hold everything that
 * was committed, committed prefixes never change, positions have no gap, an id lands at most once, the entries' time
 * never goes back, a transaction is one record, checksums agree.
 */
import type { CheckResult } from "../run.ts";
import { writtenWith } from "../clients/keys.ts";
import type { CommittedLog, CommittedShard } from "./log/committedLog.ts";
import type { LogDisks, StoredEntry } from "./log/logDisks.ts";
import type { Fold } from "./log/fold.ts";
import { quote } from "./models/model.ts";
import { Tally } from "./tally.ts";

interface Leader {
  readonly node: string;
  /** How much of the shard's log was committed when it was first seen to lead. */
  readonly committedLength: number;
}

export class LogSafetyCheck {
  readonly tally: Tally = new Tally("log safety", "committed entries and leaders");
  /** By shard, then by term. */
  private readonly leaders: Map<number, Map<number, Leader>> = new Map();
  private readonly lastSequences: Map<string, number> = new Map();
  /** Wall time of each shard's newest committed entry. */
  private readonly lastUnixMs: Map<number, number> = new Map();

  /** A log node became or is leader of a shard's log. */
  // oxlint-disable-next-line max-params -- the facts of one claim
  leaderSeen(
    nowUs: number,
    node: string,
    shard: number,
    term: number,
    disks: LogDisks,
    committed: CommittedLog,
  ): void {
    let ofShard = this.leaders.get(shard);
    if (ofShard === undefined) {
      ofShard = new Map();
      this.leaders.set(shard, ofShard);
    }
    const known = ofShard.get(term);
    if (known?.node === node) return;
    if (known !== undefined) {
      this.tally.violate(
        nowUs,
        `both ${known.node} and ${node} lead the log of shard ${shard} in term ${term}`,
      );
      return;
    }
    const { entries } = committed.of(shard);
    // Who learns late that it was elected need not hold what later terms have committed (Raft §5.4).
    let heldLength = entries.length;
    for (const [later, { committedLength }] of ofShard) {
      if (later > term) heldLength = Math.min(heldLength, committedLength);
    }
    ofShard.set(term, { node, committedLength: entries.length });
    this.tally.examined++;
    const missing = entries
      .slice(0, heldLength)
      .find((stored) => stored !== undefined && !disks.holds(node, stored));
    if (missing === undefined) return;
    this.tally.violate(
      nowUs,
      `${node} leads the log of shard ${shard} in term ${term}, but its disk lacks the committed position ${missing.position} (which lies on ${disks.sayCopies(missing)})`,
    );
  }

  /** A replica takes a Raft index for committed. */
  // oxlint-disable-next-line max-params -- the facts of one claim
  commitClaimed(
    nowUs: number,
    node: string,
    shard: number,
    index: number,
    durableAt: StoredEntry | undefined,
    committed: CommittedLog,
  ): void {
    if (index === 0) return;
    if (durableAt === undefined) {
      this.tally.violate(
        nowUs,
        `${node} takes Raft index ${index} of shard ${shard} for committed, but too few zones' disks hold an entry there`,
      );
      return;
    }
    committed.claim(nowUs, node, shard, durableAt.position);
  }

  /** The next entry of a committed order: its id must be new, and its time not before its predecessor's. */
  committed(nowUs: number, stored: StoredEntry, { fold }: CommittedShard): void {
    const { entry } = stored;
    if (entry === undefined) return;
    const writer = `${stored.shard}/${entry.incarnation}`;
    const last = this.lastSequences.get(writer) ?? -1;
    if (entry.sequence <= last) {
      this.tally.violate(
        nowUs,
        `exactly once: position ${stored.position} of shard ${stored.shard} carries sequence ${entry.sequence} of writer ${entry.incarnation}, whose sequence ${last} is committed before it`,
      );
    }
    this.lastSequences.set(writer, entry.sequence);
    const lastUnixMs = this.lastUnixMs.get(stored.shard) ?? 0;
    if (entry.unixMs < lastUnixMs) {
      this.tally.violate(
        nowUs,
        `the shard's time went back: position ${stored.position} of shard ${stored.shard} is stamped ${lastUnixMs - entry.unixMs} ms before an entry that precedes it`,
      );
    }
    this.lastUnixMs.set(stored.shard, Math.max(lastUnixMs, entry.unixMs));
    for (const { key } of stored.changes) this.examinePair(nowUs, stored, key, fold);
  }

  /** A transaction is one record, and so is a script: no position of the log may part two keys that are only written together. */
  private examinePair(nowUs: number, stored: StoredEntry, key: string, fold: Fold): void {
    const twin = writtenWith(key);
    if (twin === undefined) return;
    const value = fold.get(key)?.value ?? null;
    const other = fold.get(twin)?.value ?? null;
    if (value === other) return;
    this.tally.violate(
      nowUs,
      `a transaction or script was torn: at position ${stored.position} of shard ${stored.shard} ${key} holds ${quote(value)}, and its twin, which is only written together with it, ${quote(other)}`,
    );
  }

  removed(nowUs: number, node: string, stored: StoredEntry, committed: CommittedLog): void {
    if (!committed.isCommitted(stored)) return;
    this.tally.violate(
      nowUs,
      `${node} removed position ${stored.position} of shard ${stored.shard}, which was committed`,
    );
  }

  finish(): CheckResult {
    return this.tally.result(
      "one leader a term, equal logs, no committed entry changed, no gap, no id twice, no time going back, all checksums agree",
      "nothing was committed",
    );
  }
}
