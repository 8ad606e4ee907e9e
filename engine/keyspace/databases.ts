/**
 * The numbered databases of one shard (SELECT). In cluster mode there is only number 0; the others are made at their first
 * use, so that what nobody selects costs nothing.
 */
import { defaultLimits, type EncodingLimits } from "./limits.ts";
import { type KeyEvents, Keyspace, NEVER, noEvents } from "./keyspace.ts";
import { KeyUsage } from "./keyUsage.ts";
import { Libraries } from "./libraries.ts";
import { ReadyKeys } from "./readyKeys.ts";
import type { KeyedHash } from "../structures/keyedHash.ts";

/** What a node takes before it holds a key, in round figures: a part of what is told as used. */
export const STARTUP_BYTES: number = 1 << 20;

export class Databases {
  /** Shared by all databases; CONFIG SET changes it. */
  readonly limits: EncodingLimits;
  /** Keys that clients wait for. */
  readonly ready: ReadyKeys = new ReadyKeys();
  /** Told of every key made while a command runs. */
  readonly events: KeyEvents = noEvents(this.ready);
  /** How keys are used, by this node's own count; whoever acts on keys sets its time. */
  readonly usage: KeyUsage = new KeyUsage();
  readonly libraries: Libraries = new Libraries();
  private readonly all: Keyspace[] = [];

  /** `hash`: of keys and members; without one it can be foreseen. */
  constructor(hash?: KeyedHash) {
    this.limits = defaultLimits(hash);
  }

  /** Those that were used so far, by number. */
  get used(): readonly Keyspace[] {
    return this.all;
  }

  /** The earliest deadline of any key, NEVER if there is none. */
  get nextExpiryUnixMs(): number {
    let earliest = NEVER;
    for (const keyspace of this.all) earliest = Math.min(earliest, keyspace.nextExpiryUnixMs);
    return earliest;
  }

  /** Approximate bytes of the node: of all keys with their values, of libraries, and of what it takes without any. */
  get usedBytes(): number {
    let bytes = STARTUP_BYTES + this.libraries.usedBytes;
    for (const keyspace of this.all) bytes += keyspace.usedBytes;
    return bytes;
  }

  /** Keys of all databases. */
  get size(): number {
    let keys = 0;
    for (const keyspace of this.all) keys += keyspace.size;
    return keys;
  }

  /** The database of a number; callers have checked that it may exist. */
  get(number: number): Keyspace {
    while (this.all.length <= number) {
      this.all.push(new Keyspace(this.all.length, this.limits, this.events, this.usage));
    }
    return this.all[number] as Keyspace;
  }

  /** Removes every key of every database. */
  flush(): void {
    for (const keyspace of this.all) keyspace.flush();
    this.events.changedAll?.();
  }

  /** Removes every key of one database. */
  flushOne(keyspace: Keyspace): void {
    keyspace.flush();
    this.events.changedAll?.();
  }

  /** Exchanges all keys of two databases; see Keyspace.swapWith. */
  swap(first: number, second: number, unixMs: number): void {
    this.get(first).swapWith(this.get(second), unixMs);
    this.events.changedAll?.();
  }

  /** Forgets everything, as a primary must that was fenced. */
  discard(): void {
    for (const keyspace of this.all) keyspace.discard();
    this.events.changedAll?.();
    this.libraries.clear();
  }
}
