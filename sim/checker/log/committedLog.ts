/**
 * The committed order of every shard, as far as somebody has claimed it: a node that takes a position for committed, or
 * a reply that acknowledges it. Each claim is held against the disks, and what was committed once never changes.
 */
import type { Tally } from "../tally.ts";
import { chainAfter } from "./crc32c.ts";
import { type Change, keysOfChange } from "./effectsRecord.ts";
import { Fold } from "./fold.ts";
import type { StoredEntry } from "./logDisks.ts";

/** A value of a key and the position from which on it holds; null: absent. */
export interface Version {
  readonly position: number;
  /** Which record of that position made it, from 0 on. */
  readonly record: number;
  readonly value: string | null;
}

export interface CommittedShard {
  /** Index = position; index 0 is empty. */
  readonly entries: (StoredEntry | undefined)[];
  readonly fold: Fold;
  readonly versions: Map<string, Version[]>;
  /** Epoch of the newest leadership entry. */
  epoch: number;
}

export interface CommittedListener {
  /** The next entry of a shard's committed order, already folded in. */
  committed(nowUs: number, stored: StoredEntry, shard: CommittedShard): void;
}

const INITIAL: Version = { position: 0, record: 0, value: null };

export class CommittedLog {
  private readonly shards: Map<number, CommittedShard> = new Map();
  private readonly durable: Map<number, Map<number, StoredEntry[]>> = new Map();
  private readonly tally: Tally;
  private readonly listener: CommittedListener;

  /** @param tally takes the violations of log safety that show here */
  constructor(tally: Tally, listener: CommittedListener) {
    this.tally = tally;
    this.listener = listener;
  }

  of(shard: number): CommittedShard {
    let found = this.shards.get(shard);
    if (found === undefined) {
      found = { entries: [undefined], fold: new Fold(), versions: new Map(), epoch: 0 };
      this.shards.set(shard, found);
    }
    return found;
  }

  /** In ascending order: shards that have committed something. */
  shardNumbers(): readonly number[] {
    return [...this.shards.keys()].toSorted((one, other) => one - other);
  }

  isCommitted(stored: StoredEntry): boolean {
    return stored.entry !== undefined && this.of(stored.shard).entries[stored.position] === stored;
  }

  /** What is committed at the position of this entry, if it is the same bytes: a retried append may land at another Raft index. */
  committedAs(stored: StoredEntry): StoredEntry | undefined {
    const found = this.of(stored.shard).entries[stored.position];
    return found?.entry?.crc === stored.entry?.crc ? found : undefined;
  }

  /** An entry lies on enough disks from now on. */
  becameDurable(stored: StoredEntry): void {
    if (stored.entry === undefined) return;
    let ofShard = this.durable.get(stored.shard);
    if (ofShard === undefined) {
      ofShard = new Map();
      this.durable.set(stored.shard, ofShard);
    }
    const same = ofShard.get(stored.position);
    if (same === undefined) ofShard.set(stored.position, [stored]);
    else same.push(stored);
  }

  /** `who` takes everything up to the position for committed. */
  claim(nowUs: number, who: string, shard: number, position: number): void {
    const committed = this.of(shard);
    while (committed.entries.length <= position && this.tally.violation === undefined) {
      this.extend(nowUs, who, shard, committed);
    }
  }

  /** The versions of a key, oldest first; the first is its absence before position 1. */
  versionsOf(shard: number, key: string): readonly Version[] {
    return this.of(shard).versions.get(key) ?? [INITIAL];
  }

  private extend(nowUs: number, who: string, shard: number, committed: CommittedShard): void {
    const position = committed.entries.length;
    const next = this.durableAt(shard, position);
    if (next?.entry === undefined) {
      this.tally.violate(
        nowUs,
        `${who} takes position ${position} of shard ${shard} for committed, but too few zones' disks hold an entry there`,
      );
      return;
    }
    const before = committed.entries[position - 1];
    if (chainAfter(before?.chain ?? 0, next.entry.crc) !== next.chain) {
      this.tally.violate(
        nowUs,
        `${who} takes position ${position} of shard ${shard} for committed, but the entry there follows another prefix than the one that was committed before`,
      );
      return;
    }
    committed.entries.push(next);
    this.tally.examined++;
    this.applyTo(nowUs, committed, next);
    this.listener.committed(nowUs, next, committed);
  }

  private applyTo(nowUs: number, committed: CommittedShard, stored: StoredEntry): void {
    try {
      let record = 0;
      committed.fold.apply(stored, (changes) =>
        addVersions(committed, { position: stored.position, record: record++ }, changes),
      );
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.tally.violate(
        nowUs,
        `the committed record at position ${stored.position} of shard ${stored.shard} cannot be applied: ${why}`,
      );
    }
  }

  /** Raft may replace an entry that lay on a majority but was not committed: the one that still does counts. */
  private durableAt(shard: number, position: number): StoredEntry | undefined {
    const found = this.durable.get(shard)?.get(position) ?? [];
    let best: StoredEntry | undefined;
    for (const stored of found) {
      const isMore = best === undefined || bitCount(stored.copies) >= bitCount(best.copies);
      if (isMore) best = stored;
    }
    return best;
  }
}

/** What a record that was just folded in has made of its keys. */
type Moment = Pick<Version, "position" | "record">;

function addVersions(committed: CommittedShard, at: Moment, changes: readonly Change[]): void {
  for (const change of changes) {
    const isFlush = change.operation === "flush";
    const keys = isFlush ? committed.versions.keys() : keysOfChange(change);
    for (const key of keys) addVersion(committed, at, key);
  }
}

function addVersion(committed: CommittedShard, at: Moment, key: string): void {
  const value = committed.fold.get(key)?.value ?? null;
  const versions = committed.versions.get(key);
  if (versions === undefined) committed.versions.set(key, [INITIAL, { ...at, value }]);
  else if (versions[versions.length - 1]?.value !== value) versions.push({ ...at, value });
}

function bitCount(mask: number): number {
  let count = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) count++;
  return count;
}
