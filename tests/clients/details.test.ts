/** What client libraries ask of a cluster beside commands: its layout, redirections, replicas, greetings, a planned failover. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Cluster, Redis } from "ioredis";
import { createClient, createCluster } from "redis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ioredis } from "./libraries/ioredis.ts";
import { nodeRedis } from "./libraries/nodeRedis.ts";
import { redisCli } from "./libraries/redisCli.ts";
import { PYTHON, redisPy } from "./libraries/redisPy.ts";
import { askOnce, ZoneProcesses } from "./zoneProcesses.ts";

const PORT = 27_400;
const HOST = "localhost";
let cluster: ZoneProcesses;

beforeAll(async () => {
  // A password is set by CONFIG SET below.
  const named = [
    "profile=redis",
    "cluster-announce-hostname=localhost",
    "cluster-preferred-endpoint-type=hostname",
  ];
  cluster = await ZoneProcesses.start({ port: PORT, shards: 2, options: named });
});

afterAll(() => cluster.stop());

describe("a cluster of two shards whose nodes announce a name", () => {
  it("tells of it in SLOTS, SHARDS and NODES, with a port for each node of each zone", async () => {
    const slots = await askOnce(PORT, "CLUSTER", "SLOTS");
    const shards = await askOnce(PORT, "CLUSTER", "SHARDS");
    const nodes = await askOnce(PORT, "CLUSTER", "NODES");
    for (const port of cluster.ports) {
      expect(slots).toContain(`$9\r\n${HOST}\r\n:${port}\r\n`);
      expect(shards).toContain(`:${port}\r\n`);
      expect(nodes).toContain(`127.0.0.1:${port}@${cluster.peerPortOf(port)},${HOST} `);
    }
    expect(nodes.match(/[ ,]master /g)).toHaveLength(2);
  });

  it("redirects to the name", async () => {
    const { port } = await cluster.primaryOf(0);
    const other = await cluster.primaryOf(1);
    // Slot 12182 is the second shard's.
    expect(await askOnce(port, "SET", "foo", "1")).toBe(`-MOVED 12182 ${HOST}:${other.port}\r\n`);
  });

  it("passes redis-cli --cluster check", () => {
    const done = spawnSync("redis-cli", ["--cluster", "check", `127.0.0.1:${PORT}`], {
      encoding: "utf8",
    });
    expect(done.stdout).toContain("All nodes agree about slots configuration");
    expect(done.stdout).toContain("All 16384 slots covered");
    expect(done.status).toBe(0);
  });

  it("greets in RESP3, and as Redis 7.0 refuses what it does not know yet", async () => {
    expect(await askOnce(PORT, "HELLO", "3")).toMatch(/^%7\r\n/);
    expect(await askOnce(PORT, "HELLO", "4")).toBe("-NOPROTO unsupported protocol version\r\n");
    expect(await askOnce(PORT, "CLIENT", "SETNAME", "app")).toBe("+OK\r\n");
    expect(await askOnce(PORT, "CLIENT", "SETINFO", "LIB-NAME", "lib")).toBe(
      "-ERR unknown subcommand 'SETINFO'. Try CLIENT HELP.\r\n",
    );
    expect(await askOnce(PORT, "AUTH", "secret")).toMatch(/^-ERR AUTH <password> called without/);
    expect(await askOnce(PORT, "INFO", "persistence")).toContain("loading:0\r\n");
  });
});

describe("redis-cli --ldb", () => {
  const script =
    "local old = redis.call('get', KEYS[1])\nredis.call('set', KEYS[1], ARGV[1])\nreturn old";
  const folder = mkdtempSync(join(tmpdir(), "azimuth-ldb-"));
  const file = join(folder, "script.lua");

  afterAll(() => rmSync(folder, { recursive: true }));

  /** What redis-cli prints while these lines are typed, without colours. */
  async function typed(mode: string, lines: readonly string[]): Promise<string> {
    writeFileSync(file, script);
    const { port } = await cluster.primaryOf(1);
    const done = spawnSync(
      "redis-cli",
      ["-p", String(port), mode, "--eval", file, "foo", ",", "new"],
      {
        input: lines.map((line) => `${line}\n`).join(""),
        encoding: "latin1",
        timeout: 60_000,
      },
    );
    // oxlint-disable-next-line no-control-regex -- what a terminal is told of colours
    return done.stdout.replaceAll(/\u001b\[[\d;]*m/g, "");
  }

  it("debugs on a copy, begins anew, and throws away what was changed", async () => {
    const { port } = await cluster.primaryOf(1);
    await askOnce(port, "SET", "foo", "old");
    const said = await typed("--ldb", [
      "n",
      "p old",
      "n",
      "r get foo",
      "restart",
      "b 3",
      "c",
      "t",
      "c",
    ]);
    expect(said).toContain(
      '<redis> get foo\n<reply> "old"\n* Stopped at 2, stop reason = step over',
    );
    expect(said).toContain('<value> "old"\n');
    expect(said).toContain('<redis> get foo\n<reply> "new"\n');
    expect(said).toContain("* Stopped at 3, stop reason = break point\n->#3   return old\n");
    expect(said).toContain("In top level:\n->#3   return old\n");
    expect(said).toContain("(Lua debugging session ended -- dataset changes rolled back)");
    expect(await askOnce(port, "GET", "foo")).toBe("$3\r\nold\r\n");
  });

  it("debugs on the data, and ends a script on its user's word", async () => {
    const { port } = await cluster.primaryOf(1);
    await askOnce(port, "SET", "foo", "old");
    const said = await typed("--ldb-sync-mode", ["s", "s", "a"]);
    expect(said).toContain("script aborted for user request");
    expect(await askOnce(port, "GET", "foo")).toBe("$3\r\nnew\r\n");
  });
});

