/**
 * Which keys of a primary hold changes that the log has not committed (PROTOCOL rule 19). A reply that saw such a key
 * waits for the position of its newest change; every other reply waits for nothing.
 *
 * Keys are not taken out one by one: those changed until now become the older ones when all older ones are committed, and go together.
 * So keys are found too whose changes are committed: they count as unchanged.
 */

export class Tracker {
  private newestPosition = 0;
  private everyKeyPosition = 0;
  private committedPosition = 0;
  /** Changes up to `olderUpTo`, and those since. */
  private older = new Generation();
  private younger = new Generation();
  private olderUpTo = 0;

  /** Forgets everything; `position` is committed. */
  reset(position: number): void {
    this.newestPosition = position;
    this.everyKeyPosition = position;
    this.committedPosition = position;
    this.older.clear();
    this.younger.clear();
    this.olderUpTo = position;
  }

  /** `keys` were changed (or deleted) by the record that ends at `position`, the highest so far. */
  changed(keys: readonly string[], position: number): void {
    this.newestPosition = position;
    for (let index = 0; index < keys.length; index++) {
      this.younger.add(keys[index] as string, position);
    }
  }

  /** Every key there is or was, absent ones too, was changed at `position` (FLUSHALL). */
  changedEveryKey(position: number): void {
    this.newestPosition = position;
    this.everyKeyPosition = position;
  }

  /** The newest position at which anything changed. */
  get newest(): number {
    return this.newestPosition;
  }

  /** The position that a reply which saw `keys` must wait for; at or below what is committed if it need not wait. */
  waitFor(keys: readonly string[], sawEverything: boolean): number {
    if (sawEverything) return this.newestPosition;
    if (keys.length === 0) return 0;
    let position = this.everyKeyPosition;
    const { older, younger } = this;
    if (younger.isEmpty && older.isEmpty) return position;
    const youngerPositions = younger.positions();
    const olderPositions = older.positions();
    for (let index = 0; index < keys.length; index++) {
      const key = keys[index] as string;
      const changedAt = youngerPositions.get(key) ?? olderPositions.get(key);
      if (changedAt !== undefined && changedAt > position) position = changedAt;
    }
    return position > this.committedPosition ? position : this.everyKeyPosition;
  }

  committed(position: number): void {
    this.committedPosition = position;
    if (position < this.olderUpTo) return;
    const { older } = this;
    older.clear();
    this.older = this.younger;
    this.younger = older;
    this.olderUpTo = this.newestPosition;
    if (position >= this.olderUpTo) this.older.clear();
  }

  /** Every key with undurable changes, and the position that a reply which saw it waits for. */
  forEachDirty(visit: (key: string, position: number) => void): void {
    const { committedPosition } = this;
    const younger = this.younger.positions();
    for (const [key, position] of this.older.positions()) {
      if (position > committedPosition && !younger.has(key)) visit(key, position);
    }
    for (const [key, position] of younger) if (position > committedPosition) visit(key, position);
  }

  /** Keys with undurable changes; those of an undurable FLUSHALL are not counted. */
  get dirtyKeyCount(): number {
    let count = 0;
    this.forEachDirty(() => count++);
    return count;
  }
}

/** Changes that go together. Where nothing is read before they go, nobody asks which keys they are of: they are gathered until somebody does. */
class Generation {
  private readonly byKey = new Map<string, number>();
  private keys: string[] = [];
  private at: number[] = [];

  get isEmpty(): boolean {
    return this.keys.length === 0 && this.byKey.size === 0;
  }

  add(key: string, position: number): void {
    this.keys.push(key);
    this.at.push(position);
  }

  /** Of the newest change by key. */
  positions(): ReadonlyMap<string, number> {
    const { byKey, keys, at } = this;
    if (keys.length > 0) {
      for (let index = 0; index < keys.length; index++) {
        byKey.set(keys[index] as string, at[index] as number);
      }
      this.keys = [];
      this.at = [];
    }
    return byKey;
  }

  clear(): void {
    if (this.byKey.size > 0) this.byKey.clear();
    if (this.keys.length > 0) {
      this.keys = [];
      this.at = [];
    }
  }
}
