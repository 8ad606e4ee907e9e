/** PROTOCOL rules 5 and 18 to 22: what clients see, on nodes behind their door. */
import { describe, expect, it } from "vitest";
import { openFrame } from "../bytes/frame.ts";
import { ByteWriter } from "../bytes/writer.ts";
import { Topology } from "../cluster/topology.ts";
import { slotOf } from "../cluster/slots.ts";
import { TestShard, type TestClient } from "./testShard.ts";

function loaded(options: ConstructorParameters<typeof TestShard>[0] = {}): TestShard {
  const shard = new TestShard(options).start();
  shard.elect();
  shard.run(20);
  return shard;
}

describe("rule 5: back-pressure", () => {
  it("above the bound writes wait unexecuted, while reads of clean keys and renewals go on", () => {
    const shard = loaded({ timing: { inFlightBytes: 2000 } });
    const primary = shard.elect();
    const renewals = shard.entriesOf("renewal").length;
    shard.perfectLog.holdsAppends = true;
    const writer = shard.connect(primary.id);
    for (let index = 0; index < 40; index++) writer.send("SET", `k${index}`, "x".repeat(50));
    const executed = primary.node.databases.size;
    expect(executed).toBeLessThan(25);
    expect(executed).toBeGreaterThan(10);
    expect(shard.traced("write.stalled")).toHaveLength(1);
    expect(shard.ask(primary.id, ["GET", "clean"])).toBe("$-1\r\n");
    shard.run(1000);
    expect(primary.node.lease.pendingRenewal).toBeGreaterThan(0);
    shard.perfectLog.releaseAppends();
    shard.run(10);
    expect(writer.take()).toBe("+OK\r\n".repeat(40));
    expect(primary.node.databases.size).toBe(40);
    expect(shard.traced("write.resumed").length).toBeGreaterThan(0);
    expect(shard.entriesOf("renewal").length).toBeGreaterThan(renewals);
  });

  it("counts each request that had to wait once, and how long writes took until their commit", () => {
    const shard = loaded({ timing: { inFlightBytes: 300 } });
    const primary = shard.elect();
    const { statistics } = primary.node.executor;
    shard.perfectLog.holdsAppends = true;
    const writers = [0, 1, 2, 3].map((index) =>
      shard.connect(primary.id).send("SET", `k${index}`, "x".repeat(400)),
    );
    expect(shard.ask(primary.id, ["GET", "clean"])).toBe("$-1\r\n");
    expect(statistics.delayedWrites).toBe(3);
    expect(statistics.commitTimes.histogram.total).toBe(0);
    shard.run(100);
    shard.perfectLog.releaseAppends();
    shard.run(20);
    expect(writers.map((writer) => writer.take())).toEqual(writers.map(() => "+OK\r\n"));
    expect(statistics.delayedWrites).toBe(3);
    const { histogram } = statistics.commitTimes;
    expect(histogram.total).toBe(4);
    expect(histogram.countUpTo(90_000)).toBe(3);
    expect(histogram.percentileNs(100)).toBeGreaterThan(99e6);
  });

  it("a read that comes upon an expired key is a write: it waits too, one of another key does not", () => {
    const shard = loaded({ timing: { inFlightBytes: 300 } });
    const primary = shard.elect();
    expect(shard.ask(primary.id, ["SET", "e", "v", "PX", "20"])).toBe("+OK\r\n");
    shard.perfectLog.holdsAppends = true;
    shard.connect(primary.id).send("SET", "k", "x".repeat(400));
    shard.run(50);
    const inFlight = primary.node.appender.inFlightBytes;
    const reader = shard.connect(primary.id).send("GET", "e");
    const walker = shard.connect(primary.id).send("MULTI").send("RANDOMKEY").send("EXEC");
    expect(reader.take()).toBe("");
    expect(walker.take()).toBe("+OK\r\n+QUEUED\r\n");
    expect(shard.ask(primary.id, ["GET", "clean"])).toBe("$-1\r\n");
    expect(primary.node.appender.inFlightBytes).toBe(inFlight);
    shard.perfectLog.releaseAppends();
    shard.run(20);
    expect(reader.take()).toBe("$-1\r\n");
    expect(walker.take()).toBe("*1\r\n$1\r\nk\r\n");
  });

  it("while the log's disks are nearly full, writes get an error and nothing is appended but renewals", () => {
    const shard = loaded();
    const primary = shard.elect();
    expect(shard.ask(primary.id, ["SET", "old", "1", "PX", "1000"])).toBe("+OK\r\n");
    expect(shard.ask(primary.id, ["SET", "key", "1"])).toBe("+OK\r\n");
    shard.perfectLog.isLow = true;
    shard.run(600);
    const effects = shard.entriesOf("effects").length;
    const renewals = shard.entriesOf("renewal").length;
    const refusal =
      "-MISCONF The disks of the log are nearly full. Commands that write are refused until there is room, reads go on.\r\n";
    expect(shard.ask(primary.id, ["SET", "key", "2"])).toBe(refusal);
    expect(shard.ask(primary.id, ["GET", "key"])).toBe("$1\r\n1\r\n");
    const client = shard
      .connect(primary.id)
      .send("MULTI")
      .send("GET", "key")
      .send("SET", "key", "3");
    expect(client.send("EXEC").take()).toBe(
      `+OK\r\n+QUEUED\r\n${refusal}-EXECABORT Transaction discarded because of previous errors.\r\n`,
    );
    shard.run(1500);
    expect(shard.ask(primary.id, ["GET", "old"])).toBe(refusal);
    expect(shard.entriesOf("effects").length).toBe(effects);
    expect(shard.entriesOf("renewal").length).toBeGreaterThan(renewals);
    expect(primary.node.role).toBe("primary");
    shard.perfectLog.isLow = false;
    shard.run(600);
    expect(shard.ask(primary.id, ["SET", "key", "4"])).toBe("+OK\r\n");
    expect(shard.ask(primary.id, ["GET", "old"])).toBe("$-1\r\n");
  });

  it("a connection whose unsent replies grow large executes nothing more until they leave", () => {
    const shard = loaded();
    const primary = shard.elect();
    const value = "x".repeat(1 << 20);
    expect(shard.ask(primary.id, ["SET", "big", value])).toBe("+OK\r\n");
    shard.perfectLog.holdsAppends = true;
    const client = shard.connect(primary.id).send("SET", "k", "v");
    for (let index = 0; index < 20; index++) client.send("GET", "big");
    const parked = primary.node.connections.parkedReplies;
    expect(parked).toBeGreaterThan(15);
    expect(parked).toBeLessThan(20);
    shard.perfectLog.releaseAppends();
    shard.run(2);
    expect(client.take().length).toBe(5 + 20 * (value.length + 12));
    expect(shard.marks).toContain("connection full of parked replies");
  });

  it("a read that finds a key expired waits like any write: the key's deletion is one", () => {
    const shard = loaded({ timing: { inFlightBytes: 300 } });
    const primary = shard.elect();
    expect(shard.ask(primary.id, ["SET", "old", "1", "PX", "20"])).toBe("+OK\r\n");
    const reader = shard.connect(primary.id);
    const lister = shard.connect(primary.id);
    shard.perfectLog.holdsAppends = true;
    shard.connect(primary.id).send("SET", "k", "x".repeat(400));
    shard.run(50);
    const { inFlightBytes } = primary.node.appender;
    expect(reader.send("GET", "old").take()).toBe("");
    expect(lister.send("KEYS", "*").take()).toBe("");
    expect(shard.ask(primary.id, ["GET", "clean"])).toBe("$-1\r\n");
    expect(primary.node.appender.inFlightBytes).toBe(inFlightBytes);
    shard.perfectLog.releaseAppends();
    shard.run(5);
    expect(reader.take()).toBe("$-1\r\n");
    expect(lister.take()).toBe("*1\r\n$1\r\nk\r\n");
  });

  it("a transaction that writes waits like any write, one that reads does not", () => {
    const shard = loaded({ timing: { inFlightBytes: 300 } });
    const primary = shard.elect();
    const writer = shard.connect(primary.id).send("MULTI").send("SET", "w", "1");
    const reader = shard.connect(primary.id).send("MULTI").send("GET", "clean");
    shard.perfectLog.holdsAppends = true;
    shard.connect(primary.id).send("SET", "k", "x".repeat(400));
    writer.take();
    reader.take();
    writer.send("EXEC");
    reader.send("EXEC");
    expect(reader.take()).toBe("*1\r\n$-1\r\n");
    expect(primary.node.databases.size).toBe(1);
    shard.perfectLog.releaseAppends();
    shard.run(3);
    expect(writer.take()).toBe("*1\r\n+OK\r\n");
  });
});

