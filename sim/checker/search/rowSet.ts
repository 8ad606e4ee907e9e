/**
 * Configurations as rows of integers in one flat array: the number of the state, one number of the owner's, and words of
 * bits that tell which pending operations have taken effect.
 */
export const STATE = 0;
export const NOTE = 1;
export const BITS = 2;

/** In the place of a state: the row is no longer one. */
export const REMOVED = -1;

/** Up to so many rows a walk over all is quicker than an index. */
const SHORT = 16;

/** How a new row compares with one that is there. */
const UNRELATED = 0;
const COVERED = 1;
const COVERS = 2;

/**
 * A set of configurations without those that another one covers. One explains all that two explains, and covers it, if
 * their states are equal, the same answered operations have taken effect in both, and one has used up no open operation
 * that two has not: an open one may still take effect, or never.
 */
export class RowSet {
  /** Integers in use are those before `end`; an array is never made shorter, which costs more than the search. */
  readonly rows: number[] = [];
  end: number = 0;
  width: number = BITS + 1;
  private readonly notesMatter: boolean;
  private heads: Int32Array<ArrayBuffer> = new Int32Array(0);
  private mask = 0;
  /** Of each row, once there is an index: its hash, and the next row under the same head. */
  private readonly hashes: number[] = [];
  private readonly next: number[] = [];
  private isIndexed = false;
  private indexed = 0;

  /** @param notesMatter whether rows with different notes have nothing to do with each other */
  constructor(notesMatter: boolean) {
    this.notesMatter = notesMatter;
  }

  /** Rows that were added and not cleared, removed ones included. */
  get count(): number {
    return this.end / this.width;
  }

  /** An estimate. */
  get bytes(): number {
    return 8 * (this.end + 2 * this.indexed) + 4 * this.mask;
  }

  clear(width: number): void {
    this.end = 0;
    this.indexed = 0;
    this.isIndexed = false;
    this.width = width;
  }

  /** Copies the row that begins at `at`; false if one that is there covers it. `open`: words of open operations. */
  add(source: readonly number[], at: number, open: readonly number[]): boolean {
    if (!this.isIndexed) {
      // Hashes hold for one note: what is open differs from note to note.
      if (!this.notesMatter && this.end < SHORT * this.width) {
        return this.addShort(source, at, open);
      }
      this.hashAll(open);
      this.makeIndex();
    } else if (this.indexed * 2 > this.mask) this.makeIndex();
    const hash = this.hash(source, at, open);
    const slot = hash & this.mask;
    for (let row = this.heads[slot] as number; row >= 0; row = this.next[row] as number) {
      const relation = this.compare(row * this.width, source, at, open);
      if (relation === COVERED) return false;
      if (relation === COVERS) this.rows[row * this.width] = REMOVED;
    }
    this.next[this.indexed] = this.heads[slot] as number;
    this.hashes[this.indexed] = hash;
    this.heads[slot] = this.indexed++;
    this.push(source, at);
    return true;
  }

  private addShort(source: readonly number[], at: number, open: readonly number[]): boolean {
    const { rows, width, end } = this;
    for (let row = 0; row < end; row += width) {
      const relation = this.compare(row, source, at, open);
      if (relation === COVERED) return false;
      if (relation === COVERS) rows[row] = REMOVED;
    }
    this.push(source, at);
    return true;
  }

  private push(source: readonly number[], at: number): void {
    const { rows, end, width } = this;
    for (let index = 0; index < width; index++) rows[end + index] = source[at + index] as number;
    this.end = end + width;
  }

  private compare(
    row: number,
    source: readonly number[],
    at: number,
    open: readonly number[],
  ): number {
    const { rows, width } = this;
    if (rows[row] !== source[at]) return UNRELATED;
    if (this.notesMatter && rows[row + NOTE] !== source[at + NOTE]) return UNRELATED;
    let isCovered = true;
    let covers = true;
    for (let index = BITS; index < width; index++) {
      const there = rows[row + index] as number;
      const fresh = source[at + index] as number;
      const mask = open[index - BITS] as number;
      if (((there ^ fresh) & ~mask) !== 0) return UNRELATED;
      if ((there & mask & ~fresh) !== 0) isCovered = false;
      if ((fresh & mask & ~there) !== 0) covers = false;
    }
    if (isCovered) return COVERED;
    return covers ? COVERS : UNRELATED;
  }

  private hash(source: readonly number[], at: number, open: readonly number[]): number {
    let hash = Math.imul(source[at] as number, 0x9e3779b1);
    if (this.notesMatter) hash = Math.imul(hash ^ (source[at + NOTE] as number), 0x85ebca6b);
    for (let index = BITS; index < this.width; index++) {
      const live = (source[at + index] as number) & ~(open[index - BITS] as number);
      hash = Math.imul(hash ^ live, 0x85ebca6b);
      hash ^= hash >>> 15;
    }
    return hash ^ (hash >>> 13);
  }

  private hashAll(open: readonly number[]): void {
    for (let row = 0; row < this.end; row += this.width) {
      this.hashes[this.indexed++] = this.hash(this.rows, row, open);
    }
    this.isIndexed = true;
  }

  private makeIndex(): void {
    const { hashes, next, indexed } = this;
    let size = 64;
    while (size < indexed * 4) size *= 2;
    if (this.heads.length < size) this.heads = new Int32Array(size);
    this.heads.fill(-1, 0, size);
    this.mask = size - 1;
    for (let row = 0; row < indexed; row++) {
      const slot = (hashes[row] as number) & this.mask;
      next[row] = this.heads[slot] as number;
      this.heads[slot] = row;
    }
  }
}
