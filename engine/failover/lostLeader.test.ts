/** Requests while the leader is lost: PROTOCOL rule 22 and lostLeader.ts. */
import { describe, expect, it } from "vitest";
import { ByteWriter } from "../bytes/writer.ts";
import { Topology } from "../cluster/topology.ts";
import { peerLost } from "../contract.ts";
import { TestShard } from "./testShard.ts";

/** Of key "k", which is shard 0's of two; "a" is shard 1's. */
const slotOfK = 7629;
const slotOfA = 15_495;

/** A primary that dies, and its two replicas, which notice. */
function shardOfLostLeader(isDead: boolean) {
  const shard = new TestShard().start();
  const leader = shard.elect();
  shard.run(5);
  const [one, other] = shard.replicas();
  if (isDead) shard.crash(leader.id);
  for (const replica of [one, other]) shard.input(replica.id, peerLost(leader.id));
  return { shard, leader, one, other };
}

describe("a request for a leader whose connection broke", () => {
  it("waits for the successor: who is elected executes it, others redirect to it", () => {
    const { shard, one, other } = shardOfLostLeader(true);
    const clients = [one, other].map(({ id }) => shard.connect(id).send("SET", "k", "v"));
    shard.run(1000);
    expect(clients.map((client) => client.take())).toEqual(["", ""]);
    expect(shard.marks).toContain("request held while the leader is lost");
    const successor = shard.elect();
    shard.run(10);
    const { host } = shard.layout.databaseNodes.find(({ nodeId }) => nodeId === successor.id)!;
    const answers = clients.map((client) => [client.node === successor.id, client.take()]);
    expect(answers).toContainEqual([true, "+OK\r\n"]);
    expect(answers).toContainEqual([false, `-MOVED ${slotOfK} ${host}:6379\r\n`]);
    expect(successor.node.databases.size).toBe(1);
  });

  it("waits on at a candidate that reads its own leadership before it is told of it", () => {
    const { shard, one, other } = shardOfLostLeader(true);
    other.isCutFromLog = true;
    shard.perfectLog.losesReplies = true;
    const client = shard.connect(one.id).send("SET", "k", "v");
    shard.run(3000);
    expect(one.node.role).toBe("candidate");
    expect(shard.marks).toContain("own leadership entry read before its answer");
    expect(client.take()).toBe("");
    shard.perfectLog.losesReplies = false;
    shard.run(300);
    expect(client.take()).toBe("+OK\r\n");
  });

  it("is redirected as soon as the leader says that it leads: only the connection broke", () => {
    const { shard, leader, one } = shardOfLostLeader(false);
    leader.isCutFromPeers = true;
    const client = shard.connect(one.id).send("GET", "k");
    shard.run(500);
    expect(client.take()).toBe("");
    leader.isCutFromPeers = false;
    shard.run(shard.timing.retryMs + 5);
    expect(client.take()).toMatch(/^-MOVED 7629 /);
    expect(shard.marks).toContain("leader that was lost still leads");
    expect(shard.ask(one.id, ["GET", "k"], 0)).toMatch(/^-MOVED 7629 /);
  });

  it("is sent to the leader as before when no successor comes", () => {
    const { shard, one, other } = shardOfLostLeader(true);
    one.isCutFromLog = true;
    other.isCutFromLog = true;
    const client = shard.connect(one.id).send("GET", "k");
    const patienceMs = 1.5 * shard.timing.backoffMs;
    shard.run(patienceMs - 1);
    expect(client.take()).toBe("");
    shard.run(1);
    expect(client.take()).toMatch(/^-MOVED 7629 /);
  });

  it("READONLY clients go on reading, and what names no key is answered", () => {
    const { shard, one } = shardOfLostLeader(true);
    const client = shard.connect(one.id).send("PING").send("READONLY").send("GET", "k");
    expect(client.take()).toBe("+PONG\r\n+OK\r\n$-1\r\n");
  });

  it("is not answered by a leader that restarts: it does not lead", () => {
    const { shard, leader, one, other } = shardOfLostLeader(true);
    other.isCutFromLog = true;
    shard.run(1000);
    shard.startNode(leader.id);
    const client = shard.connect(one.id).send("SET", "k", "v");
    shard.run(1000);
    expect(client.take()).toBe("");
    shard.elect();
    shard.run(10);
    expect(client.take()).not.toBe("");
  });
});

describe("a request for another shard whose leader was lost", () => {
  it("is sent to a replica of this node's zone, which knows better", () => {
    const shard = new TestShard({ shards: 2 }).start();
    const primary = shard.elect();
    const { zone } = shard.layout.databaseNodes.find(({ nodeId }) => nodeId === primary.id)!;
    const leader = zone === "a" ? "db-1-b" : "db-1-a";
    const news = new Topology(shard.layout);
    news.learn(1, 1, 1, leader);
    shard.message(primary.id, news.encodeOne(new ByteWriter(), 1));
    const hostOf = (id: string) =>
      shard.layout.databaseNodes.find(({ nodeId }) => nodeId === id)!.host;
    const moved = () => shard.ask(primary.id, ["SET", "a", "v"], 0);
    expect(moved()).toBe(`-MOVED ${slotOfA} ${hostOf(leader)}:6379\r\n`);
    shard.input(primary.id, peerLost(leader));
    expect(moved()).toBe(`-MOVED ${slotOfA} ${hostOf(`db-1-${zone}`)}:6379\r\n`);
    news.learn(1, 2, 2, "db-1-c");
    shard.message(primary.id, news.encodeOne(new ByteWriter(), 1));
    expect(moved()).toBe(`-MOVED ${slotOfA} ${hostOf("db-1-c")}:6379\r\n`);
  });
});
