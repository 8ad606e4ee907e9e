/** Messages between clients, on nodes behind their door: who hears, in which order, and what waits for the log. */
import { describe, expect, it } from "vitest";
import { slotOf } from "../cluster/slots.ts";
import { TestShard, type TestClient, type TestNode } from "./testShard.ts";

function message(channel: string, text: string): string {
  return `*3\r\n$7\r\nmessage\r\n$${channel.length}\r\n${channel}\r\n$${text.length}\r\n${text}\r\n`;
}

interface Stage {
  readonly shard: TestShard;
  readonly primary: TestNode;
  readonly listener: TestClient;
  readonly publisher: TestClient;
}

/** A primary with a client that listens to "c" and one that listens to nothing. */
function stage(): Stage {
  const shard = new TestShard().start();
  const primary = shard.elect();
  shard.run(20);
  const listener = shard.connect(primary.id).send("SUBSCRIBE", "c");
  listener.take();
  return { shard, primary, listener, publisher: shard.connect(primary.id) };
}

describe("rule 20: a message", () => {
  it("leaves at once if its publisher is owed nothing", () => {
    const { shard, listener, publisher } = stage();
    shard.perfectLog.holdsAppends = true;
    expect(publisher.send("PUBLISH", "c", "m").take()).toBe(":1\r\n");
    expect(listener.take()).toBe(message("c", "m"));
  });

  it("waits for the writes that its publisher sent before it", () => {
    const { shard, listener, publisher } = stage();
    shard.perfectLog.holdsAppends = true;
    publisher.send("SET", "k", "v").send("PUBLISH", "c", "written");
    shard.run(20);
    expect([listener.take(), publisher.take()]).toEqual(["", ""]);
    shard.perfectLog.releaseAppends();
    shard.run(2);
    expect(listener.take()).toBe(message("c", "written"));
    expect(publisher.take()).toBe("+OK\r\n:1\r\n");
    publisher.send("PUBLISH", "c", "later");
    expect(listener.take()).toBe(message("c", "later"));
  });

  it("waits for its own transaction, and for a dirty key that the transaction read", () => {
    const { shard, primary, listener, publisher } = stage();
    shard.perfectLog.holdsAppends = true;
    const reader = shard.connect(primary.id).send("MULTI").send("GET", "k");
    reader.send("PUBLISH", "c", "read");
    publisher.send("MULTI").send("PUBLISH", "c", "first").send("SET", "k", "v");
    publisher.send("EXEC");
    reader.send("EXEC");
    expect(listener.take()).toBe("");
    shard.perfectLog.releaseAppends();
    shard.run(2);
    expect(listener.take()).toBe(message("c", "first") + message("c", "read"));
    expect(reader.take()).toBe("+OK\r\n+QUEUED\r\n+QUEUED\r\n*2\r\n$1\r\nv\r\n:1\r\n");
  });

  it("keeps its place among the replies of who hears it", () => {
    const { shard, listener, publisher } = stage();
    shard.perfectLog.holdsAppends = true;
    publisher.send("SET", "k", "v").send("PUBLISH", "c", "m");
    listener.send("PING").send("PING", "x");
    expect(listener.take()).toBe("");
    shard.perfectLog.releaseAppends();
    shard.run(2);
    const pongs = "*2\r\n$4\r\npong\r\n$0\r\n\r\n*2\r\n$4\r\npong\r\n$1\r\nx\r\n";
    expect(listener.take()).toBe(message("c", "m") + pongs);
  });

  it("of a write that was lost reaches nobody, and who would have heard it stays connected", () => {
    const { shard, primary, listener, publisher } = stage();
    const far = shard.connect(shard.replicas()[0]?.id ?? "").send("SUBSCRIBE", "c");
    far.take();
    primary.isCutFromLog = true;
    publisher.send("SET", "k", "v").send("PUBLISH", "c", "lost");
    listener.send("PING", "kept");
    shard.run(10_000);
    expect(shard.primary?.id).not.toBe(primary.id);
    primary.isCutFromLog = false;
    shard.run(1000);
    expect(primary.node.role).toBe("replica");
    expect([publisher.isClosed, publisher.take()]).toEqual([true, ""]);
    expect([listener.isClosed, far.take()]).toEqual([false, ""]);
    expect(listener.take()).toBe("*2\r\n$4\r\npong\r\n$4\r\nkept\r\n");
    shard.ask(shard.elect().id, ["PUBLISH", "c", "after"]);
    expect(listener.take()).toBe(message("c", "after"));
  });
});

