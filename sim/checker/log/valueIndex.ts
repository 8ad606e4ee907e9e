import type { StoredEntry } from "./logDisks.ts";

/**
 * Finds the log entries that carry a value. Workloads write unique values, so that a value names its write; a counter's
 * result is unique under its key; a list closes each of its tokens with ";" and is named by its last one.
 */
export class ValueIndex {
  private readonly entries: Map<string, StoredEntry[]> = new Map();
  private readonly byKey: Map<string, StoredEntry[]> = new Map();
  private readonly deletes: Map<string, StoredEntry[]> = new Map();

  add(stored: StoredEntry): void {
    for (const change of stored.changes) {
      push(this.byKey, change.key, stored);
      if (change.operation === "set" || change.operation === "append") {
        push(this.entries, nameOf(change.key, change.text), stored);
      } else if (change.operation === "delete") push(this.deletes, change.key, stored);
    }
  }

  /** Entries that wrote this value, or a list that ends in the same token. */
  find(key: string, value: string): readonly StoredEntry[] {
    return this.entries.get(nameOf(key, value)) ?? [];
  }

  /** Entries that changed the key in any way, in the order in which disks got them. */
  changesOf(key: string): readonly StoredEntry[] {
    return this.byKey.get(key) ?? [];
  }

  deletesOf(key: string): readonly StoredEntry[] {
    return this.deletes.get(key) ?? [];
  }
}

/** Whether one of these entries lay on enough disks by then. */
export function wasDurableBy(entries: readonly StoredEntry[], us: number): StoredEntry | undefined {
  return entries.find((stored) => stored.durableUs >= 0 && stored.durableUs <= us);
}

function push(map: Map<string, StoredEntry[]>, name: string, stored: StoredEntry): void {
  const list = map.get(name);
  if (list === undefined) map.set(name, [stored]);
  else list.push(stored);
}

function nameOf(key: string, value: string): string {
  if (!value.endsWith(";")) return `${key}\0${value}`;
  return `${key}\0${value.slice(value.lastIndexOf(";", value.length - 2) + 1)}`;
}
