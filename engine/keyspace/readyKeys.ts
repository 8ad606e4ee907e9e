/**
 * Which keys are waited for (BLPOP, XREAD BLOCK …), and which of them have changed since they were last looked at: in the
 * order in which they changed first, over all databases.
 */
import type { Keyspace } from "./keyspace.ts";

export interface ReadyKey {
  readonly keyspace: Keyspace;
  readonly key: string;
}

export class ReadyKeys {
  private readonly awaited: Map<Keyspace, Map<string, boolean>> = new Map();
  private readonly ready: ReadyKey[] = [];

  get isEmpty(): boolean {
    return this.ready.length === 0;
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

  changed(keyspace: Keyspace, key: string): void {
    if (this.awaited.size === 0) return;
    const keys = this.awaited.get(keyspace);
    // Absent: nobody waits for it. True: it is in the list already.
    if (keys?.get(key) !== false) return;
    keys.set(key, true);
    this.ready.push({ keyspace, key });
  }

  /** Any key of the database may have changed. */
  changedAll(keyspace: Keyspace): void {
    for (const key of this.awaited.get(keyspace)?.keys() ?? []) this.changed(keyspace, key);
  }

  /** The key that has been ready for longest; a later change makes it ready again. */
  take(): ReadyKey | undefined {
    const taken = this.ready.shift();
    if (taken === undefined) return undefined;
    const keys = this.awaited.get(taken.keyspace);
    if (keys?.has(taken.key) === true) keys.set(taken.key, false);
    return taken;
  }
}