describe("a message crosses the cluster", () => {
  it("to the subscribers of every node, once it is durable", () => {
    const { shard, listener, publisher } = stage();
    const far = shard.replicas().map((replica) => shard.connect(replica.id));
    for (const client of far) client.send("PSUBSCRIBE", "[b-d]").take();
    shard.perfectLog.holdsAppends = true;
    publisher.send("SET", "k", "v").send("PUBLISH", "c", "1").send("PUBLISH", "d", "2");
    shard.run(20);
    for (const client of [listener, ...far]) expect(client.take()).toBe("");
    shard.perfectLog.releaseAppends();
    shard.run(2);
    expect(publisher.take()).toBe("+OK\r\n:1\r\n:0\r\n");
    for (const client of far) {
      expect(client.take()).toBe(
        "*4\r\n$8\r\npmessage\r\n$5\r\n[b-d]\r\n$1\r\nc\r\n$1\r\n1\r\n*4\r\n$8\r\npmessage\r\n$5\r\n[b-d]\r\n$1\r\nd\r\n$1\r\n2\r\n",
      );
    }
  });

  it("from a replica too", () => {
    const { shard, listener } = stage();
    expect(shard.ask(shard.replicas()[0]?.id ?? "", ["PUBLISH", "c", "m"])).toBe(":0\r\n");
    expect(listener.take()).toBe(message("c", "m"));
  });

  it("not once its subscriber has left", () => {
    const { shard, primary, listener, publisher } = stage();
    listener.close();
    expect(publisher.send("PUBLISH", "c", "m").take()).toBe(":0\r\n");
    const other = shard.connect(primary.id).send("SUBSCRIBE", "c").send("QUIT");
    expect(other.take()).toBe("*3\r\n$9\r\nsubscribe\r\n$1\r\nc\r\n:1\r\n+OK\r\n");
    expect(publisher.send("PUBLISH", "c", "m").take()).toBe(":0\r\n");
  });

  it("on a shard channel to the nodes of its shard alone, replicas of it included", () => {
    const shard = new TestShard({ shards: 2 }).start();
    const primary = shard.elect();
    shard.run(20);
    const outsider = shard.startNode("db-1-a");
    outsider.isCutFromLog = true;
    const channels = Array.from({ length: 50 }, (_, index) => `c${index}`);
    const inFirst = channels.filter((channel) => slotOf(channel) < 8192);
    const [own = "", same = ""] = inFirst;
    const foreign = channels.find((channel) => slotOf(channel) >= 8192) ?? "";
    const replica = shard.replicas()[0];
    const listener = shard.connect(replica?.id ?? "").send("SSUBSCRIBE", own);
    expect(listener.take()).toBe(`*3\r\n$10\r\nssubscribe\r\n$2\r\n${own}\r\n:1\r\n`);
    expect(shard.ask(primary.id, ["SPUBLISH", own, "m"])).toBe(":0\r\n");
    expect(listener.take()).toBe(`*3\r\n$8\r\nsmessage\r\n$2\r\n${own}\r\n$1\r\nm\r\n`);
    const asker = primary.id;
    expect(shard.ask(asker, ["SPUBLISH", foreign, "m"])).toBe(
      `-MOVED ${slotOf(foreign)} 10.0.1.0:6379\r\n`,
    );
    expect(shard.ask(asker, ["SSUBSCRIBE", own, same])).toBe(
      "-CROSSSLOT Keys in request don't hash to the same slot\r\n",
    );
    expect(shard.ask(outsider.id, ["SPUBLISH", foreign, "m"])).toBe(":0\r\n");
    // A plain channel has no slot: it is heard wherever it is said.
    const everywhere = shard.connect(asker).send("SUBSCRIBE", foreign);
    everywhere.take();
    shard.ask(outsider.id, ["PUBLISH", foreign, "m"]);
    expect(everywhere.take()).toBe(message(foreign, "m"));
  });
});