describe("rule 18: outcomes", () => {
  it("a connection whose parked reply cannot be known is closed, never answered", () => {
    const shard = loaded();
    const old = shard.elect();
    old.isCutFromLog = true;
    const reads: TestClient[] = [];
    const writer = shard.connect(old.id).send("SET", "k", "v");
    reads.push(shard.connect(old.id).send("GET", "k"));
    shard.run(4000);
    old.isCutFromLog = false;
    shard.run(1000);
    for (const client of [writer, ...reads]) {
      expect(client.isClosed).toBe(true);
      expect(client.take()).toBe("");
    }
  });

  it("what a client sends after its connection was given up is not executed", () => {
    const shard = loaded();
    const old = shard.elect();
    old.isCutFromLog = true;
    const client = shard.connect(old.id).send("SET", "k", "v");
    shard.run(4000);
    old.isCutFromLog = false;
    shard.run(1000);
    client.send("PING");
    expect(client.take()).toBe("");
    expect(shard.marks).toContain("request on a connection that was given up");
  });
});

describe("rule 19: hazards", () => {
  /** Sends `write` on one connection and `read` on another while nothing commits; the read's answers before and after. */
  function raced(write: string[], read: string[][], before: string[][] = []): [string, string] {
    const shard = loaded();
    const primary = shard.elect();
    for (const argv of before) shard.ask(primary.id, argv);
    const reader = shard.connect(primary.id);
    for (const argv of read.slice(0, -1)) reader.send(...argv);
    shard.run(5);
    reader.take();
    shard.perfectLog.holdsAppends = true;
    shard.connect(primary.id).send(...write);
    reader.send(...read.at(-1)!);
    shard.run(50);
    const early = reader.take();
    shard.perfectLog.releaseAppends();
    shard.run(5);
    return [early, reader.take()];
  }

  it("a clean key never waits", () => {
    expect(raced(["SET", "k", "v"], [["GET", "other"]])).toEqual(["$-1\r\n", ""]);
  });

  it("a key changed waits, absent ones too", () => {
    expect(raced(["SET", "k", "v"], [["GET", "k"]])).toEqual(["", "$1\r\nv\r\n"]);
    expect(raced(["DEL", "k"], [["GET", "k"]], [["SET", "k", "v"]])).toEqual(["", "$-1\r\n"]);
    expect(raced(["DEL", "k"], [["EXISTS", "k"]], [["SET", "k", "v"]])).toEqual(["", ":0\r\n"]);
  });

  it("every key after FLUSHALL", () => {
    expect(raced(["FLUSHALL"], [["GET", "never"]], [["SET", "k", "v"]])).toEqual(["", "$-1\r\n"]);
  });

  it("both keys of RENAME and COPY", () => {
    const made = [["SET", "{k}1", "v"]];
    expect(raced(["RENAME", "{k}1", "{k}2"], [["GET", "{k}1"]], made)).toEqual(["", "$-1\r\n"]);
    expect(raced(["RENAME", "{k}1", "{k}2"], [["GET", "{k}2"]], made)).toEqual(["", "$1\r\nv\r\n"]);
    expect(raced(["COPY", "{k}1", "{k}2"], [["GET", "{k}2"]], made)).toEqual(["", "$1\r\nv\r\n"]);
    // COPY read its source: a COPY that found an undurable source or target waits for it.
    expect(raced(["SET", "{k}2", "w"], [["COPY", "{k}1", "{k}2"]], made)).toEqual(["", ":0\r\n"]);
  });

  it("a command that had no effect", () => {
    expect(raced(["SET", "k", "v"], [["SET", "k", "w", "NX"]])).toEqual(["", "$-1\r\n"]);
    expect(raced(["SET", "k", "v"], [["INCR", "k"]])).toEqual([
      "",
      "-ERR value is not an integer or out of range\r\n",
    ]);
    expect(raced(["SET", "k", "v"], [["MULTI"], ["GET", "k"], ["EXEC"]])).toEqual([
      "",
      "*1\r\n$1\r\nv\r\n",
    ]);
  });

  it("a nil EXEC caused by a dirty watched key", () => {
    const steps = [["WATCH", "k"], ["MULTI"], ["GET", "clean{k}"], ["EXEC"]];
    expect(raced(["SET", "k", "v"], steps)).toEqual(["", "*-1\r\n"]);
  });

  it("keyspace-wide reads wait for the newest change", () => {
    expect(raced(["SET", "k", "v"], [["DBSIZE"]])).toEqual(["", ":1\r\n"]);
    expect(raced(["SET", "k", "v"], [["KEYS", "*"]])).toEqual(["", "*1\r\n$1\r\nk\r\n"]);
    expect(raced(["SET", "k", "v"], [["RANDOMKEY"]])).toEqual(["", "$1\r\nk\r\n"]);
  });

  it("connection commands wait for nothing", () => {
    expect(raced(["FLUSHALL"], [["PING"]], [["SET", "k", "v"]])).toEqual(["+PONG\r\n", ""]);
  });
});

