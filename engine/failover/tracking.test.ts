/** PROTOCOL rule 24: clients that cache what they read, on nodes behind their door. */
import { describe, expect, it } from "vitest";
import { encodeFailoverAsk } from "../control/messages.ts";
import { TestShard, type TestClient, type TestNode } from "./testShard.ts";

interface Stage {
  readonly shard: TestShard;
  readonly primary: TestNode;
  /** Tracks in RESP3. */
  readonly reader: TestClient;
  readonly writer: TestClient;
}

function tracking(client: TestClient, ...options: string[]): TestClient {
  client.send("HELLO", "3").send("CLIENT", "TRACKING", "ON", ...options);
  expect(client.take().endsWith("+OK\r\n")).toBe(true);
  return client;
}

function stage(...options: string[]): Stage {
  const shard = new TestShard({ isClusterMode: false }).start();
  const primary = shard.elect();
  shard.run(20);
  const reader = tracking(shard.connect(primary.id), ...options);
  return { shard, primary, reader, writer: shard.connect(primary.id) };
}

function bulk(text: string): string {
  return `$${text.length}\r\n${text}\r\n`;
}

function invalidate(...keys: string[]): string {
  return `>2\r\n${bulk("invalidate")}*${keys.length}\r\n${keys.map(bulk).join("")}`;
}

const forgetAll = `>2\r\n${bulk("invalidate")}_\r\n`;
const nothing = "_\r\n";

