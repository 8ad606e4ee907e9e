/**
 * Which keys of a primary hold changes that the log has not committed (PROTOCOL rule 19). A reply that saw such a key
 * waits for the position of its newest change; every other reply waits for nothing.
 */

export class Tracker {
  private newestPosition = 0;
  private everyKeyPosition = 0;
  private readonly positionByKey = new Map<string, number>();
  /** In the order of their positions: what to look at when the log commits. Parallel arrays, read from `head` on. */
  private positions: number[] = [];
  private keys: string[] = [];
  private head = 0;

  /** Forgets everything; `position` is committed. */
  reset(position: number): void {
    this.newestPosition = position;
    this.everyKeyPosition = position;
    this.positionByKey.clear();
    this.positions = [];
    this.keys = [];
    this.head = 0;
  }

  /** `keys` were changed (or deleted) by the record that ends at `position`, the highest so far. */
  changed(keys: readonly string[], position: number): void {
    this.newestPosition = position;
    for (let index = 0; index < keys.length; index++) {
      const key = keys[index] as string;
      this.positionByKey.set(key, position);
      this.positions.push(position);
      this.keys.push(key);
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
    if (this.positionByKey.size === 0) return position;
    for (let index = 0; index < keys.length; index++) {
      const changedAt = this.positionByKey.get(keys[index] as string);
      if (changedAt !== undefined && changedAt > position) position = changedAt;
    }
    return position;
  }

  committed(position: number): void {
    const { positions, keys, positionByKey } = this;
    let head = this.head;
    while (head < positions.length && (positions[head] as number) <= position) {
      const key = keys[head] as string;
      if (positionByKey.get(key) === positions[head]) positionByKey.delete(key);
      head += 1;
    }
    this.head = head;
    if (head === positions.length) {
      this.positions = [];
      this.keys = [];
      this.head = 0;
    } else if (head > 4096 && head * 2 > positions.length) {
      this.positions = positions.slice(head);
      this.keys = keys.slice(head);
      this.head = 0;
    }
  }

  /** Every key with undurable changes, and the position that a reply which saw it waits for. */
  forEachDirty(visit: (key: string, position: number) => void): void {
    for (const [key, position] of this.positionByKey) visit(key, position);
  }

  /** Keys with undurable changes; those of an undurable FLUSHALL are not counted. */
  get dirtyKeyCount(): number {
    return this.positionByKey.size;
  }
}
