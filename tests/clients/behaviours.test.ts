/** Habits of client libraries that a server has to be a match for, on a cluster in one process and on one without cluster mode. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Cluster, Redis } from "ioredis";
import { createClient, createCluster } from "redis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PYTHON } from "./libraries/redisPy.ts";
import { ServerProcess } from "./zoneProcesses.ts";

const PORT = 27_700;
const ALONE = 27_750;
const HOST = "127.0.0.1";
const MEBIBYTE = 2 ** 20;
const dir = mkdtempSync(join(tmpdir(), "azimuth-clients-"));
const servers: ServerProcess[] = [];

beforeAll(async () => {
  // A lease that a busy computer does not end.
  const common = ["lease-ms=10000"];
  const whole = [
    `port=${PORT}`,
    `dir=${join(dir, "whole")}`,
    "shards=2",
    "notify-keyspace-events=KEA",
  ];
  const alone = [`port=${ALONE}`, `dir=${join(dir, "alone")}`, "cluster-enabled=no"];
  const starts = [whole, alone].map((options) => ServerProcess.start([...options, ...common]));
  servers.push(...(await Promise.all(starts)));
});

afterAll(async () => {
  await Promise.all(servers.map((server) => server.kill()));
  rmSync(dir, { recursive: true, force: true, maxRetries: 10 });
});

describe("ioredis", () => {
  // A second is too short for a busy computer.
  const open = (): Cluster =>
    new Cluster([{ host: HOST, port: PORT }], { slotsRefreshTimeout: 60_000 });

  it("sends thousands of commands in one pipeline", async () => {
    const db = open();
    const pipeline = db.pipeline();
    for (let n = 0; n < 5000; n++) pipeline.set(`{pipe}${n}`, n).incr("{pipe}count");
    const replies = (await pipeline.exec()) ?? [];
    expect(replies).toHaveLength(10_000);
    expect(replies.filter(([error]) => error !== null)).toEqual([]);
    expect(await db.get("{pipe}count")).toBe("5000");
    db.disconnect();
  });

  it("stores values of one and of sixteen mebibytes", async () => {
    const db = open();
    for (const size of [MEBIBYTE, 16 * MEBIBYTE]) {
      const value = Buffer.alloc(size, "azimuth");
      expect(await db.set("big", value)).toBe("OK");
      expect((await db.getBuffer("big"))?.equals(value)).toBe(true);
    }
    await db.del("big");
    db.disconnect();
  });

  it("hears of changes from the node that holds the key", async () => {
    const db = open();
    await db.ping();
    const heard: string[] = [];
    const listeners = db.nodes("master").map((node) => node.duplicate());
    for (const listener of listeners) {
      listener.on("pmessage", (_pattern, channel, message) => heard.push(`${channel} ${message}`));
      await listener.psubscribe("__keyspace@0__:told*");
    }
    await db.set("told", "1");
    await db.del("told");
    await expect
      .poll(() => heard, { timeout: 60_000 })
      .toEqual(["__keyspace@0__:told set", "__keyspace@0__:told del"]);
    for (const listener of listeners) listener.disconnect();
    db.disconnect();
  });

  it("works through a stream as a group, and finds every key by SCAN", async () => {
    const db = open();
    await db.xgroup("CREATE", "{jobs}", "workers", "$", "MKSTREAM");
    for (let n = 0; n < 100; n++) await db.xadd("{jobs}", "*", "n", n);
    const done = new Set<string>();
    for (let turn = 0; done.size < 100; turn++) {
      const consumer = turn % 2 === 0 ? "one" : "two";
      const [stream] = (await db.xreadgroup(
        ...(["GROUP", "workers", consumer, "COUNT", 7, "STREAMS", "{jobs}", ">"] as const),
      )) as [string, [string, string[]][]][];
      for (const [id, [, n]] of stream?.[1] ?? []) {
        expect(await db.xack("{jobs}", "workers", id)).toBe(1);
        done.add(n ?? "");
      }
    }
    expect((await db.xpending("{jobs}", "workers"))[0]).toBe(0);
    const found = new Set<string>();
    for (const node of db.nodes("master")) {
      for await (const keys of node.scanStream({ match: "{pipe}*", count: 200 })) {
        for (const key of keys as string[]) found.add(key);
      }
    }
    expect(found.size).toBe(5001);
    db.disconnect();
  });
});

describe("node-redis", () => {
  const open = () => createCluster({ rootNodes: [{ url: `redis://${HOST}:${PORT}` }] }).connect();

  it("pipelines thousands of requests by itself, in RESP3", async () => {
    const db = await open();
    const numbers = Array.from({ length: 5000 }, (_, n) => n);
    await Promise.all(numbers.map((n) => db.hSet("{own}hash", String(n), n)));
    expect(Object.keys(await db.hGetAll("{own}hash"))).toHaveLength(5000);
    await db.zAdd("{own}scores", { score: 1.5, value: "member" });
    expect(await db.zScore("{own}scores", "member")).toBe(1.5);
    const big = "x".repeat(4 * MEBIBYTE);
    await db.set("{own}big", big);
    expect(await db.get("{own}big")).toBe(big);
    db.destroy();
  });

  it("iterates over a hash and over the keys of each primary", async () => {
    const db = await open();
    let fields = 0;
    let cursor = "0";
    do {
      const step = await db.hScan("{own}hash", cursor, { COUNT: 500 });
      fields += step.entries.length;
      cursor = step.cursor;
    } while (cursor !== "0");
    expect(fields).toBe(5000);
    const found = new Set<string>();
    for (const primary of db.masters) {
      const node = await db.nodeClient(primary);
      for await (const keys of node.scanIterator({ MATCH: "{own}*" })) {
        for (const key of keys) found.add(key);
      }
    }
    expect([...found].toSorted()).toEqual(["{own}big", "{own}hash", "{own}scores"]);
    db.destroy();
  });
});

describe("redis-py", () => {
  it("pipelines, iterates, and stores large values", () => {
    const script = `
from redis.cluster import RedisCluster
db = RedisCluster(host="${HOST}", port=${PORT}, decode_responses=True)
with db.pipeline() as pipe:
    for n in range(5000):
        pipe.set(f"python:{n}", n)
    print(all(pipe.execute()))
print(len(set(db.scan_iter(match="python:*", count=500))))
big = "x" * (4 << 20)
db.set("big", big)
print(db.get("big") == big)
db.xgroup_create("py-jobs", "workers", mkstream=True)
for n in range(10):
    db.xadd("py-jobs", {"n": n})
seen = 0
while seen < 10:
    for _, entries in db.xreadgroup("workers", "one", {"py-jobs": ">"}, count=3):
        seen += sum(db.xack("py-jobs", "workers", entry) for entry, _ in entries)
print(seen)`;
    const done = spawnSync(PYTHON, ["-c", script], { encoding: "utf8", timeout: 200_000 });
    expect(done.stderr).toBe("");
    expect(done.stdout).toBe("True\n5000\nTrue\n10\n");
  });
});

describe("without cluster mode", () => {
  it("plain clients work on their databases", async () => {
    const first = new Redis({ host: HOST, port: ALONE, db: 3 });
    expect(await first.mset("a", "1", "b", "2")).toBe("OK");
    first.disconnect();
    const second = await createClient({ url: `redis://${HOST}:${ALONE}/3` }).connect();
    expect(await second.mGet(["a", "b"])).toEqual(["1", "2"]);
    expect(await second.multi().incr("a").get("b").exec()).toEqual([2, "2"]);
    second.destroy();
    const script = `
import redis
db = redis.Redis(host="${HOST}", port=${ALONE}, db=3, decode_responses=True)
with db.pipeline() as transaction:
    transaction.watch("a")
    transaction.multi()
    transaction.incr("a")
    print(transaction.execute(), db.dbsize(), db.info("server")["redis_mode"])`;
    const done = spawnSync(PYTHON, ["-c", script], { encoding: "utf8", timeout: 60_000 });
    expect(done.stderr).toBe("");
    expect(done.stdout).toBe("[3] 2 standalone\n");
  });
});