describe("a client that tracks", () => {
  it("is told of a change once the change is durable, in its place among its replies", () => {
    const { shard, reader, writer } = stage();
    expect(reader.send("GET", "k").take()).toBe(nothing);
    shard.perfectLog.holdsAppends = true;
    writer.send("SET", "k", "1");
    reader.send("PING");
    shard.run(20);
    expect([reader.take(), writer.take()]).toEqual(["", ""]);
    shard.perfectLog.releaseAppends();
    shard.run(2);
    expect(writer.take()).toBe("+OK\r\n");
    expect(reader.take()).toBe(`${invalidate("k")}+PONG\r\n`);
    shard.ask(writer.node, ["SET", "k", "2"]);
    expect(reader.take()).toBe("");
  });

  it("that reads what is not durable yet is told of the write before and of the next one", () => {
    const { shard, reader, writer } = stage();
    reader.send("GET", "k").take();
    shard.perfectLog.holdsAppends = true;
    writer.send("SET", "k", "1");
    reader.send("GET", "k");
    writer.send("SET", "k", "2");
    expect(reader.take()).toBe("");
    shard.perfectLog.releaseAppends();
    shard.run(2);
    expect(reader.take()).toBe(invalidate("k") + bulk("1") + invalidate("k"));
  });

  it("is told of its own change behind the reply, also of a transaction, and where it waited", () => {
    const { shard, reader, writer } = stage();
    reader.send("GET", "k").take();
    reader.send("SET", "k", "1");
    shard.run(5);
    expect(reader.take()).toBe(`+OK\r\n${invalidate("k")}`);
    reader.send("GET", "k").send("MULTI").send("INCR", "k").send("GET", "k").send("EXEC");
    shard.run(5);
    const queued = "+OK\r\n+QUEUED\r\n+QUEUED\r\n";
    expect(reader.take()).toBe(`${bulk("1")}${queued}*2\r\n:2\r\n${bulk("2")}${invalidate("k")}`);
    reader.send("LRANGE", "to", "0", "-1").send("BLMOVE", "from", "to", "LEFT", "LEFT", "0").take();
    writer.send("RPUSH", "from", "a");
    shard.run(5);
    expect(reader.take()).toBe(bulk("a") + invalidate("to"));
  });

  it("with NOLOOP is not told of its own changes, but of what it makes expire", () => {
    const { shard, reader } = stage("NOLOOP");
    reader.send("GET", "k").send("SET", "k", "1", "PX", "50").send("GET", "k");
    shard.run(5);
    expect(reader.take()).toBe(`${nothing}+OK\r\n${bulk("1")}`);
    shard.run(100);
    expect(reader.take()).toBe(invalidate("k"));
  });

  it("in BCAST mode is told of all keys of its prefixes that one step changed, in one word", () => {
    const { shard, reader, writer } = stage("BCAST", "PREFIX", "a:", "PREFIX", "b:");
    writer.send("MULTI").send("SET", "a:1", "1").send("SET", "a:2", "1").send("SET", "c:1", "1");
    writer.send("DEL", "a:1").send("SET", "b:1", "1").send("EXEC");
    shard.run(5);
    expect(reader.take()).toBe(invalidate("a:1", "a:2") + invalidate("b:1"));
    shard.ask(writer.node, ["FLUSHALL"]);
    expect(reader.take()).toBe(forgetAll);
  });

  it("of RESP2 hears by a connection that listens, and learns when that is gone", () => {
    const { shard, primary, writer } = stage();
    const listener = shard.connect(primary.id).send("SUBSCRIBE", "__redis__:invalidate");
    listener.take();
    const reader = shard.connect(primary.id);
    reader.send("CLIENT", "TRACKING", "ON", "REDIRECT", `${listener.id}`).send("GET", "k").take();
    writer.send("SET", "k", "1");
    shard.run(5);
    expect(listener.take()).toBe(
      `*3\r\n${bulk("message")}${bulk("__redis__:invalidate")}*1\r\n${bulk("k")}`,
    );
    reader.send("HELLO", "3").send("GET", "k").take();
    listener.close();
    shard.ask(writer.node, ["SET", "k", "2"]);
    expect(reader.take()).toBe(`>2\r\n${bulk("tracking-redir-broken")}:${listener.id}\r\n`);
    expect(reader.send("CLIENT", "INFO").take()).toContain(`flags=tR `);
  });

  it("is told of what expires and of what is evicted", () => {
    const { shard, primary, reader, writer } = stage();
    writer.send("SET", "k", "1", "PX", "50").send("SET", "l", "x".repeat(5000));
    shard.run(5);
    reader.send("MGET", "k", "l").take();
    shard.run(100);
    expect(reader.take()).toBe(invalidate("k"));
    writer.send("CONFIG", "SET", "maxmemory-policy", "allkeys-random");
    writer.send("CONFIG", "SET", "maxmemory", `${primary.node.databases.usedBytes - 1}`);
    shard.run(5);
    expect(reader.take()).toBe(invalidate("l"));
  });

  it("is told of what falls out of a table that is full, piece by piece", () => {
    const { shard, primary, reader, writer } = stage();
    for (let key = 0; key < 500; key++) reader.send("GET", `k${key}`);
    expect(reader.take()).toBe(nothing.repeat(500));
    writer.send("CONFIG", "SET", "tracking-table-max-keys", "10");
    expect(primary.node.executor.tracking.keyCount).toBe(400);
    shard.run(50);
    expect(primary.node.executor.tracking.keyCount).toBe(10);
    expect(primary.node.executor.tracking.itemCount).toBe(10);
    expect(reader.take().split("invalidate").length - 1).toBe(490);
  });

  it("forgets everything when the lease of its primary lapses, before what waits and behind it", () => {
    const { shard, primary, reader, writer } = stage();
    reader.send("GET", "k").take();
    shard.perfectLog.holdsAppends = true;
    writer.send("SET", "k", "1");
    reader.send("GET", "k");
    shard.run(2200);
    expect(primary.node.role).toBe("lapsed");
    expect(reader.take()).toBe(forgetAll);
    expect(shard.marks).toContain("readers told to forget everything");
    shard.perfectLog.releaseAppends();
    shard.run(2);
    expect(reader.take()).toBe(invalidate("k") + bulk("1") + forgetAll);
  });

  it("forgets everything when its primary hands over", () => {
    const { shard, primary, reader } = stage();
    reader.send("GET", "k").take();
    shard.message(primary.id, encodeFailoverAsk(0, shard.replicas()[0].id));
    shard.run(50);
    expect(shard.primary?.id).not.toBe(primary.id);
    expect(reader.take()).toBe(forgetAll);
  });

  it("forgets everything when its primary begins to hand over, to a log that is silent until another leads", () => {
    const { shard, primary, reader, writer } = stage();
    reader.send("GET", "k").take();
    primary.isCutFromLog = true;
    writer.send("SET", "other", "lost");
    shard.message(primary.id, encodeFailoverAsk(0, ""));
    expect(primary.node.role).toBe("handover");
    expect(reader.take()).toBe(forgetAll);
    shard.run(shard.timing.handoverMs);
    // The lease that has ended meanwhile counts as lapsed.
    shard.run(shard.timing.leaseMs);
    expect(primary.node.role).toBe("lapsed");
    expect(reader.take()).toBe(forgetAll);
  });

  it("forgets everything when its primary was fenced, though words to it are lost", () => {
    const { shard, primary, reader, writer } = stage();
    reader.send("GET", "k").take();
    primary.isCutFromLog = true;
    writer.send("SET", "k", "lost");
    shard.run(10_000);
    expect(shard.primary?.id).not.toBe(primary.id);
    expect(reader.take()).toBe(forgetAll);
    primary.isCutFromLog = false;
    shard.run(1000);
    expect(primary.node.role).toBe("replica");
    expect(reader.take()).toBe(forgetAll + forgetAll);
    expect([reader.isClosed, writer.isClosed]).toEqual([false, true]);
  });

  it("at a replica is told when the change is applied there", () => {
    const shard = new TestShard().start();
    const writer = shard.connect(shard.elect().id);
    shard.run(20);
    const replica = shard.replicas()[0];
    const reader = tracking(shard.connect(replica.id)).send("READONLY").send("GET", "k");
    expect(reader.take()).toBe(`+OK\r\n${nothing}`);
    shard.perfectLog.holdsAppends = true;
    writer.send("SET", "k", "1");
    shard.run(20);
    expect(reader.take()).toBe("");
    shard.perfectLog.releaseAppends();
    shard.run(20);
    expect(reader.take()).toBe(invalidate("k"));
    expect(reader.send("GET", "k").take()).toBe(bulk("1"));
  });

  it("that is gone is told of nothing, and nothing is left of it but its keys", () => {
    const { primary, reader, writer } = stage();
    reader.send("GET", "k").send("CLIENT", "TRACKING", "ON").take();
    reader.close();
    const { tracking: kept } = primary.node.executor;
    expect([kept.clientCount, kept.keyCount]).toEqual([0, 1]);
    writer.send("SET", "k", "1");
    expect([kept.keyCount, kept.isOn]).toEqual([0, false]);
  });
});
