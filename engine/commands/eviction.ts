/**
 * maxmemory on a primary: keys that go so that the data fits, and how long it did not. What is compared with maxmemory is the
 * keyspace's own count, so that the same requests evict the same keys wherever they run, and what clients hold in buffers.
 */
import type { Databases } from "../keyspace/databases.ts";
import { EvictionPool } from "../keyspace/evictionPool.ts";
import type { HostFigures } from "../contract.ts";
import { sizeOf } from "../keyspace/value.ts";
import type { Settings } from "../settings/settings.ts";
import type { CommandContext } from "./context.ts";
import { notice } from "./notices.ts";

/** "running": more must go, in a later piece. "failed": more should go and nothing may. */
export type EvictionOutcome = "enough" | "running" | "failed";

/** How often Redis looks at the clock while it evicts, and so do we at what we count instead. */
const KEYS_A_LOOK = 16;
/** Redis evicts for 50 µs a piece for each step of maxmemory-eviction-tenacity up to this one, then for 15 % more a step. */
const LINEAR_TENACITY = 10;
const GROWTH = 1.15;
/** However tenacious: the node must hear of its log and its clients in between. */
const MOST_KEYS_A_PIECE = 16_384;
const MOST_RECORD_BYTES_A_PIECE: number = 256 << 10;

export class Eviction {
  /** maxmemory has been set: what does not fit goes without waiting for a command. */
  isAsked = false;
  /** What clients hold in buffers. */
  clientsBytes = 0;
  /** Of the newest piece. */
  outcome: EvictionOutcome = "enough";
  private readonly databases: Databases;
  private readonly figures: HostFigures;
  private readonly pool: EvictionPool;
  /** maxmemory; 0: no limit. */
  private limitBytes = 0;
  private mostKeys = 0;
  private isLazy = false;
  /** Of the stopwatch; undefined while everything fits. */
  private exceededSinceUs: number | undefined = undefined;
  private exceededUs = 0;

  constructor(databases: Databases, settings: Settings, figures: HostFigures) {
    this.databases = databases;
    this.figures = figures;
    const pool = new EvictionPool(databases);
    this.pool = pool;
    settings.follow("maxmemory", (text) => {
      this.limitBytes = Number(text);
      this.isAsked = this.limitBytes > 0;
    });
    settings.follow("maxmemory-policy", (text) => {
      pool.policyName = text;
    });
    settings.follow("maxmemory-samples", (text) => {
      pool.samples = Number(text);
    });
    settings.follow("maxmemory-eviction-tenacity", (text) => {
      this.mostKeys = keysAPiece(Number(text));
    });
    settings.follow("lazyfree-lazy-eviction", (text) => {
      this.isLazy = text === "yes";
    });
  }

  /** Redis lets keys share small integers, where it need not know how each of them is used. */
  get sharesIntegers(): boolean {
    return !this.isLimited || !this.pool.goesByUsage;
  }

  /** There is a maxmemory. */
  get isLimited(): boolean {
    return this.limitBytes > 0;
  }

  /** Data and clients take more than maxmemory. */
  get isOver(): boolean {
    const { limitBytes, databases, clientsBytes } = this;
    return limitBytes > 0 && databases.usedBytes + clientsBytes > limitBytes;
  }

  /** Microseconds for which the data has taken too much, at present (0 if it does not) and ever. */
  get exceeded(): { readonly currentUs: number; readonly totalUs: number } {
    const { exceededSinceUs } = this;
    const currentUs =
      exceededSinceUs === undefined ? 0 : this.figures.stopwatchUs() - exceededSinceUs;
    return { currentUs, totalUs: this.exceededUs + currentUs };
  }

  /** CONFIG RESETSTAT. */
  resetStatistics(): void {
    this.exceededSinceUs = undefined;
    this.exceededUs = 0;
  }

  /** Evicts one bounded piece of what does not fit, with its record and notifications in the context. */
  run(context: CommandContext): void {
    const startUs = this.figures.stopwatchUs();
    this.outcome = this.evictPiece(context);
    const durationUs = this.figures.stopwatchUs() - startUs;
    context.meter.event("eviction-cycle", durationUs, context.unixUs);
    if (this.outcome === "enough") this.settle();
    else this.exceededSinceUs ??= this.figures.stopwatchUs();
  }

  /** The data fits. */
  settle(): void {
    if (this.exceededSinceUs === undefined) return;
    this.exceededUs = this.exceeded.totalUs;
    this.exceededSinceUs = undefined;
  }

  private evictPiece(context: CommandContext): EvictionOutcome {
    for (let evicted = 0; this.isOver;) {
      const next = this.pool.next();
      if (next === undefined) return "failed";
      context.select(next.keyspace.database);
      this.evict(context, next.key);
      evicted++;
      if (evicted % KEYS_A_LOOK !== 0) continue;
      const isLong = context.record.writer.lengthBytes >= MOST_RECORD_BYTES_A_PIECE;
      if (this.isOver && (evicted >= this.mostKeys || isLong)) return "running";
    }
    return "enough";
  }

  private evict(context: CommandContext, key: string): void {
    const startUs = this.figures.stopwatchUs();
    const value = context.keyspace.get(key);
    if (this.isLazy && value !== undefined) context.statistics.countLazyFree(sizeOf(value));
    context.delete(key);
    context.meter.event("eviction-del", this.figures.stopwatchUs() - startUs, context.unixUs);
    context.statistics.evictedKeys++;
    context.notify(notice.evicted, "evicted", key);
  }
}

/** maxmemory-eviction-tenacity in keys: 16 are what Redis evicts at least. */
function keysAPiece(tenacity: number): number {
  let keys = KEYS_A_LOOK * Math.max(1, Math.min(tenacity, LINEAR_TENACITY));
  for (let step = LINEAR_TENACITY; step < tenacity; step++) {
    keys = Math.min(keys * GROWTH, MOST_KEYS_A_PIECE);
  }
  return keys;
}
