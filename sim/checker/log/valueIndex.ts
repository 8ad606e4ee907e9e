import { keysOfChange } from "./effectsRecord.ts";
import type { StoredEntry } from "./logDisks.ts";

/** What the log says of one key, in the order in which disks got it. */
interface KeyEntries {
  /** By what names the value that was written. */
  readonly byValue: Map<string, StoredEntry[]>;
  readonly changes: StoredEntry[];
  readonly deletes: StoredEntry[];
}

/**
 * Finds the log entries that carry a value. Workloads write unique values, so that a value names its write; a counter's
 * result is unique under its key; a list closes each of its tokens with ";" and is named by its last one.
 */
export class ValueIndex {
  private readonly keys: Map<string, KeyEntries> = new Map();
  private readonly flushes: StoredEntry[] = [];
  private readonly leaderships: StoredEntry[] = [];

  add(stored: StoredEntry): void {
    if (stored.entry?.kind === LEADERSHIP) this.leaderships.push(stored);
    for (const change of stored.changes) {
      const { operation, key, text } = change;
      if (operation === "flush") {
        this.flushes.push(stored);
        continue;
      }
      for (const one of keysOfChange(change)) this.of(one).changes.push(stored);
      const entries = this.of(key);
      if (operation === "set" || operation === "append") {
        const name = nameOf(text);
        const same = entries.byValue.get(name);
        if (same === undefined) entries.byValue.set(name, [stored]);
        else same.push(stored);
      } else if (operation === "delete") entries.deletes.push(stored);
    }
  }

  /** Entries that wrote this value, or a list that ends in the same token. */
  find(key: string, value: string): readonly StoredEntry[] {
    return this.keys.get(key)?.byValue.get(nameOf(value)) ?? NONE;
  }

  /** Entries that changed the key in any way, in the order in which disks got them. */
  changesOf(key: string): readonly StoredEntry[] {
    return this.keys.get(key)?.changes ?? NONE;
  }

  /** Entries that emptied a shard, in the order in which disks got them. */
  flushesOf(shard: number): readonly StoredEntry[] {
    return this.flushes.filter((stored) => stored.shard === shard);
  }

  leadershipsOf(shard: number): readonly StoredEntry[] {
    return this.leaderships.filter((stored) => stored.shard === shard);
  }

  deletesOf(key: string): readonly StoredEntry[] {
    return this.keys.get(key)?.deletes ?? NONE;
  }

  private of(key: string): KeyEntries {
    let entries = this.keys.get(key);
    if (entries === undefined) {
      entries = { byValue: new Map(), changes: [], deletes: [] };
      this.keys.set(key, entries);
    }
    return entries;
  }
}

/** The number of this kind of entries on disks. */
const LEADERSHIP = 3;

const NONE: readonly StoredEntry[] = [];

/** Whether one of these entries lay on enough disks by then. */
export function wasDurableBy(entries: readonly StoredEntry[], us: number): StoredEntry | undefined {
  for (const stored of entries) if (stored.durableUs >= 0 && stored.durableUs <= us) return stored;
  return undefined;
}

function nameOf(value: string): string {
  if (!value.endsWith(";")) return value;
  return value.slice(value.lastIndexOf(";", value.length - 2) + 1);
}
