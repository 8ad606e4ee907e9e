/** Which seeds a campaign runs: a range, or one shard of it. Pure. */
import { UsageError } from "../input/usageError.ts";

/** Both ends belong to it. */
export interface SeedRange {
  readonly first: number;
  readonly last: number;
}

/** One of `count` equal parts; `index` counts from 1. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

const wholeRange: Shard = { index: 1, count: 1 };

/** Seeds go through 32-bit generators and into names of folders. */
const highestSeed = 4_294_967_295;
const highestSeedCount = 1_000_000;
const highestShardCount = 10_000;

/** Throws UsageError that names what was expected. */
export function seedFrom(text: string, name: string): number {
  const seed = /^\d{1,10}$/.test(text) ? Number(text) : -1;
  if (seed >= 0 && seed <= highestSeed) return seed;
  throw new UsageError(`${name} expects a whole number from 0 to ${highestSeed}; got "${text}"`);
}

export function rangeFrom(text: string): SeedRange {
  const parts = /^(\d+)\.\.(\d+)$/.exec(text);
  if (parts === null) {
    throw new UsageError(`seeds expects a range such as seeds=1..200; got "${text}"`);
  }
  const first = seedFrom(parts[1] ?? "", "the first of seeds");
  const last = seedFrom(parts[2] ?? "", "the last of seeds");
  if (first > last) {
    throw new UsageError(`seeds=${text} is empty: the first must not be above the last`);
  }
  if (last - first >= highestSeedCount) {
    throw new UsageError(`seeds=${text} are more than ${highestSeedCount} seeds`);
  }
  return { first, last };
}

export function rangeText({ first, last }: SeedRange): string {
  return `${first}..${last}`;
}

export function shardFrom(text: string | undefined): Shard {
  if (text === undefined) return wholeRange;
  const parts = /^(\d{1,6})\/(\d{1,6})$/.exec(text);
  const index = Number(parts?.[1] ?? 0);
  const count = Number(parts?.[2] ?? 0);
  if (count >= 1 && count <= highestShardCount && index >= 1 && index <= count) {
    return { index, count };
  }
  throw new UsageError(
    `shard expects i/n with i from 1 to n and n up to ${highestShardCount}, such as shard=2/8; got "${text}"`,
  );
}

export function shardText({ index, count }: Shard): string {
  return `${index}/${count}`;
}

/** Every n-th seed: shards differ by at most one seed, and each sees early and late ones. */
export function seedsOf({ first, last }: SeedRange, { index, count }: Shard): readonly number[] {
  const seeds: number[] = [];
  for (let seed = first + index - 1; seed <= last; seed += count) seeds.push(seed);
  return seeds;
}

/** "1..4, 7, 9..12": seeds in order as ranges, of which at most `limit` are named. */
export function seedListText(seeds: readonly number[], limit: number): string {
  const ranges: string[] = [];
  let first = seeds[0];
  for (const [index, seed] of seeds.entries()) {
    if (first === undefined || seeds[index + 1] === seed + 1) continue;
    ranges.push(first === seed ? String(seed) : rangeText({ first, last: seed }));
    first = seeds[index + 1];
  }
  const shown = ranges.slice(0, limit).join(", ");
  return ranges.length > limit ? `${shown} and ${ranges.length - limit} more ranges` : shown;
}
