import { describe, expect, it } from "vitest";
import { TestExecutor } from "./testExecutor.ts";

type Dialogue = readonly (readonly [string, string])[];

/** The first reply that differs; "" if none does. */
function differenceOf(node: TestExecutor, dialogue: Dialogue): string {
  for (const [line, expected] of dialogue) {
    const reply = node.ask(line);
    if (reply !== expected) return `${line}: ${reply}`;
  }
  return "";
}

function standalone(): TestExecutor {
  const node = new TestExecutor();
  node.isClusterMode = false;
  return node;
}

describe("snapshots on request", () => {
  it("are told as done, and counted", () => {
    const node = new TestExecutor();
    expect(
      differenceOf(node, [
        ["set a 1", "+OK\r\n"],
        ["lastsave", ":1699910000\r\n"],
        ["save", "+OK\r\n"],
        ["lastsave", ":1700000000\r\n"],
        ["bgsave", "+Background saving started\r\n"],
        ["bgsave schedule", "+Background saving started\r\n"],
        ["bgsave now", "-ERR syntax error\r\n"],
        ["bgrewriteaof", "+Background append only file rewriting started\r\n"],
      ]),
    ).toBe("");
    const info = node.ask("info persistence");
    expect(info).toContain("rdb_changes_since_last_save:0\r\n");
    expect(info).toContain("rdb_saves:3\r\n");
    expect(info).toContain("aof_rewrites:1\r\n");
  });

  it("are scheduled inside a transaction", () => {
    expect(
      differenceOf(new TestExecutor(), [
        ["multi", "+OK\r\n"],
        ["bgsave", "+QUEUED\r\n"],
        ["bgrewriteaof", "+QUEUED\r\n"],
        [
          "exec",
          "*2\r\n+Background saving scheduled\r\n+Background append only file rewriting scheduled\r\n",
        ],
      ]),
    ).toBe("");
  });
});

describe("SHUTDOWN", () => {
  it("asks the host and gives no reply; at once it closes the connection, else that ends with the node", () => {
    const node = new TestExecutor();
    const first = node.execute(["shutdown", "save"]);
    expect([first.reply.length, first.close]).toEqual([0, false]);
    const second = node.execute(["shutdown", "NOW", "force"]);
    expect([second.reply.length, second.close]).toEqual([0, true]);
    expect(node.asked).toEqual(["shutdown", "shutdown now"]);
  });

  it("refuses what makes no sense", () => {
    const node = new TestExecutor();
    expect(
      differenceOf(node, [
        ["shutdown save nosave", "-ERR syntax error\r\n"],
        ["shutdown please", "-ERR syntax error\r\n"],
        ["shutdown abort now", "-ERR syntax error\r\n"],
        ["shutdown abort", "-ERR No shutdown in progress.\r\n"],
        ["multi", "+OK\r\n"],
        ["shutdown", "-ERR Command not allowed inside a transaction\r\n"],
      ]),
    ).toBe("");
    expect(node.asked).toEqual([]);
  });
});

describe("REPLICAOF and FAILOVER", () => {
  it("are refused in cluster mode", () => {
    expect(
      differenceOf(new TestExecutor(), [
        ["replicaof no one", "-ERR REPLICAOF not allowed in cluster mode.\r\n"],
        ["slaveof a 1", "-ERR REPLICAOF not allowed in cluster mode.\r\n"],
        [
          "failover",
          "-ERR FAILOVER not allowed in cluster mode. Use CLUSTER FAILOVER command instead.\r\n",
        ],
      ]),
    ).toBe("");
  });

  it("NO ONE suits a primary, another primary nobody", () => {
    expect(
      differenceOf(standalone(), [
        ["replicaof no one", "+OK\r\n"],
        ["replicaof host 70000", "-ERR Invalid master port\r\n"],
        [
          "slaveof host 6379",
          "-ERR REPLICAOF not allowed: a node follows the log of its shard.\r\n",
        ],
      ]),
    ).toBe("");
  });

  it("hands over to any replica, or to a named one", () => {
    const node = standalone();
    expect(
      differenceOf(node, [
        ["failover", "+OK\r\n"],
        ["failover to 10.0.0.2 6380 timeout 100 force", "+OK\r\n"],
        ["failover abort", "-ERR No failover in progress.\r\n"],
        ["failover to 10.0.0.9 6380", "-ERR FAILOVER target HOST and PORT is not a replica.\r\n"],
        ["failover to 10.0.0.2", "-ERR syntax error\r\n"],
        ["failover timeout 0", "-ERR FAILOVER timeout must be greater than 0\r\n"],
        [
          "failover force",
          "-ERR FAILOVER with force option requires both a timeout and target HOST and IP.\r\n",
        ],
      ]),
    ).toBe("");
    expect(node.asked).toEqual(["hand over to ", "hand over to db-0-b"]);
    node.isPrimary = false;
    expect(
      differenceOf(node, [
        ["failover", "-ERR FAILOVER is not valid when server is a replica.\r\n"],
      ]),
    ).toBe("");
  });

  it("no replica reads from its primary", () => {
    const refused = "-ERR SYNC not allowed: replicas read the log of their shard.\r\n";
    expect(
      differenceOf(new TestExecutor(), [
        ["sync", refused],
        ["psync ? -1", refused],
        ["replconf capa eof", "+OK\r\n"],
        ["replconf capa", "-ERR syntax error\r\n"],
      ]),
    ).toBe("");
  });
});

