/**
 * The keys that have a deadline, as a binary heap. Each entry knows its place, so that a changed or removed deadline leaves
 * no garbage behind (heaps with lazy deletion grow without bound under repeated SET … EX on one key).
 */

/** The part of a key's entry that the heap uses. */
export interface Expiring {
  expireAtUnixMs: number;
  /** Place in the heap, -1 outside; belongs to the heap. */
  heapIndex: number;
}

export class ExpiryHeap<E extends Expiring> {
  private readonly entries: E[] = [];

  get size(): number {
    return this.entries.length;
  }

  /** The entry with the earliest deadline. */
  get first(): E | undefined {
    return this.entries[0];
  }

  /** Mean deadline of at most `most` entries, evenly chosen; 0 without any. */
  meanDeadline(most: number): number {
    const step = Math.ceil(this.entries.length / most);
    let sum = 0;
    let seen = 0;
    for (let index = 0; index < this.entries.length; index += step) {
      sum += this.entries[index]?.expireAtUnixMs ?? 0;
      seen++;
    }
    return seen === 0 ? 0 : sum / seen;
  }

  add(entry: E): void {
    this.entries.push(entry);
    this.rise(entry, this.entries.length - 1);
  }

  remove(entry: E): void {
    const hole = entry.heapIndex;
    const last = this.entries.pop();
    entry.heapIndex = -1;
    if (last === undefined || last === entry) return;
    this.place(last, hole);
  }

  /** Call after the deadline of an entry in the heap has changed. */
  moved(entry: E): void {
    this.place(entry, entry.heapIndex);
  }

  clear(): void {
    this.entries.length = 0;
  }

  private place(entry: E, index: number): void {
    const parent = this.entries[(index - 1) >> 1];
    if (index > 0 && parent !== undefined && entry.expireAtUnixMs < parent.expireAtUnixMs) {
      this.rise(entry, index);
    } else {
      this.sink(entry, index);
    }
  }

  private rise(entry: E, from: number): void {
    const { entries } = this;
    let hole = from;
    while (hole > 0) {
      const above = (hole - 1) >> 1;
      const parent = entries[above];
      if (parent === undefined || parent.expireAtUnixMs <= entry.expireAtUnixMs) break;
      entries[hole] = parent;
      parent.heapIndex = hole;
      hole = above;
    }
    entries[hole] = entry;
    entry.heapIndex = hole;
  }

  private sink(entry: E, from: number): void {
    const { entries } = this;
    let hole = from;
    for (;;) {
      let below = hole * 2 + 1;
      let child = entries[below];
      if (child === undefined) break;
      const right = entries[below + 1];
      if (right !== undefined && right.expireAtUnixMs < child.expireAtUnixMs) {
        child = right;
        below++;
      }
      if (entry.expireAtUnixMs <= child.expireAtUnixMs) break;
      entries[hole] = child;
      child.heapIndex = hole;
      hole = below;
    }
    entries[hole] = entry;
    entry.heapIndex = hole;
  }
}