describe("rule 20: order", () => {
  it("the host is told what a client is owed beside what leaves", () => {
    const shard = loaded();
    const primary = shard.elect();
    shard.ask(primary.id, ["SET", "big", "x".repeat(10_000)]);
    const client = shard.connect(primary.id).send("SET", "a", "1");
    shard.run(0.2);
    client.send("SET", "b", "1").send("GET", "big").send("GET", "big");
    expect(client.take()).toBe("");
    shard.run(20);
    const big = `$10000\r\n${"x".repeat(10_000)}\r\n`;
    expect(client.take()).toBe(`+OK\r\n+OK\r\n${big}${big}`);
    expect(client.mostOwedBytes).toBe(5 + 2 * big.length);
  });

  it("replies on one connection leave in request order, whatever waits, and in one piece", () => {
    const shard = loaded();
    const primary = shard.elect();
    shard.perfectLog.holdsAppends = true;
    const client = shard
      .connect(primary.id)
      .send("SET", "k", "v")
      .send("GET", "clean")
      .send("PING");
    shard.run(50);
    expect(client.take()).toBe("");
    shard.perfectLog.releaseAppends();
    shard.run(2);
    expect(client.take()).toBe("+OK\r\n$-1\r\n+PONG\r\n");
  });

  it("QUIT closes behind the replies that still wait", () => {
    const shard = loaded();
    const primary = shard.elect();
    shard.perfectLog.holdsAppends = true;
    const client = shard.connect(primary.id).send("SET", "k", "v").send("QUIT").send("PING");
    shard.run(50);
    expect(client.isClosed).toBe(false);
    shard.perfectLog.releaseAppends();
    shard.run(2);
    expect(client.take()).toBe("+OK\r\n+OK\r\n");
    expect(client.isClosed).toBe(true);
  });

  it("a client that goes away leaves nothing behind, and its write counts", () => {
    const shard = loaded();
    const primary = shard.elect();
    shard.perfectLog.holdsAppends = true;
    const client = shard.connect(primary.id).send("SET", "k", "v");
    client.close();
    expect(primary.node.connections.parkedReplies).toBe(0);
    shard.perfectLog.releaseAppends();
    shard.run(2);
    expect(shard.ask(primary.id, ["GET", "k"])).toBe("$1\r\nv\r\n");
  });
});

