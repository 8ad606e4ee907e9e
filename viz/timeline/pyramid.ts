/**
 * The worst of any stretch of rows in a handful of steps: each level holds the maxima of sixteen values of the level below. So a column of
 * the screen that stands for a hundred thousand rows still knows the one bad row among them.
 */
const FAN_BITS = 4;
const FAN_MASK = (1 << FAN_BITS) - 1;
const FIRST_LENGTH = 256;

export class Pyramid {
  count = 0;
  private readonly levels: Uint8Array[] = [new Uint8Array(FIRST_LENGTH)];

  push(value: number): void {
    const row = this.count++;
    this.put(0, row, value);
    for (let level = 1, index = row >> FAN_BITS; ; level++, index >>= FAN_BITS) {
      // Undefined where the level has no room yet: it is made even for a 0.
      const before = this.levels[level]?.[index];
      if (before === undefined || value > before) this.put(level, index, value);
      if (index === 0) return;
    }
  }

  /** Forgets the rows from `count` on. */
  cut(count: number): void {
    if (count >= this.count) return;
    let length = count;
    for (let level = 0; level < this.levels.length; level++) {
      const values = this.levels[level] as Uint8Array;
      values.fill(0, length);
      if (level > 0 && length > 0) {
        const last = length - 1;
        const below = this.levels[level - 1] as Uint8Array;
        const children = below.subarray(last << FAN_BITS, (last + 1) << FAN_BITS);
        values[last] = children.reduce((worst, value) => Math.max(worst, value), 0);
      }
      length = (length + FAN_MASK) >> FAN_BITS;
    }
    this.count = count;
  }

  /** The maximum of the rows in [from, until); 0 if there are none. */
  worst(from: number, until: number): number {
    let worst = 0;
    let low = from;
    let high = until;
    for (let level = 0; low < high; level++) {
      const values = this.levels[level] as Uint8Array;
      const isTop = level + 1 === this.levels.length;
      const stop = isTop ? high : Math.min(high, (low + FAN_MASK) & ~FAN_MASK);
      for (; low < stop; low++) worst = Math.max(worst, values[low] as number);
      const start = Math.max(low, high & ~FAN_MASK);
      for (; high > start; high--) worst = Math.max(worst, values[high - 1] as number);
      low >>= FAN_BITS;
      high >>= FAN_BITS;
    }
    return worst;
  }

  /** What was pushed as that row. */
  at(row: number): number {
    return this.levels[0]?.[row] ?? 0;
  }

  private put(level: number, index: number, value: number): void {
    let values = this.levels[level] ?? new Uint8Array(FIRST_LENGTH);
    if (index >= values.length) {
      const longer = new Uint8Array(values.length * 2);
      longer.set(values);
      values = longer;
    }
    values[index] = value;
    this.levels[level] = values;
  }
}