describe("reads of replicas", () => {
  it("ioredis takes them there with scaleReads", async () => {
    const library = new Cluster([{ host: HOST, port: PORT }], { scaleReads: "slave" });
    await library.set("replicated", "1");
    await expect.poll(() => library.get("replicated")).toBe("1");
    library.disconnect();
    const { port } = await cluster.primaryOf(0);
    const replica = new Redis({ host: HOST, port: port === PORT ? PORT + 1 : PORT });
    await expect(replica.get("bar")).rejects.toThrow(/^MOVED /);
    expect(await replica.readonly()).toBe("OK");
    expect(await replica.get("bar")).toBeNull();
    replica.disconnect();
  });

  it("node-redis takes them there with useReplicas", async () => {
    const options = { rootNodes: [{ url: `redis://${HOST}:${PORT}` }], useReplicas: true };
    const library = await createCluster(options).connect();
    expect(library.replicas).toHaveLength(4);
    await library.set("replicated", "2");
    await expect.poll(() => library.get("replicated")).toBe("2");
    library.destroy();
  });

  it("redis-py takes them there with read_from_replicas", async () => {
    const script = `
from redis.cluster import RedisCluster
cluster = RedisCluster(host="${HOST}", port=${PORT}, read_from_replicas=True, decode_responses=True)
cluster.set("replicated", "3")
while cluster.get("replicated") != "3": pass
print(len(cluster.get_replicas()))`;
    const done = spawnSync(PYTHON, ["-c", script], { encoding: "utf8", timeout: 60_000 });
    expect(done.stderr).toBe("");
    expect(done.stdout).toBe("4\n");
  });
});

describe("a planned failover", () => {
  it.each([ioredis, nodeRedis, redisPy, redisCli])(
    "$name goes on with the new primary",
    async (kind) => {
      const library = await kind.open([{ host: HOST, port: PORT + 1 }], "as it likes");
      // Slot 5061 is the first shard's.
      await library.set("bar", `before ${kind.name}`);
      const before = await cluster.primaryOf(0);
      const replica = before.port === PORT ? PORT + 1 : PORT;
      expect(await askOnce(replica, "CLUSTER", "FAILOVER")).toBe("+OK\r\n");
      // As in Redis it is dropped if it takes too long, and the primary goes on.
      const role = async (): Promise<string> => {
        await askOnce(replica, "CLUSTER", "FAILOVER");
        return askOnce(replica, "ROLE");
      };
      await expect.poll(role, { interval: 1000, timeout: 120_000 }).toContain("master");
      expect(await library.get("bar")).toBe(`before ${kind.name}`);
      const write = async (): Promise<string> =>
        library.set("bar", "after").then(String, (error: unknown) => String(error));
      await expect.poll(write, { timeout: 120_000 }).toBe(kind === redisPy ? "true" : "OK");
      expect(await library.get("bar")).toBe("after");
      await library.close();
    },
  );
});

describe("a password", () => {
  it("is asked for by each node, and given by each library", async () => {
    for (const port of cluster.ports) {
      expect(await askOnce(port, "CONFIG", "SET", "requirepass", "secret")).toBe("+OK\r\n");
    }
    try {
      expect(await askOnce(PORT, "GET", "bar")).toBe("-NOAUTH Authentication required.\r\n");
      const first = new Cluster([{ host: HOST, port: PORT }], {
        redisOptions: { password: "secret" },
      });
      expect(await first.get("bar")).toBe("after");
      first.disconnect();
      const second = await createCluster({
        rootNodes: [{ url: `redis://${HOST}:${PORT}` }],
        defaults: { password: "secret" },
      }).connect();
      expect(await second.get("bar")).toBe("after");
      second.destroy();
      const wrong = createClient({
        url: `redis://:wrong@${HOST}:${PORT}`,
        socket: { reconnectStrategy: false },
      });
      wrong.on("error", () => {});
      await expect(wrong.connect()).rejects.toThrow(/^WRONGPASS /);
      const script = `
from redis.cluster import RedisCluster
print(RedisCluster(host="${HOST}", port=${PORT}, password="secret", decode_responses=True).get("bar"))`;
      const third = spawnSync(PYTHON, ["-c", script], { encoding: "utf8", timeout: 60_000 });
      expect(third.stderr).toBe("");
      expect(third.stdout).toBe("after\n");
    } finally {
      for (const port of cluster.ports) {
        spawnSync("redis-cli", [
          "-p",
          String(port),
          "-a",
          "secret",
          "CONFIG",
          "SET",
          "requirepass",
          "",
        ]);
      }
    }
  });
});