describe("rule 21: expiry", () => {
  it("a key vanishes by a logged DEL soon after its deadline, and on a replica with that DEL", () => {
    const shard = loaded();
    const primary = shard.elect();
    const [replica] = shard.replicas();
    shard.ask(primary.id, ["SET", "k", "v", "PX", "100"]);
    const before = shard.entriesOf("effects").length;
    shard.perfectLog.holdsAppends = true;
    shard.run(200);
    const reader = shard.connect(replica.id).send("READONLY").send("GET", "k");
    expect(reader.take()).toBe("+OK\r\n$1\r\nv\r\n");
    shard.perfectLog.releaseAppends();
    shard.run(5);
    reader.send("GET", "k");
    expect(reader.take()).toBe("$-1\r\n");
    expect(shard.entriesOf("effects").length).toBe(before + 1);
    expect(primary.node.databases.size).toBe(0);
  });

  it("a read that finds a key expired waits for the DEL that it caused", () => {
    const shard = loaded();
    const primary = shard.elect();
    shard.ask(primary.id, ["SET", "k", "v", "PX", "100"]);
    shard.perfectLog.holdsAppends = true;
    primary.wallJumpUs = 60_000_000;
    const reader = shard.connect(primary.id).send("GET", "k");
    shard.run(10);
    expect(reader.take()).toBe("");
    shard.perfectLog.releaseAppends();
    shard.run(2);
    expect(reader.take()).toBe("$-1\r\n");
  });

  it("the shard's time never goes back, not under a wall clock that jumps nor under the next primary", () => {
    const shard = loaded();
    const primary = shard.elect();
    primary.wallJumpUs = 60_000_000;
    shard.ask(primary.id, ["SET", "k", "v", "PX", "1000"]);
    primary.wallJumpUs = 0;
    const deadlineOf = (node: string, key: string): number =>
      Number(shard.ask(node, ["PEXPIRETIME", key]).slice(1));
    const first = deadlineOf(primary.id, "k");
    shard.run(3000);
    shard.ask(primary.id, ["SET", "l", "v", "PX", "1000"]);
    const second = deadlineOf(primary.id, "l");
    expect(second).toBeGreaterThanOrEqual(first);
    expect(second).toBeLessThan(first + 10);
    shard.crash(primary.id);
    shard.run(6000);
    const next = shard.elect();
    shard.ask(next.id, ["SET", "m", "v", "PX", "1000"]);
    expect(deadlineOf(next.id, "m")).toBe(second);
  });
});

