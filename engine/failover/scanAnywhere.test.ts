/** Cursors of scans: places in the order of the hashes, which the id of the cluster determines. */
import { describe, expect, it } from "vitest";
import { TestShard } from "./testShard.ts";

const KEYS = 3000;

interface Filled {
  readonly shard: TestShard;
  readonly primary: string;
}

function filled(clusterId?: string): Filled {
  const shard = new TestShard({ isClusterMode: false, ...(clusterId && { clusterId }) }).start();
  const primary = shard.elect().id;
  shard.run(20);
  const words = Array.from({ length: KEYS }, (_, index) => [`key:${index}`, "v"]).flat();
  expect(shard.ask(primary, ["MSET", ...words])).toBe("+OK\r\n");
  expect(shard.ask(primary, ["HSET", "hash", ...words])).toBe(`:${KEYS}\r\n`);
  shard.run(100);
  return { shard, primary };
}

/** One step of a scan: the next cursor, and what it met. */
function step(from: Filled, node: string, words: readonly string[]): [string, string[]] {
  const [, , cursor = "", ...rest] = from.shard.ask(node, words).split("\r\n");
  return [cursor, rest.filter((line) => line.startsWith("key:"))];
}

describe("a scan", () => {
  for (const [what, words] of [
    ["of keys", ["SCAN"]],
    ["of fields", ["HSCAN", "hash"]],
  ] as const) {
    it(`${what} goes on at another node of the cluster and misses nothing`, () => {
      const present = filled();
      const nodes = [...present.shard.nodes.keys()];
      expect(nodes.length).toBeGreaterThan(1);
      const seen = new Set<string>();
      let cursor = "0";
      let steps = 0;
      do {
        const node = nodes[steps++ % nodes.length] as string;
        const [next, met] = step(present, node, [...words, cursor, "COUNT", "50"]);
        for (const one of met) seen.add(one);
        cursor = next;
      } while (cursor !== "0");
      expect(steps).toBeGreaterThan(20);
      expect(seen.size).toBe(KEYS);
    });

    it(`${what} has another order in another cluster`, () => {
      const one = filled("one");
      const same = filled("one");
      const other = filled("other");
      const first = [...words, "0", "COUNT", "500"];
      expect(step(same, same.primary, first)).toEqual(step(one, one.primary, first));
      expect(step(other, other.primary, first)).not.toEqual(step(one, one.primary, first));
    });
  }
});
