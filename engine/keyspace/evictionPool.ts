/**
 * Which key goes when memory runs out, by Redis's approximation: of keys drawn at random the best candidates are kept in a pool
 * of sixteen, from one eviction to the next, and the best of the pool is taken. Nothing here evicts.
 * @see https://redis.io/docs/latest/develop/reference/eviction/
 */
import type { Databases } from "./databases.ts";
import { NEVER, type Keyspace } from "./keyspace.ts";

const POOL_SIZE = 16;

/** maxmemory-policy, taken apart. */
export interface EvictionPolicy {
  readonly order: "none" | "lru" | "lfu" | "random" | "ttl";
  /** Only keys that have a deadline go. */
  readonly isVolatile: boolean;
}

function evictionPolicyNamed(name: string): EvictionPolicy {
  const isVolatile = name.startsWith("volatile-");
  const order = orders.find((one) => name.endsWith(`-${one}`)) ?? "none";
  return { order, isVolatile };
}

const orders = ["lru", "lfu", "random", "ttl"] as const;

interface Candidate {
  readonly keyspace: Keyspace;
  readonly key: string;
  /** The larger, the sooner it goes. */
  readonly score: number;
}

export class EvictionPool {
  private readonly databases: Databases;
  private policy: EvictionPolicy = evictionPolicyNamed("noeviction");
  /** Keys drawn of each database, each time. */
  samples = 5;
  /** The best one last. Keys that are gone since are passed over when their turn comes. */
  private readonly candidates: Candidate[] = [];
  private lastDatabase = 0;

  constructor(databases: Databases) {
    this.databases = databases;
  }

  /** What was a good candidate for one policy is none for another. */
  set policyName(name: string) {
    this.policy = evictionPolicyNamed(name);
    this.candidates.length = 0;
  }

  /** It matters when or how often keys were used. */
  get goesByUsage(): boolean {
    return this.policy.order === "lru" || this.policy.order === "lfu";
  }

  /** The key that should go next; undefined if the policy lets none go. */
  next(): { readonly keyspace: Keyspace; readonly key: string } | undefined {
    switch (this.policy.order) {
      case "none":
        return undefined;
      case "random":
        return this.nextAtRandom();
      case "lru":
      case "lfu":
      case "ttl":
        return this.nextOfPool();
    }
  }

  private nextOfPool(): Candidate | undefined {
    for (;;) {
      let keys = 0;
      for (const keyspace of this.databases.used) keys += this.draw(keyspace);
      if (keys === 0) return undefined;
      for (let best = this.candidates.pop(); best !== undefined; best = this.candidates.pop()) {
        if (this.mayGo(best)) return best;
      }
    }
  }

  /** Candidates of one database, which has so many keys that may go. */
  private draw(keyspace: Keyspace): number {
    const { random } = this.databases.usage;
    const offer = (key: string, usage: number): void => this.offer(keyspace, key, usage);
    if (!this.policy.isVolatile) {
      keyspace.sample(random, this.samples, offer);
      return keyspace.size;
    }
    keyspace.sampleExpiring(random, this.samples, offer);
    return keyspace.expiringCount;
  }

  private offer(keyspace: Keyspace, key: string, usage: number): void {
    const { candidates } = this;
    for (const one of candidates) if (one.key === key && one.keyspace === keyspace) return;
    const score = this.scoreOf(keyspace, key, usage);
    let place = 0;
    while (place < candidates.length && (candidates[place] as Candidate).score < score) place++;
    if (candidates.length === POOL_SIZE) {
      if (place === 0) return;
      candidates.shift();
      place--;
    }
    candidates.splice(place, 0, { keyspace, key, score });
  }

  private scoreOf(keyspace: Keyspace, key: string, usage: number): number {
    const { order } = this.policy;
    if (order === "ttl") return -keyspace.deadlineOf(key);
    return order === "lfu"
      ? -this.databases.usage.frequency(usage)
      : this.databases.usage.idleSeconds(usage);
  }

  private mayGo({ keyspace, key }: Candidate): boolean {
    const isThere = keyspace.get(key) !== undefined;
    return isThere && (!this.policy.isVolatile || keyspace.deadlineOf(key) !== NEVER);
  }

  /** One of each database in turn. */
  private nextAtRandom(): { keyspace: Keyspace; key: string } | undefined {
    const { usage, used } = this.databases;
    for (let turn = 0; turn < used.length; turn++) {
      this.lastDatabase = (this.lastDatabase + 1) % used.length;
      const keyspace = used[this.lastDatabase] as Keyspace;
      const key = this.policy.isVolatile
        ? keyspace.randomExpiringKey(usage.random)
        : keyspace.randomKey(usage.random);
      if (key !== undefined) return { keyspace, key };
    }
    return undefined;
  }
}
