/** What database nodes may hold, as redis.conf says it. */
import type { InitialValues } from "../engine/settings/settings.ts";

/** Values of maxmemory-policy under which nodes evict. */
export const evictionPolicies = [
  "allkeys-lru",
  "allkeys-lfu",
  "allkeys-random",
  "volatile-lru",
  "volatile-lfu",
  "volatile-random",
  "volatile-ttl",
] as const;

export interface Maxmemory {
  /** 0: no limit. */
  readonly bytes: number;
  /** "any": `random` draws one. */
  readonly policy: string;
}

/** The parameters of a new process. */
export function maxmemoryParameters(
  { bytes, policy }: Maxmemory,
  random: () => number,
): InitialValues {
  if (bytes === 0) return new Map();
  const drawn = evictionPolicies[Math.floor(random() * evictionPolicies.length)] as string;
  return new Map([
    ["maxmemory", [String(bytes)]],
    ["maxmemory-policy", [policy === "any" ? drawn : policy]],
  ]);
}
