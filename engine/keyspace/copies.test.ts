/** Values that are copied or moved, whatever their type: copies share nothing, and what is moved arrives whole. */
import { describe, expect, it } from "vitest";
import { TestExecutor } from "../commands/testExecutor.ts";

/** A type in one of its forms, the commands that make a value of `{k}a`, and those that change it. */
const kinds: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ["a string", ["SET {k}a 12"], ["INCR {k}a"]],
  ["a short string that was changed", ["APPEND {k}a x", "APPEND {k}a y"], ["SETBIT {k}a 1 0"]],
  ["a long string that was changed", ["SETBIT {k}a 9999 1"], ["SETBIT {k}a 9999 0"]],
  ["a result of INCRBYFLOAT", ["INCRBYFLOAT {k}a 5"], ["APPEND {k}a 1"]],
  ["a HyperLogLog", ["PFADD {k}a 1 2 3"], ["PFADD {k}a 4"]],
  ["a list", ["RPUSH {k}a 1 2 3"], ["LSET {k}a 1 x", "LPUSH {k}a y"]],
  ["a small hash", ["HSET {k}a f v g w"], ["HSET {k}a f x", "HDEL {k}a g"]],
  ["a large hash", [`HSET {k}a f ${"x".repeat(70)} g w`], ["HSET {k}a f y", "HDEL {k}a g"]],
  ["integers", ["SADD {k}a 1 2 70000"], ["SADD {k}a 3", "SREM {k}a 1"]],
  ["a set", [`SADD {k}a a b ${"x".repeat(70)}`], ["SADD {k}a c", "SREM {k}a a"]],
  ["a small sorted set", ["ZADD {k}a 1 a 2 b"], ["ZADD {k}a 3 a", "ZREM {k}a b"]],
  ["a large sorted set", [`ZADD {k}a 1 a 2 ${"x".repeat(70)}`], ["ZADD {k}a 3 a"]],
  [
    "a stream",
    ["XADD {k}a 1-1 f v", "XGROUP CREATE {k}a g 0", "XREADGROUP GROUP g al STREAMS {k}a >"],
    ["XADD {k}a 2-1 f w", "XDEL {k}a 1-1", "XACK {k}a g 1-1", "XGROUP CREATE {k}a h 0"],
  ],
];

for (const [name, made, changed] of kinds) {
  describe(`${name}, as a value`, () => {
    const built = (): TestExecutor => {
      const node = new TestExecutor();
      for (const line of made) expect(node.ask(line)).not.toMatch(/^-/);
      node.ask("PEXPIREAT {k}a 1800000000000");
      return node;
    };
    const state = (node: TestExecutor, key: string): string[] =>
      ["DUMP", "OBJECT ENCODING", "PEXPIRETIME"].map((words) => node.ask(`${words} ${key}`));

    it("is copied with its deadline, and shares nothing with its copy", () => {
      const node = built();
      const before = state(node, "{k}a");
      expect(node.ask("COPY {k}a {k}b")).toBe(":1\r\n");
      expect(state(node, "{k}b")).toEqual(before);
      for (const line of changed) expect(node.ask(line)).not.toMatch(/^-/);
      expect(state(node, "{k}a")).not.toEqual(before);
      expect(state(node, "{k}b")).toEqual(before);
      expect(TestExecutor.contents(node.applied)).toEqual(TestExecutor.contents(node.databases));
    });

    it("is renamed whole, replacing what was there", () => {
      const node = built();
      const before = state(node, "{k}a");
      node.ask("SET {k}b other");
      expect(node.ask("RENAME {k}a {k}b")).toBe("+OK\r\n");
      expect(state(node, "{k}b")).toEqual(before);
      expect(node.ask("EXISTS {k}a")).toBe(":0\r\n");
      expect(TestExecutor.contents(node.applied)).toEqual(TestExecutor.contents(node.databases));
    });

    it("goes to other databases and back", () => {
      const node = new TestExecutor();
      node.isClusterMode = false;
      for (const line of made) node.ask(line);
      const before = state(node, "{k}a");
      expect(node.ask("COPY {k}a {k}b DB 2")).toBe(":1\r\n");
      expect(node.ask("MOVE {k}a 1")).toBe(":1\r\n");
      expect(node.ask("SWAPDB 0 1")).toBe("+OK\r\n");
      expect(state(node, "{k}a")).toEqual(before);
      for (const line of changed) node.ask(line);
      node.ask("SELECT 2");
      expect(state(node, "{k}b")).toEqual(before);
      expect(TestExecutor.contents(node.applied)).toEqual(TestExecutor.contents(node.databases));
    });

    it("is the same after DUMP and RESTORE", () => {
      const node = built();
      const [dump = "", encoding = ""] = state(node, "{k}a");
      const payload = /^\$\d+\r\n([^]*)\r\n$/.exec(dump)?.[1] ?? "";
      expect(node.execute(["RESTORE", "{k}b", "0", payload]).record).toBeDefined();
      const [again, encodingAgain = ""] = state(node, "{k}b");
      expect(again).toBe(dump);
      // What tells a string that was changed in place is not in its dump.
      expect([encoding, "$6\r\nembstr\r\n", "$3\r\nint\r\n"]).toContain(encodingAgain);
      expect(TestExecutor.contents(node.applied)).toEqual(TestExecutor.contents(node.databases));
    });
  });
}
