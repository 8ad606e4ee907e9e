/**
 * A skip list with spans, in the manner of Redis's sorted sets: what the engine's counted tree is measured against
 * (engine/structures/countedTree.ts). Entries are ordered by score and member.
 * @see W. Pugh, Skip Lists: A Probabilistic Alternative to Balanced Trees, 1990
 */
const MOST_LEVELS = 32;

const NOTHING: readonly undefined[] = Array.from({ length: MOST_LEVELS }, () => undefined);
const ZEROS: readonly number[] = Array.from({ length: MOST_LEVELS }, () => 0);

interface Node {
  readonly score: number;
  readonly member: string;
  /** By level: the node behind this one, and how many entries further it is. */
  readonly next: (Node | undefined)[];
  readonly spans: number[];
}

export class SkipList {
  private readonly head: Node = nodeOf(-Infinity, "", MOST_LEVELS);
  private readonly random: () => number;
  private levels = 1;
  private count = 0;

  constructor(random: () => number) {
    this.random = random;
  }

  /** Caller: the entry is not in the list. */
  add(score: number, member: string): void {
    const before: Node[] = [];
    const ranks: number[] = [];
    this.seek(score, member, before, ranks);
    let levels = 1;
    while (this.random() < 0.25 && levels < MOST_LEVELS) levels++;
    while (this.levels < levels) {
      before[this.levels] = this.head;
      ranks[this.levels] = 0;
      this.head.spans[this.levels++] = this.count;
    }
    const made = nodeOf(score, member, levels);
    const rank = ranks[0] as number;
    for (let level = 0; level < this.levels; level++) {
      const left = before[level] as Node;
      if (level >= levels) {
        left.spans[level] = (left.spans[level] as number) + 1;
        continue;
      }
      const passed = rank - (ranks[level] as number);
      made.next[level] = left.next[level];
      made.spans[level] = (left.spans[level] as number) - passed;
      left.next[level] = made;
      left.spans[level] = passed + 1;
    }
    this.count++;
  }

  /** False if the entry was not there. */
  remove(score: number, member: string): boolean {
    const before: Node[] = [];
    this.seek(score, member, before, []);
    const node = before[0]?.next[0];
    if (node === undefined || node.score !== score || node.member !== member) return false;
    for (let level = 0; level < this.levels; level++) {
      const left = before[level] as Node;
      const isLinked = left.next[level] === node;
      const further = isLinked ? (node.spans[level] as number) : 0;
      left.spans[level] = (left.spans[level] as number) + further - 1;
      if (isLinked) left.next[level] = node.next[level];
    }
    this.count--;
    return true;
  }

  /** The number of entries in front of this one. */
  rankOf(score: number, member: string): number {
    const ranks: number[] = [];
    this.seek(score, member, [], ranks);
    return ranks[0] as number;
  }

  visit(first: number, count: number, visitor: (member: string, score: number) => void): void {
    let node = this.head;
    let left = first;
    for (let level = this.levels - 1; level >= 0; level--) {
      for (let next = node.next[level]; next !== undefined; next = node.next[level]) {
        if ((node.spans[level] as number) > left) break;
        left -= node.spans[level] as number;
        node = next;
      }
    }
    let at = node.next[0];
    for (let done = 0; done < count && at !== undefined; done++, at = at.next[0])
      visitor(at.member, at.score);
  }

  /** By level: the last node in front of the entry, and its rank. */
  private seek(score: number, member: string, before: Node[], ranks: number[]): void {
    let node = this.head;
    let rank = 0;
    for (let level = this.levels - 1; level >= 0; level--) {
      for (let next = node.next[level]; next !== undefined; next = node.next[level]) {
        if (next.score > score || (next.score === score && next.member >= member)) break;
        rank += node.spans[level] as number;
        node = next;
      }
      before[level] = node;
      ranks[level] = rank;
    }
  }
}

/** A slice has room for its items only, where a list that grows has some to spare. */
function nodeOf(score: number, member: string, levels: number): Node {
  return { score, member, next: NOTHING.slice(0, levels), spans: ZEROS.slice(0, levels) };
}
