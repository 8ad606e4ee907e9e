/**
 * Which keys are waited for (BLPOP, XREAD BLOCK …), and which of them have become ready since they were last looked at: in the
 * order in which they became so, over all databases.
 */
import type { Keyspace } from "./keyspace.ts";
import type { ValueType } from "./value.ts";

export interface ReadyKey {
  readonly keyspace: Keyspace;
  readonly key: string;
}

export class ReadyKeys {
  private readonly awaited: Map<Keyspace, Map<string, boolean>> = new Map();
  private readonly ready: ReadyKey[] = [];
  /** Clients that wait for a key of each type. */
  private readonly clients: Map<ValueType, number> = new Map();

  get isEmpty(): boolean {
    return this.ready.length === 0;
  }

  /** One client more or less waits for keys of a type. */
  count(type: ValueType, change: 1 | -1): void {
    this.clients.set(type, (this.clients.get(type) ?? 0) + change);
  }

  /** Somebody waits for this key from now on. */
  await(keyspace: Keyspace, key: string): void {
    const keys = this.awaited.get(keyspace);
    if (keys === undefined) this.awaited.set(keyspace, new Map([[key, false]]));
    else if (!keys.has(key)) keys.set(key, false);
  }

  /** Nobody waits for this key any more. */
  release(keyspace: Keyspace, key: string): void {
    const keys = this.awaited.get(keyspace);
    if (keys === undefined) return;
    keys.delete(key);
    if (keys.size === 0) this.awaited.delete(keyspace);
  }

  /**
   * A key of this type came into being, or a stream grew or went. Nothing becomes ready while nobody at all waits for keys of
   * this type, as in Redis: a client that waits for another type would see the difference.
   */
  signal(keyspace: Keyspace, key: string, type: ValueType): void {
    if (this.awaited.size === 0) return;
    const keys = this.awaited.get(keyspace);
    // Absent: nobody waits for it. True: it is in the list already.
    if (keys?.get(key) !== false || (this.clients.get(type) ?? 0) === 0) return;
    keys.set(key, true);
    this.ready.push({ keyspace, key });
  }

  /** Every key of a database that somebody waits for. */
  awaitedIn(keyspace: Keyspace): readonly string[] {
    return [...(this.awaited.get(keyspace)?.keys() ?? [])];
  }

  /** The key that has been ready for longest; it may become so again. */
  take(): ReadyKey | undefined {
    const taken = this.ready.shift();
    if (taken === undefined) return undefined;
    const keys = this.awaited.get(taken.keyspace);
    if (keys?.has(taken.key) === true) keys.set(taken.key, false);
    return taken;
  }
}
