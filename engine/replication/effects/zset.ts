/**
 * Changes of sorted sets, as operations of a record (record.ts draws the rest). A set that becomes empty goes without a word.
 *
 *     0x60 put          key, u32 count, as many pairs of an f64 score and a member: the set is made if absent
 *     0x61 remove       key, u32 count, as many members, all of which are there
 *     0x62 removeRanks  key, u32 first, u32 count: the entries of these ranks, all of which are there
 */
import { assert } from "../../assert.ts";
import type { ByteReader } from "../../bytes/reader.ts";
import type { Keyspace } from "../../keyspace/keyspace.ts";
import type { EncodingLimits } from "../../keyspace/limits.ts";
import { ZsetValue } from "../../keyspace/values/zsetValue.ts";
import type { SetOutcome } from "../../structures/scoreIndex.ts";
import type { Changes } from "./changes.ts";

const operations = {
  put: 0x60,
  remove: 0x61,
  removeRanks: 0x62,
} as const;

/** Members with their scores: the score of members[i] is scores[i]. */
export interface ScoredMembers {
  readonly members: readonly string[];
  readonly scores: readonly number[];
}

/** Says whether a member may get a score; `before` is its score, if it is there. */
export type Acceptance = (score: number, before: number | undefined) => boolean;

/**
 * Changes sorted sets on a primary. Each key holds a sorted set, or is absent where one is made.
 *
 * A packed set of Redis forgets the sign of a zero, its other form does not. The primary decides that by its own form, and
 * replicas take what the record says, whatever theirs is.
 */
export class ZsetEffects {
  private readonly changes: Changes;

  constructor(changes: Changes) {
    this.changes = changes;
  }

  /** Sets one score. */
  put(key: string, member: string, score: number): SetOutcome {
    const { keyspace, record } = this.changes;
    const zset = zsetOf(keyspace, key);
    const before = zset.sizeBytes;
    const stored = storedScore(zset, member, score, keyspace.limits);
    const outcome = zset.set(member, stored, keyspace.limits);
    if (outcome === "same") return outcome;
    record.begin(operations.put, key);
    record.writer.u32(1);
    record.writer.f64(stored);
    record.writer.latin1(member);
    keyspace.modified(key, zset, before);
    this.changes.noteChanged(key);
    return outcome;
  }

  /**
   * Sets scores in turn, as far as they are accepted; of a key that is absent some score is. Returns how many members were
   * added, and how many moved.
   */
  putAll(
    key: string,
    { members, scores }: ScoredMembers,
    isAccepted: Acceptance | undefined,
  ): { added: number; moved: number } {
    const { keyspace, record } = this.changes;
    const zset = zsetOf(keyspace, key);
    const before = zset.sizeBytes;
    const done = { added: 0, moved: 0 };
    let countAt = 0;
    for (let index = 0; index < members.length; index++) {
      const member = members[index] as string;
      const score = scores[index] as number;
      if (isAccepted !== undefined && !isAccepted(score, zset.scoreOf(member))) continue;
      const stored = storedScore(zset, member, score, keyspace.limits);
      const outcome = zset.set(member, stored, keyspace.limits);
      if (outcome === "same") continue;
      if (done.added + done.moved === 0) {
        record.begin(operations.put, key);
        countAt = record.writer.lengthBytes;
        record.writer.u32(0);
      }
      done[outcome]++;
      record.writer.f64(stored);
      record.writer.latin1(member);
    }
    if (done.added + done.moved === 0) return done;
    record.writer.patchU32(countAt, done.added + done.moved);
    keyspace.modified(key, zset, before);
    this.changes.noteChanged(key);
    return done;
  }

  /** Fills a key that is absent, at once: the form that all of it will have decides about signs of zeros. */
  fill(key: string, { members, scores }: ScoredMembers): void {
    const { keyspace, record } = this.changes;
    const { limits } = keyspace;
    const isPacked =
      members.length <= limits.zsetMaxListpackEntries &&
      members.every((member) => member.length <= limits.zsetMaxListpackValueBytes);
    record.begin(operations.put, key);
    record.writer.u32(members.length);
    const zset = zsetOf(keyspace, key);
    const before = zset.sizeBytes;
    for (const [index, member] of members.entries()) {
      const score = scores[index] as number;
      const stored = isPacked && score === 0 ? 0 : score;
      record.writer.f64(stored);
      record.writer.latin1(member);
      zset.set(member, stored, limits);
    }
    keyspace.modified(key, zset, before);
    this.changes.noteChanged(key);
  }

  /** Removes argv[from] and all behind it, as far as they are members of a set that is there. Returns how many were. */
  remove(key: string, argv: readonly string[], from: number): number {
    const { keyspace, record } = this.changes;
    const zset = zsetOf(keyspace, key);
    const before = zset.sizeBytes;
    const removed: string[] = [];
    for (let index = from; index < argv.length; index++) {
      const member = argv[index] as string;
      if (zset.remove(member)) removed.push(member);
    }
    if (removed.length === 0) return 0;
    record.begin(operations.remove, key);
    record.writer.u32(removed.length);
    for (const member of removed) record.writer.latin1(member);
    keyspace.modified(key, zset, before);
    this.changes.noteChanged(key);
    return removed.length;
  }

  /** Removes `count` entries from rank `first` on, at least one, all of a set that is there. */
  removeRanks(key: string, first: number, count: number): void {
    const { keyspace, record } = this.changes;
    record.begin(operations.removeRanks, key);
    record.writer.u32(first);
    record.writer.u32(count);
    removeRanks(keyspace, key, first, count);
    this.changes.noteChanged(key);
  }
}

/** The score that a member gets: a zero without its sign, if the set is packed afterwards. */
function storedScore(
  zset: ZsetValue,
  member: string,
  score: number,
  limits: EncodingLimits,
): number {
  return Object.is(score, -0) && zset.staysPacked(member, limits) ? 0 : score;
}

/** Carries out one operation of a record; false if it is none of a sorted set. */
export function applyZset(
  operation: number,
  key: string,
  reader: ByteReader,
  keyspace: Keyspace,
): boolean {
  switch (operation) {
    case operations.put:
      changeEach(keyspace, key, reader, (zset) => {
        const score = reader.f64();
        zset.set(reader.latin1(), score, keyspace.limits);
      });
      return true;
    case operations.remove:
      changeEach(keyspace, key, reader, (zset) => {
        assert(zset.remove(reader.latin1()), "a removed member was there");
      });
      return true;
    case operations.removeRanks:
      removeRanks(keyspace, key, reader.u32(), reader.u32());
      return true;
    default:
      return false;
  }
}

function changeEach(
  keyspace: Keyspace,
  key: string,
  reader: ByteReader,
  change: (zset: ZsetValue) => void,
): void {
  const zset = zsetOf(keyspace, key);
  const before = zset.sizeBytes;
  for (let left = reader.u32(); left > 0; left--) change(zset);
  keyspace.modified(key, zset, before);
}

function removeRanks(keyspace: Keyspace, key: string, first: number, count: number): void {
  const zset = zsetOf(keyspace, key);
  const before = zset.sizeBytes;
  zset.removeRanks(first, count);
  keyspace.modified(key, zset, before);
}

function zsetOf(keyspace: Keyspace, key: string): ZsetValue {
  return keyspace.open(key, "zset", () => new ZsetValue());
}