describe("rule 22: redirects and topology", () => {
  it("tells every node of the cluster who leads, with the position of the committed entry", () => {
    const shard = loaded({ shards: 2 });
    const primary = shard.elect();
    const news = shard.outside.filter(({ to }) => to.startsWith("db-1-"));
    expect(news.map(({ to }) => to).toSorted()).toEqual(["db-1-a", "db-1-b", "db-1-c"]);
    const topology = new Topology(shard.layout);
    topology.hear(openFrame(news[0]!.frame).body);
    expect(topology.leaderOf(0)?.nodeId).toBe(primary.id);
    expect(topology.epochOf(0)).toBe(1);
  });

  it("repeats the news at leisure, to one node at a time", () => {
    const shard = loaded({ shards: 2 });
    const announced = shard.outside.length;
    shard.run(60_000);
    const gossip = shard.outside.slice(announced);
    expect(gossip.length).toBeGreaterThan(10);
    expect(gossip.length).toBeLessThan(3 * 12 + 1);
    const topology = new Topology(shard.layout);
    expect(topology.hear(openFrame(gossip.at(-1)!.frame).body)).toBe(true);
    expect(topology.leaderOf(0)?.nodeId).toBe(shard.primary!.id);
  });

  it("replicas redirect to the primary, READONLY clients are served, writes never", () => {
    const shard = loaded();
    const primary = shard.elect();
    const address = shard.layout.databaseNodes.find((one) => one.nodeId === primary.id)!;
    const moved = `-MOVED ${slotOf("k")} ${address.host}:6379\r\n`;
    const [replica] = shard.replicas();
    const client = shard.connect(replica.id).send("GET", "k").send("SET", "k", "v");
    expect(client.take()).toBe(moved + moved);
    client.send("READONLY").send("GET", "k").send("SET", "k", "v").send("FLUSHALL");
    expect(client.take()).toBe(
      `+OK\r\n$-1\r\n${moved}-READONLY You can't write against a read only replica.\r\n`,
    );
  });

  it("keys of another shard are sent there, keys of several slots refused", () => {
    const shard = loaded({ shards: 2 });
    const primary = shard.elect();
    expect(slotOf("foo")).toBe(12182);
    expect(shard.ask(primary.id, ["GET", "foo"])).toBe("-MOVED 12182 10.0.1.0:6379\r\n");
    const news = new Topology(shard.layout);
    news.learn(1, 5, 9, "db-1-c");
    shard.message(primary.id, news.encodeAll(new ByteWriter()), "db-1-c");
    expect(shard.ask(primary.id, ["GET", "foo"])).toBe("-MOVED 12182 10.0.1.2:6379\r\n");
    expect(shard.ask(primary.id, ["MGET", "a", "b"])).toBe(
      "-CROSSSLOT Keys in request don't hash to the same slot\r\n",
    );
  });

  it("a request that is to fail for its form is of no slot, nor is what a transaction watches", () => {
    const shard = new TestShard({ nodes: 1 }).start();
    const node = shard.elect().id;
    const ask = (line: string): string => shard.ask(node, line.split(" "));
    expect(ask("ZMPOP 3 a MIN")).toBe("-ERR syntax error\r\n");
    expect(ask("XREAD STREAMS a b 0")).toContain("Unbalanced");
    expect(ask("ZMPOP 2 a b MIN")).toContain("-CROSSSLOT");
    const client = shard.connect(node).send("WATCH", "a").send("MULTI").send("GET", "b");
    client.send("EXEC");
    shard.run(5);
    expect(client.take()).toBe("+OK\r\n+OK\r\n+QUEUED\r\n*1\r\n$-1\r\n");
  });

  it("a transaction is refused as a whole when its commands lie in different slots", () => {
    const shard = loaded();
    const primary = shard.elect();
    const client = shard
      .connect(primary.id)
      .send("MULTI")
      .send("SET", "a", "1")
      .send("SET", "b", "2");
    client.take();
    client.send("EXEC");
    expect(client.take()).toBe("-CROSSSLOT Keys in request don't hash to the same slot\r\n");
    expect(primary.node.databases.size).toBe(0);
    // So it is if a command was refused, behind which none is kept.
    client.send("MULTI").send("GET", "a").send("GET", "b").send("NOSUCH");
    client.take();
    expect(client.send("EXEC").take()).toContain("-CROSSSLOT");
    client.send("MULTI").send("GET", "a").send("NOSUCH").send("GET", "b");
    client.take();
    expect(client.send("EXEC").take()).toContain("-EXECABORT");
  });

  it("no node redirects to itself: the last known leader that recovers answers CLUSTERDOWN", () => {
    const shard = loaded({ nodes: 1 });
    shard.crash("db-0-a");
    shard.startNode("db-0-a");
    shard.run(100);
    expect(shard.at("db-0-a").node.role).toBe("replica");
    expect(shard.ask("db-0-a", ["GET", "k"])).toBe("-CLUSTERDOWN The cluster is down\r\n");
  });

  it("a damaged message is dropped and counted", () => {
    const shard = loaded();
    const primary = shard.elect();
    const frame = new Topology(shard.layout).encodeAll(new ByteWriter());
    frame[13]! ^= 1;
    shard.message(primary.id, frame);
    expect(primary.node.messagesDropped).toBe(1);
    expect(shard.traced("message.dropped").map((one) => one.text)).toEqual(["checksum"]);
    expect(shard.marks).toContain("damaged message dropped");
  });
});
