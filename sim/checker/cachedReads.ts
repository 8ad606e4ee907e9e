/**
 * Client-side caching (PROTOCOL rule 24): what a client has cached by CLIENT TRACKING is never a lie that it could know of. Three things
 * are looked at, on what came on its connection and when the node gave it away:
 *
 *     agreement   a key that is read once more has the value that is cached, or an invalidation came before
 *     freshness   nothing that a primary says later than an acknowledged write of a key leaves an older value in a cache
 *     patience    an invalidation tells of a change that a majority of zones held when it left
 *
 * Where nobody can see disks (real processes) patience is not judged, and when the node spoke is known by what it answered: not before
 * that was asked.
 *
 * The clients read cached keys too, and go on until the run ends: agreement then says that nothing was forgotten.
 */
import { kindOfKey } from "../clients/keys.ts";
import type { CheckResult } from "../run.ts";
import { sayTime } from "./describe.ts";
import type { Operation } from "./history.ts";
import type { StoredEntry } from "./log/logDisks.ts";
import { type ValueIndex, wasDurableBy } from "./log/valueIndex.ts";
import { quote } from "./models/model.ts";
import type { CacheNews } from "./observer.ts";
import { Tally } from "./tally.ts";

interface Cached {
  readonly value: string | null;
  /** When the node gave it away. */
  readonly saidUs: number;
  /** Writes of the key that had been acknowledged before the read was sent off. */
  readonly writesBefore: number;
}

type Cache = Map<string, Cached>;

export class CachedReadsCheck {
  readonly tally: Tally = new Tally("cached reads", "cached values and invalidations");
  private readonly values: ValueIndex | undefined;
  private readonly toleratesStale: boolean;
  private readonly caches: Map<number, Cache> = new Map();
  /** Acknowledged writes by key, in the order of their acknowledgements. */
  private readonly writes: Map<string, Operation[]> = new Map();

  /** `values`: undefined where nobody can see logs. `toleratesStale`: clocks run beyond the bound, so that two primaries may be. */
  constructor(values: ValueIndex | undefined, toleratesStale: boolean) {
    this.values = values;
    this.toleratesStale = toleratesStale;
  }

  operationCompleted(operation: Operation): void {
    const { input, outcome } = operation;
    if (input.f !== "set" || outcome !== "ok") return;
    const known = this.writes.get(input.key);
    if (known === undefined) this.writes.set(input.key, [operation]);
    else known.push(operation);
  }

  told(nowUs: number, node: string, news: CacheNews): void {
    let cache = this.caches.get(news.connection);
    if (cache === undefined) {
      cache = new Map();
      this.caches.set(news.connection, cache);
    }
    for (const item of news.items) {
      if (item.kind === "value") this.read(nowUs, node, cache, item, news.sentUs);
      else this.invalidated(nowUs, node, cache, news, item.keys);
    }
    if (!news.isReadonly && !this.toleratesStale)
      this.lookForOld(nowUs, node, cache, this.spokeUs(news));
  }

  /** When the node gave it away, at the earliest. */
  private spokeUs({ items, sentUs }: CacheNews): number {
    if (this.values !== undefined) return sentUs;
    let askedUs = -Infinity;
    for (const item of items) {
      if (item.kind === "value") askedUs = Math.max(askedUs, item.invokedUs);
    }
    return askedUs;
  }

  lost(connection: number): void {
    this.caches.delete(connection);
  }

  // oxlint-disable-next-line max-params -- called in one place
  private read(
    nowUs: number,
    node: string,
    cache: Cache,
    { key, value, invokedUs }: Extract<CacheNews["items"][number], { kind: "value" }>,
    saidUs: number,
  ): void {
    this.tally.examined++;
    const cached = cache.get(key);
    if (cached === undefined) {
      const writesBefore = this.acknowledgedBefore(key, invokedUs);
      cache.set(key, { value, saidUs, writesBefore });
    } else if (value === null && kindOfKey(key) === "expiring") {
      // Its own read has found that the key is over: it is told behind the reply.
      cache.delete(key);
    } else if (cached.value !== value) {
      this.tally.violate(
        nowUs,
        `${node} answered ${say(value)} for ${key}, of which its client had cached ${say(cached.value)} and had been told no change`,
        [],
        "cached value changed without an invalidation",
      );
    }
  }

  /** Writes are acknowledged in an order that is nearly that of the answers: only the last few may be younger. */
  private acknowledgedBefore(key: string, us: number): number {
    const writes = this.writes.get(key) ?? [];
    let count = writes.length;
    while (count > 0 && (writes[count - 1] as Operation).completedUs >= us) count--;
    return count;
  }

  private invalidated(
    nowUs: number,
    node: string,
    cache: Cache,
    { sentUs }: CacheNews,
    keys: readonly string[] | undefined,
  ): void {
    this.tally.examined++;
    if (keys === undefined) {
      cache.clear();
      return;
    }
    for (const key of keys) {
      const cached = cache.get(key);
      cache.delete(key);
      if (cached === undefined || this.values === undefined) continue;
      if (changedSince(this.values, key, cached, sentUs)) continue;
      this.tally.violate(
        nowUs,
        `${node} told at ${sayTime(sentUs)} that ${key} is no longer ${say(cached.value)}, before a majority of zones held any change of it`,
        [],
        "invalidation before its write was durable",
      );
    }
  }

  /** A write that was sent off after the value was read, and answered before the node said this. */
  private lookForOld(nowUs: number, node: string, cache: Cache, sentUs: number): void {
    for (const [key, cached] of cache) {
      const writes = this.writes.get(key) ?? [];
      for (let index = writes.length - 1; index >= cached.writesBefore; index--) {
        const write = writes[index] as Operation;
        if (write.invokedUs < cached.saidUs || write.repliedUs >= sentUs) continue;
        this.tally.violate(
          nowUs,
          `${node} spoke at ${sayTime(sentUs)} to a client that still had ${say(cached.value)} for ${key}, although another value had been acknowledged at ${sayTime(write.repliedUs)}`,
          [],
          "cached value older than an acknowledged write",
        );
      }
    }
  }

  finish(): CheckResult {
    return this.tally.result(
      "no client went on using what it could know to be old, and none heard of a change before it was durable",
      "nothing was cached",
    );
  }
}

function say(value: string | null): string {
  return value === null ? "nothing" : quote(value);
}

/** A change that follows the write of the cached value was durable by then; any change, if nothing was cached as the value. */
function changedSince(values: ValueIndex, key: string, { value }: Cached, byUs: number): boolean {
  const own = value === null ? undefined : wasDurableBy(values.find(key, value), byUs);
  const changes = values.changesOf(key);
  let inOwnEntry = 0;
  for (let at = changes.length - 1; at >= 0; at--) {
    const change = changes[at] as StoredEntry;
    if (change === own && ++inOwnEntry > 1) return true;
    const isDurable = change.durableUs >= 0 && change.durableUs <= byUs;
    if (isDurable && (own === undefined || change.position > own.position)) return true;
  }
  return false;
}
