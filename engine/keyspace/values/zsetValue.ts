/**
 * A sorted set: members, each with a score, in the order of their scores and then of their bytes. Few short ones are packed in
 * one string, others stand in an index. Ranks count from 0 and are inside the set: callers see to it.
 */
import type { EntryVisitor } from "../../structures/countedTree.ts";
import {
  emptyPacked,
  packedCount,
  PackedCursor,
  packedInsert,
  packedRemove,
} from "../../structures/packedScores.ts";
import { ScoreIndex, type SetOutcome } from "../../structures/scoreIndex.ts";
import type { KeyedHash } from "../../structures/keyedHash.ts";
import type { EncodingLimits } from "../limits.ts";
import type { LexRange } from "./lexRange.ts";

/** Approximate bytes of the value itself, its string included if it is packed. */
const VALUE_BYTES = 56;
/** The longest packed string, whatever the limits: V8's strings end at 2^29 chars. */
const LONGEST_PACKED: number = 2 ** 28;

/** Entries that stand one behind the other; `count` may be 0. */
export interface RankWindow {
  readonly first: number;
  readonly count: number;
}

/** Scores from min to max, the bounds themselves in or out. */
export interface ScoreRange {
  readonly min: number;
  readonly max: number;
  readonly isMinExcluded: boolean;
  readonly isMaxExcluded: boolean;
}

export class ZsetValue {
  private entries: string | ScoreIndex = emptyPacked;

  get type(): "zset" {
    return "zset";
  }

  /** What Redis would call the form that it is in. */
  get encoding(): "listpack" | "skiplist" {
    return typeof this.entries === "string" ? "listpack" : "skiplist";
  }

  get size(): number {
    const { entries } = this;
    return typeof entries === "string" ? packedCount(entries) : entries.size;
  }

  get isEmpty(): boolean {
    return this.size === 0;
  }

  get sizeBytes(): number {
    const { entries } = this;
    return VALUE_BYTES + (typeof entries === "string" ? entries.length : entries.sizeBytes);
  }

  copy(): ZsetValue {
    const made = new ZsetValue();
    made.entries = typeof this.entries === "string" ? this.entries : this.entries.copy();
    return made;
  }

  scoreOf(member: string): number | undefined {
    const { entries } = this;
    if (typeof entries !== "string") return entries.scoreOf(member);
    return findPacked(entries, member)?.score;
  }

  /** The number of entries in front of the member; -1 if it is not there. */
  rankOf(member: string): number {
    const { entries } = this;
    if (typeof entries !== "string") return entries.rankOf(member);
    return findPacked(entries, member)?.rank ?? -1;
  }

  /** Adds a member, or moves it to another score. The limits say up to where the set stays packed; it is never packed again. */
  set(member: string, score: number, limits: EncodingLimits): SetOutcome {
    const { entries } = this;
    if (typeof entries !== "string") return entries.set(member, score);
    const there = findPacked(entries, member);
    if (there !== undefined) {
      if (there.score === score) return "same";
      const without = packedRemove(entries, there.start, there.end, 1);
      this.entries = packedInsert(without, member, score);
      return "moved";
    }
    if (!hasRoom(entries, member, limits)) {
      const index = unpacked(entries, limits.hash);
      this.entries = index;
      return index.set(member, score);
    }
    this.entries = packedInsert(entries, member, score);
    return "added";
  }

  /** True if the set is packed, and still is when it gets this member. */
  staysPacked(member: string, limits: EncodingLimits): boolean {
    const { entries } = this;
    if (typeof entries !== "string") return false;
    return hasRoom(entries, member, limits) || findPacked(entries, member) !== undefined;
  }

  /** False if the member was not there. */
  remove(member: string): boolean {
    const { entries } = this;
    if (typeof entries !== "string") return entries.remove(member);
    const there = findPacked(entries, member);
    if (there === undefined) return false;
    this.entries = packedRemove(entries, there.start, there.end, 1);
    return true;
  }

  removeRanks(first: number, count: number): void {
    const { entries } = this;
    if (count === 0) return;
    if (typeof entries !== "string") return entries.removeRanks(first, count);
    const cursor = new PackedCursor(entries);
    while (cursor.rank < first) cursor.next();
    const { start } = cursor;
    while (cursor.rank < first + count - 1) cursor.next();
    this.entries = packedRemove(entries, start, cursor.end, count);
  }

