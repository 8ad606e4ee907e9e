/**
 * The keys that have a deadline, as a binary heap. Each entry knows its place, so that a changed or removed deadline leaves
 * no garbage behind (heaps with lazy deletion grow without bound under repeated SET … EX on one key).
 *
 * The deadlines stand by themselves, as bare doubles in the heap's order: a number of an object that is too large for V8's small
 * integers, as every Unix time in milliseconds is, has 16 bytes of its own.
 */

/** The part of a key's entry that the heap uses. */
export interface Expiring {
  /** Place in the heap, -1 outside; belongs to the heap. */
  heapIndex: number;
}

const LEAST_PLACES = 8;

export class ExpiryHeap<E extends Expiring> {
  private readonly entries: E[] = [];
  /** Unix milliseconds, of each entry at its place; room for an eighth more at most. */
  private deadlines = new Float64Array(LEAST_PLACES);

  get size(): number {
    return this.entries.length;
  }

  /** The entry with the earliest deadline. */
  get first(): E | undefined {
    return this.entries[0];
  }

  /** Unix milliseconds of an entry in the heap. */
  deadlineOf(entry: E): number {
    return this.deadlines[entry.heapIndex] as number;
  }

  /** Mean deadline of at most `most` entries, evenly chosen; 0 without any. */
  meanDeadline(most: number): number {
    const { size } = this;
    const step = Math.ceil(size / most);
    let sum = 0;
    let seen = 0;
    for (let index = 0; index < size; index += step) {
      sum += this.deadlines[index] as number;
      seen++;
    }
    return seen === 0 ? 0 : sum / seen;
  }

  add(entry: E, expireAtUnixMs: number): void {
    const { size } = this;
    if (size === this.deadlines.length) this.resize(size + Math.max(LEAST_PLACES, size >> 3));
    this.entries.push(entry);
    this.rise(entry, expireAtUnixMs, size);
  }

  remove(entry: E): void {
    const hole = entry.heapIndex;
    const last = this.entries.pop();
    const lastDeadline = this.deadlines[this.size] as number;
    entry.heapIndex = -1;
    if (last !== undefined && last !== entry) this.place(last, lastDeadline, hole);
    if (this.size * 2 < this.deadlines.length) this.resize(this.size + (this.size >> 3));
  }

  /** Gives an entry in the heap another deadline. */
  move(entry: E, expireAtUnixMs: number): void {
    this.place(entry, expireAtUnixMs, entry.heapIndex);
  }

  clear(): void {
    this.entries.length = 0;
    this.deadlines = new Float64Array(LEAST_PLACES);
  }

  private resize(places: number): void {
    if (places < LEAST_PLACES) return;
    const deadlines = new Float64Array(places);
    deadlines.set(this.deadlines.subarray(0, this.size));
    this.deadlines = deadlines;
  }

  private place(entry: E, deadline: number, index: number): void {
    const parent = (index - 1) >> 1;
    if (index > 0 && deadline < (this.deadlines[parent] as number)) {
      this.rise(entry, deadline, index);
    } else {
      this.sink(entry, deadline, index);
    }
  }

  private rise(entry: E, deadline: number, from: number): void {
    let hole = from;
    while (hole > 0) {
      const above = (hole - 1) >> 1;
      if ((this.deadlines[above] as number) <= deadline) break;
      this.put(this.entries[above] as E, this.deadlines[above] as number, hole);
      hole = above;
    }
    this.put(entry, deadline, hole);
  }

  private sink(entry: E, deadline: number, from: number): void {
    const { deadlines, size } = this;
    let hole = from;
    for (;;) {
      let below = hole * 2 + 1;
      if (below >= size) break;
      const right = below + 1;
      if (right < size && (deadlines[right] as number) < (deadlines[below] as number)) {
        below = right;
      }
      if (deadline <= (deadlines[below] as number)) break;
      this.put(this.entries[below] as E, deadlines[below] as number, hole);
      hole = below;
    }
    this.put(entry, deadline, hole);
  }

  private put(entry: E, deadline: number, index: number): void {
    this.entries[index] = entry;
    this.deadlines[index] = deadline;
    entry.heapIndex = index;
  }
}
