/**
 * Intervals in the order of one of their ends: which of them may reach into a stretch of time? For each block of rows the furthest other end
 * is known, so that blocks without one are passed over.
 */
const BLOCK_BITS = 8;

export class Blocks {
  private least: Float64Array = new Float64Array(64);

  /** `value`: the other end; negative if the latest matters instead of the earliest. Rows may be put again, from any on, in ascending order. */
  put(row: number, value: number): void {
    const block = row >> BLOCK_BITS;
    if (block >= this.least.length) {
      const longer = new Float64Array(this.least.length * 2);
      longer.set(this.least);
      this.least = longer;
    }
    const isFirst = (row & ((1 << BLOCK_BITS) - 1)) === 0;
    this.least[block] = isFirst ? value : Math.min(value, this.least[block] as number);
  }

  /** The first row of a row's block. */
  startOf(row: number): number {
    return (row >> BLOCK_BITS) << BLOCK_BITS;
  }

  /** Calls `visit` with the rows in [from, until) of blocks that hold a value up to `limit`, until it returns false. */
  visit(from: number, until: number, limit: number, visit: (row: number) => boolean): void {
    let row = from;
    while (row < until) {
      const blockEnd = Math.min(until, ((row >> BLOCK_BITS) + 1) << BLOCK_BITS);
      if ((this.least[row >> BLOCK_BITS] as number) > limit) row = blockEnd;
      for (; row < blockEnd; row++) if (!visit(row)) return;
    }
  }
}