  /** The number of entries whose score is below the bound, or with `orEqual` not above it. */
  countBelow(score: number, orEqual: boolean): number {
    const { entries } = this;
    if (typeof entries !== "string") return entries.tree.countBelow(score, orEqual);
    const cursor = new PackedCursor(entries);
    while (cursor.next()) {
      const there = cursor.score;
      if (there > score || (there === score && !orEqual)) return cursor.rank;
    }
    return cursor.rank + 1;
  }

  scoreWindow(range: ScoreRange): RankWindow {
    const first = this.countBelow(range.min, range.isMinExcluded);
    const end = this.countBelow(range.max, !range.isMaxExcluded);
    return { first, count: Math.max(end - first, 0) };
  }

  /**
   * The entries whose members lie in a range, without the first `offset` of them (the last ones, if `isReverse`). It is meant
   * for sets whose scores are all the same. In others, as in Redis, what is found begins at the first member that is in the
   * range, `offset` entries on, and goes on as long as they are.
   */
  lexWindow(range: LexRange, isReverse: boolean, offset: number = 0): RankWindow {
    const { entries } = this;
    if (typeof entries === "string") return packedLexWindow(entries, range, isReverse, offset);
    const first = range.countBelow(entries.tree);
    const count = Math.max(range.countUpTo(entries.tree) - first - offset, 0);
    return { first: isReverse ? first : first + offset, count };
  }

  /** Visits up to `count` entries from rank `first` on, upwards. */
  visit(first: number, count: number, visitor: EntryVisitor): void {
    const { entries } = this;
    if (typeof entries !== "string") return entries.tree.visit(first, count, visitor);
    const cursor = new PackedCursor(entries);
    while (cursor.rank < first + count - 1 && cursor.next()) {
      if (cursor.rank >= first) visitor(cursor.member, cursor.score);
    }
  }

  /** Visits up to `count` entries from rank `first` on, downwards. */
  visitDown(first: number, count: number, visitor: EntryVisitor): void {
    const { entries } = this;
    if (typeof entries !== "string") return entries.tree.visitDown(first, count, visitor);
    const members: string[] = [];
    const scores: number[] = [];
    const least = Math.max(first - count + 1, 0);
    this.visit(least, first - least + 1, (member, score) => {
      members.push(member);
      scores.push(score);
    });
    for (let index = members.length - 1; index >= 0; index--)
      visitor(members[index] as string, scores[index] as number);
  }

  /** One step of a scan over all members; a member that stays from the first step to the last is visited at least once. */
  scan(cursor: number, visitor: EntryVisitor): number {
    const { entries } = this;
    if (typeof entries !== "string") return entries.scan(cursor, visitor);
    this.visit(0, packedCount(entries), visitor);
    return 0;
  }
}

/** A new member may join the packed ones. */
function hasRoom(packed: string, member: string, limits: EncodingLimits): boolean {
  return (
    packedCount(packed) < limits.zsetMaxListpackEntries &&
    member.length <= limits.zsetMaxListpackValueBytes &&
    packed.length + member.length <= LONGEST_PACKED
  );
}

function findPacked(packed: string, member: string): PackedCursor | undefined {
  const cursor = new PackedCursor(packed);
  while (cursor.next()) if (cursor.isMember(member)) return cursor;
  return undefined;
}

function unpacked(packed: string, hash: KeyedHash): ScoreIndex {
  const index = new ScoreIndex(hash);
  const cursor = new PackedCursor(packed);
  while (cursor.next()) index.set(cursor.member, cursor.score);
  return index;
}

function packedLexWindow(
  packed: string,
  range: LexRange,
  isReverse: boolean,
  offset: number,
): RankWindow {
  const members: string[] = [];
  const cursor = new PackedCursor(packed);
  while (cursor.next()) members.push(cursor.member);
  const last = members.length - 1;
  const nothing = { first: 0, count: 0 };
  if (last < 0 || range.isEmpty) return nothing;
  if (!range.isAboveMin(members[last] as string) || !range.isBelowMax(members[0] as string))
    return nothing;
  if (isReverse) {
    let end = last;
    while (end >= 0 && !range.isBelowMax(members[end] as string)) end--;
    if (end < 0 || !range.isAboveMin(members[end] as string)) return nothing;
    end -= offset;
    let first = end;
    while (first >= 0 && range.isAboveMin(members[first] as string)) first--;
    return { first: first + 1, count: Math.max(end - first, 0) };
  }
  let first = 0;
  while (first <= last && !range.isAboveMin(members[first] as string)) first++;
  if (first > last || !range.isBelowMax(members[first] as string)) return nothing;
  first += offset;
  let end = first;
  while (end <= last && range.isBelowMax(members[end] as string)) end++;
  return { first, count: end - first };
}