describe("keyspace notifications", () => {
  function follower(shard: TestShard, id: string): TestClient {
    shard.ask(id, ["CONFIG", "SET", "notify-keyspace-events", "E$x"]);
    const client = shard.connect(id).send("PSUBSCRIBE", "*");
    client.take();
    return client;
  }

  function event(name: string, key: string): string {
    const channel = `__keyevent@0__:${name}`;
    return `*4\r\n$8\r\npmessage\r\n$1\r\n*\r\n$${channel.length}\r\n${channel}\r\n$${key.length}\r\n${key}\r\n`;
  }

  it("tell of a change once it is durable, on a replica once it is applied there", () => {
    const { shard, primary, publisher } = stage();
    const near = follower(shard, primary.id);
    const replica = shard.replicas()[0]?.id ?? "";
    const far = follower(shard, replica);
    shard.perfectLog.holdsAppends = true;
    publisher.send("SET", "k", "v").send("LPUSH", "l", "x");
    shard.run(20);
    expect([near.take(), far.take()]).toEqual(["", ""]);
    shard.perfectLog.releaseAppends();
    shard.run(5);
    expect([near.take(), far.take()]).toEqual([event("set", "k"), event("set", "k")]);
    shard.at(replica).isCutFromLog = true;
    publisher.send("SET", "k", "w");
    shard.run(5);
    expect([near.take(), far.take()]).toEqual([event("set", "k"), ""]);
    shard.at(replica).isCutFromLog = false;
    shard.run(500);
    expect(far.take()).toBe(event("set", "k"));
  });

  it("tell of what expires by itself once its deletion is durable", () => {
    const { shard, primary, publisher } = stage();
    const near = follower(shard, primary.id);
    publisher.send("SET", "k", "v", "PX", "20");
    shard.run(5);
    expect(near.take()).toBe(event("set", "k"));
    shard.perfectLog.holdsAppends = true;
    shard.run(100);
    expect(near.take()).toBe("");
    shard.perfectLog.releaseAppends();
    shard.run(5);
    expect(near.take()).toBe(event("expired", "k"));
  });

  it("tell nobody of a write that was lost", () => {
    const { shard, primary, publisher } = stage();
    const near = follower(shard, primary.id);
    const far = shard.replicas().map(({ id }) => follower(shard, id));
    primary.isCutFromLog = true;
    publisher.send("SET", "k", "v");
    shard.run(10_000);
    primary.isCutFromLog = false;
    shard.run(1000);
    expect([near.take(), ...far.map((client) => client.take())]).toEqual(["", "", ""]);
    expect(near.isClosed).toBe(false);
    shard.ask(shard.elect().id, ["SET", "k", "kept"]);
    expect([near.take(), far[0]?.take()]).toEqual([event("set", "k"), event("set", "k")]);
  });
});

describe("MONITOR", () => {
  it("shows other clients' requests at once, not when they are durable, and no administrator's", () => {
    const { shard, primary, publisher } = stage();
    const watcher = shard.connect(primary.id).send("MONITOR");
    expect(watcher.take()).toBe("+OK\r\n");
    shard.perfectLog.holdsAppends = true;
    publisher.send("SET", "k", 'a "b"\0').send("CLIENT", "LIST").send("AUTH", "default", "secret");
    const lines = watcher.take().replaceAll(/\+\d+\.\d{6} /g, "");
    expect(lines).toBe(
      '[0 127.0.0.1:50000] "SET" "k" "a \\"b\\"\\x00"\r\n[0 127.0.0.1:50000] "AUTH" "(redacted)" "(redacted)"\r\n',
    );
    watcher.send("CLIENT", "REPLY", "OFF");
    publisher.send("PING");
    expect(watcher.take()).toBe("");
  });
});

describe("a node with a password", () => {
  it("refuses what a new client asks before it gives the password", () => {
    const { shard, primary, publisher } = stage();
    expect(shard.ask(primary.id, ["CONFIG", "SET", "requirepass", "secret"])).toBe("+OK\r\n");
    const client = shard.connect(primary.id);
    const says = (...argv: string[]): string => client.send(...argv).take();
    expect(says("GET", "k")).toBe("-NOAUTH Authentication required.\r\n");
    expect(says("NOSUCH")).toMatch(/^-ERR unknown command/);
    expect(says("HELLO", "3")).toMatch(/^-NOAUTH HELLO must be called with the client already/);
    expect(says("AUTH", "wrong")).toMatch(/^-WRONGPASS /);
    expect(says("AUTH", "other", "secret")).toMatch(/^-WRONGPASS /);
    expect(says("AUTH", "secret")).toBe("+OK\r\n");
    expect(says("GET", "k")).toBe("$-1\r\n");
    expect(says("RESET")).toBe("+RESET\r\n");
    expect(says("PING")).toBe("-NOAUTH Authentication required.\r\n");
    expect(says("HELLO", "2", "AUTH", "default", "secret")).toMatch(/^\*14\r\n/);
    expect(says("PING")).toBe("+PONG\r\n");
    expect(publisher.send("PING").take()).toBe("+PONG\r\n");
  });

  it("takes only small requests of a client without it, and cuts off one that goes on", () => {
    const { shard, primary } = stage();
    shard.ask(primary.id, ["CONFIG", "SET", "requirepass", "secret"]);
    const large = shard.connect(primary.id).send("SET", "k", "x".repeat(16_385));
    expect(large.take()).toBe("-ERR Protocol error: unauthenticated bulk length\r\n");
    expect(large.isClosed).toBe(true);
    const stubborn = shard.connect(primary.id);
    for (let sent = 0; sent < 40_000 && !stubborn.isClosed; sent++) stubborn.send("GET", "k");
    expect(stubborn.isClosed).toBe(true);
    expect(stubborn.take().length).toBeLessThan(1_100_000);
    const good = shard
      .connect(primary.id)
      .send("AUTH", "secret")
      .send("SET", "k", "x".repeat(20_000));
    shard.run(5);
    expect(good.take()).toBe("+OK\r\n+OK\r\n");
  });
});