describe("MEMORY", () => {
  it("tells what a key takes", () => {
    expect(
      differenceOf(new TestExecutor(), [
        ["set key value", "+OK\r\n"],
        ["memory usage key", ":56\r\n"],
        ["memory usage key samples 0", ":56\r\n"],
        ["memory usage none", "$-1\r\n"],
        ["memory usage key samples", "-ERR syntax error\r\n"],
        ["memory usage key samples -1", "-ERR syntax error\r\n"],
        ["memory usage key samples x", "-ERR value is not an integer or out of range\r\n"],
        ["memory purge", "+OK\r\n"],
        ["memory malloc-stats", "$45\r\nStats not supported for the current allocator\r\n"],
      ]),
    ).toBe("");
  });

  it("tells the figures as pairs, databases among them", () => {
    const node = new TestExecutor();
    node.ask("set key value");
    const stats = node.ask("memory stats");
    expect(stats.startsWith("*56\r\n$14\r\npeak.allocated\r\n:1048632\r\n")).toBe(true);
    expect(stats).toContain("$4\r\ndb.0\r\n*6\r\n$23\r\noverhead.hashtable.main\r\n:48\r\n");
    expect(stats).toContain("$10\r\nkeys.count\r\n:1\r\n");
    expect(node.ask("memory doctor")).toContain("too little data here");
  });
});

describe("MODULE", () => {
  it("has none and loads none", () => {
    const node = new TestExecutor();
    expect(node.ask("module list")).toBe("*0\r\n");
    for (const request of ["module load x", "module loadex x", "module unload x"]) {
      expect(node.ask(request)).toMatch(/^-ERR MODULE command not allowed\. /);
    }
    node.executor.settings.load(new Map([["enable-module-command", ["yes"]]]));
    expect(
      differenceOf(node, [
        ["module load x", "-ERR Error loading the extension. Please check the server logs.\r\n"],
        ["module unload x", "-ERR Error unloading module: no such module with that name\r\n"],
      ]),
    ).toBe("");
  });
});

describe("LOLWUT", () => {
  it("draws something of the asked size, and tells the version", () => {
    const node = new TestExecutor();
    expect(node.ask("lolwut")).toBe("$18\r\nRedis ver. 7.0.15\n\r\n");
    expect(node.ask("lolwut version x")).toBe("-ERR value is not an integer or out of range\r\n");
    const squares = node.ask("lolwut version 5 40 4 4").split("\r\n")[1]?.split("\n") ?? [];
    expect(squares.slice(0, 20).map((line) => line.length)).toEqual(Array(20).fill(40 * 3));
    expect(squares.join("")).toMatch(/[^\xe2\xa0\x80]\x80/);
    const city = node.ask("lolwut version 6 30 10").split("\r\n")[1]?.split("\n") ?? [];
    expect(city.slice(0, 10).map((line) => line.split(" ").length)).toEqual(Array(10).fill(31));
    expect(city.at(-2)).toMatch(/Redis ver\. 7\.0\.15$/);
  });
});
