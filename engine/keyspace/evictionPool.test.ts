import { expect, it } from "vitest";
import { Databases } from "./databases.ts";
import { EvictionPool } from "./evictionPool.ts";
import { NEVER } from "./keyspace.ts";

function databasesWithRandom(): Databases {
  const databases = new Databases();
  let state = 7;
  databases.usage.random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  return databases;
}

/** Keys 0 to 999, each used a second after the one before; those of odd number have deadlines, the earliest first. */
function filled(policy: string): { databases: Databases; pool: EvictionPool } {
  const databases = databasesWithRandom();
  const keyspace = databases.get(0);
  for (let key = 0; key < 1000; key++) {
    databases.usage.unixSeconds = 1_700_000_000 + key;
    keyspace.set(`${key}`, "x", key % 2 === 1 ? 2e12 + key : NEVER);
  }
  const pool = new EvictionPool(databases);
  pool.policyName = policy;
  return { databases, pool };
}

/** The keys that a policy takes, as numbers. */
function taken(policy: string, count: number): number[] {
  const { pool } = filled(policy);
  const keys: number[] = [];
  for (let taking = 0; taking < count; taking++) {
    const next = pool.next();
    if (next === undefined) break;
    next.keyspace.delete(next.key);
    keys.push(Number(next.key));
  }
  return keys;
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
}

it("takes nothing without a policy, and nothing of an empty keyspace", () => {
  expect(filled("noeviction").pool.next()).toBeUndefined();
  const pool = new EvictionPool(databasesWithRandom());
  for (const policy of ["allkeys-lru", "volatile-ttl", "allkeys-random", "volatile-random"]) {
    pool.policyName = policy;
    expect(pool.next()).toBeUndefined();
  }
});

it("takes about the least recently used keys, and with a deadline those whose time comes first", () => {
  // 100 of 1,000 at random would have a mean of 500.
  expect(mean(taken("allkeys-lru", 100))).toBeLessThan(150);
  expect(mean(taken("volatile-lru", 100))).toBeLessThan(200);
  expect(mean(taken("volatile-ttl", 100))).toBeLessThan(200);
  const random = mean(taken("allkeys-random", 500));
  expect(random).toBeGreaterThan(400);
  expect(random).toBeLessThan(600);
});

it("takes the least frequently used keys first", () => {
  const databases = databasesWithRandom();
  databases.usage.isLfu = true;
  const keyspace = databases.get(0);
  for (let key = 0; key < 100; key++) {
    keyspace.set(`${key}`, "x", NEVER);
    keyspace.setUsage(`${key}`, databases.usage.counted(key < 10 ? 1 : 100));
  }
  const pool = new EvictionPool(databases);
  pool.policyName = "allkeys-lfu";
  pool.samples = 20;
  const keys: number[] = [];
  for (let taking = 0; taking < 10; taking++) {
    const next = pool.next();
    next?.keyspace.delete(next.key);
    keys.push(Number(next?.key));
  }
  expect(keys.filter((key) => key < 10).length).toBeGreaterThan(6);
});

it("takes only keys with a deadline if the policy says so, and each once", () => {
  for (const policy of ["volatile-lru", "volatile-lfu", "volatile-random", "volatile-ttl"]) {
    const keys = taken(policy, 1000);
    expect(keys.toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 500 }, (_, index) => 2 * index + 1),
    );
  }
  for (const policy of ["allkeys-lru", "allkeys-lfu", "allkeys-random"]) {
    expect(new Set(taken(policy, 2000)).size).toBe(1000);
  }
});

it("takes of every database", () => {
  for (const policy of ["allkeys-lru", "allkeys-random"]) {
    const databases = databasesWithRandom();
    for (const number of [0, 3]) {
      for (let key = 0; key < 50; key++) databases.get(number).set(`${key}`, "x", NEVER);
    }
    const pool = new EvictionPool(databases);
    pool.policyName = policy;
    for (let taking = 0; taking < 60; taking++) {
      const next = pool.next();
      next?.keyspace.delete(next.key);
    }
    expect(databases.get(0).size).toBeLessThan(50);
    expect(databases.get(3).size).toBeLessThan(50);
  }
});

it("forgets its candidates when the policy changes, and passes over those that have gone or lost their deadline", () => {
  const { databases, pool } = filled("volatile-ttl");
  pool.samples = 64;
  expect(pool.next()).toBeDefined();
  const keyspace = databases.get(0);
  for (let key = 1; key < 999; key += 2) keyspace.expire(`${key}`, NEVER);
  expect(pool.next()?.key).toBe("999");
  pool.policyName = "allkeys-lru";
  for (let key = 1; key < 1000; key++) keyspace.delete(`${key}`);
  expect(pool.next()?.key).toBe("0");
});
