/** Many members with scores: a table that knows the score of each member, and a tree that keeps them in order. */
import { CountedTree } from "./countedTree.ts";
import type { KeyedHash } from "./keyedHash.ts";
import { MemberTable } from "./memberTable.ts";

/** What setting a score did: an equal score is no change, and 0 equals -0. */
export type SetOutcome = "added" | "moved" | "same";

/** Approximate bytes of an entry beside the chars of its member: in the tree, in the table, and the string's own. */
const ENTRY_BYTES = 80;
const SEGMENT_BITS = 12;
const SEGMENT_MASK = (1 << SEGMENT_BITS) - 1;
const LEAST_SEGMENT = 16;

export class ScoreIndex {
  /** Members and scores in ascending order. Changes go through the index. */
  tree: CountedTree = new CountedTree();
  private table: MemberTable;
  /** The score at each place of the table. */
  private scores: Float64Array[] = [];
  private memberBytes = 0;

  constructor(hash: KeyedHash) {
    this.table = new MemberTable(hash);
  }

  get size(): number {
    return this.tree.size;
  }

  get sizeBytes(): number {
    return this.size * ENTRY_BYTES + this.memberBytes;
  }

  scoreOf(member: string): number | undefined {
    const place = this.table.find(member);
    return place < 0 ? undefined : this.scoreAt(place);
  }

  /** The number of entries in front of the member; -1 if it is not there. */
  rankOf(member: string): number {
    const place = this.table.find(member);
    return place < 0 ? -1 : this.tree.rankOf(this.scoreAt(place), member);
  }

  /** Adds a member, or moves it to another score. */
  set(member: string, score: number): SetOutcome {
    const hash = this.table.hash.of(member);
    const place = this.table.find(member, hash);
    if (place < 0) {
      this.setScore(this.table.add(member, hash), score);
      this.tree.add(score, member);
      this.memberBytes += member.length;
      return "added";
    }
    const before = this.scoreAt(place);
    if (before === score) return "same";
    const known = this.table.keyAt(place);
    this.tree.remove(before, known);
    this.tree.add(score, known);
    this.setScore(place, score);
    return "moved";
  }

  /** False if the member was not there. */
  remove(member: string): boolean {
    const place = this.table.find(member);
    if (place < 0) return false;
    this.tree.remove(this.scoreAt(place), member);
    this.forget(member);
    return true;
  }

  /** Removes `count` entries from rank `first` on; caller: they are there. */
  removeRanks(first: number, count: number): void {
    this.tree.visit(first, count, (member) => this.forget(member));
    this.tree.removeRange(first, count);
  }

  /** One step of a scan over members with the guarantee of MemberTable.scan. */
  scan(cursor: number, visit: (member: string, score: number) => void): number {
    return this.table.scan(cursor, (place) => visit(this.table.keyAt(place), this.scoreAt(place)));
  }

  copy(): ScoreIndex {
    const made = new ScoreIndex(this.table.hash);
    made.tree = this.tree.copy();
    made.table = this.table.copy();
    made.scores = this.scores.map((scores) => scores.slice());
    made.memberBytes = this.memberBytes;
    return made;
  }

  private forget(member: string): void {
    const place = this.table.remove(member);
    this.setScore(place, this.scoreAt(this.table.size));
    // One empty segment stays, as in the table.
    this.scores.length = Math.min(this.scores.length, (this.table.size >>> SEGMENT_BITS) + 1);
    this.memberBytes -= member.length;
  }

  private scoreAt(place: number): number {
    const scores = this.scores[place >>> SEGMENT_BITS] as Float64Array;
    return scores[place & SEGMENT_MASK] as number;
  }

  private setScore(place: number, score: number): void {
    const segment = place >>> SEGMENT_BITS;
    const index = place & SEGMENT_MASK;
    if (segment === this.scores.length)
      this.scores.push(new Float64Array(segment === 0 ? LEAST_SEGMENT : SEGMENT_MASK + 1));
    let scores = this.scores[segment] as Float64Array;
    if (index === scores.length) {
      const larger = new Float64Array(index * 2);
      larger.set(scores);
      this.scores[segment] = scores = larger;
    }
    scores[index] = score;
  }
}
