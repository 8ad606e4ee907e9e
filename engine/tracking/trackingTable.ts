/**
 * Who has read which keys since they last changed. Keys are known by name alone, as in Redis, whatever their database. Clients are
 * known by their ids, which never repeat, and are not looked for when they leave: what is left of them goes with the key.
 */
import type { KeyedHash } from "../structures/keyedHash.ts";
import { KeyTable } from "../structures/keyTable.ts";

/** Mostly one client reads a key: a set a key would take ten times as much. */
type Readers = number | Set<number>;

export class TrackingTable {
  private readonly table: KeyTable<Readers>;
  private items = 0;

  constructor(hash: KeyedHash) {
    this.table = new KeyTable<Readers>(hash);
  }

  get keyCount(): number {
    return this.table.size;
  }

  /** Pairs of a key and a client. */
  get itemCount(): number {
    return this.items;
  }

  add(key: string, clientId: number): void {
    const present = this.table.get(key);
    if (present === undefined) {
      this.table.exchange(key, clientId);
    } else if (typeof present === "number") {
      if (present === clientId) return;
      this.table.exchange(key, new Set([present, clientId]));
    } else {
      if (present.has(clientId)) return;
      present.add(clientId);
    }
    this.items++;
  }

  /** Forgets a key and returns the clients that have read it. */
  take(key: string): Iterable<number> {
    const readers = this.table.delete(key);
    if (readers === undefined) return NOBODY;
    if (typeof readers === "number") {
      this.items--;
      return [readers];
    }
    this.items -= readers.size;
    return readers;
  }

  randomKey(random: () => number): string | undefined {
    return this.table.randomKey(random);
  }

  clear(): void {
    this.table.clear();
    this.items = 0;
  }
}

const NOBODY: readonly number[] = [];
