/** PROTOCOL rules 11 to 17 and the log's side of a replica, on nodes behind their door. Over 500 lines: one list beside the rules. */
import { describe, expect, it } from "vitest";
import { beginFrame, finishFrame } from "../bytes/frame.ts";
import { ByteWriter } from "../bytes/writer.ts";
import { latin1Bytes } from "../bytes/latin1.ts";
import { encodeFailoverAsk } from "../control/messages.ts";
import { createNode } from "../node.ts";
import { defaultTiming } from "../timing.ts";
import { TestShard } from "./testShard.ts";

const leaseUs = defaultTiming.leaseMs * 1000;
const backoffUs = defaultTiming.backoffMs * 1000;
const jitterUs = defaultTiming.backoffJitterMs * 1000;

function loaded(options: ConstructorParameters<typeof TestShard>[0] = {}): TestShard {
  const shard = new TestShard(options).start();
  shard.elect();
  shard.run(20);
  return shard;
}

describe("a shard", () => {
  it("elects one primary, acknowledges a write when it commits, and replicas follow", () => {
    const shard = new TestShard().start();
    const primary = shard.elect();
    expect(shard.entriesOf("leadership")).toHaveLength(1);
    const client = shard.connect(primary.id).send("SET", "k", "v");
    expect(client.take()).toBe("");
    shard.run(2);
    expect(client.take()).toBe("+OK\r\n");
    for (const replica of shard.replicas()) {
      const reader = shard.connect(replica.id).send("READONLY").send("GET", "k");
      expect(reader.take()).toBe("+OK\r\n$1\r\nv\r\n");
    }
    expect(shard.replicas()).toHaveLength(2);
  });

  it("rule 10: costs a database node few steps while idle", () => {
    const shard = loaded();
    const before = [...shard.nodes.values()].reduce((sum, one) => sum + one.steps, 0);
    shard.run(10_000);
    const after = [...shard.nodes.values()].reduce((sum, one) => sum + one.steps, 0);
    // Primary: alarm and answer a renewal; replicas: one message a renewal; gossip.
    expect(after - before).toBeGreaterThan(20 * 4 - 1);
    expect(after - before).toBeLessThan(100);
    expect(shard.entriesOf("leadership")).toHaveLength(1);
  });

  it("compares running checksums between primary and replicas", () => {
    const shard = loaded();
    const primary = shard.elect();
    const client = shard.connect(primary.id);
    for (let index = 0; index < 1100; index++) client.send("SET", `k${index % 7}`, `${index}`);
    shard.run(50);
    expect(shard.entriesOf("checksum")).toHaveLength(1);
    for (const replica of shard.replicas())
      expect(replica.node.appliedPosition).toBe(shard.log.length);
    const wrong = latin1Bytes("\x01\x02\x03\x04");
    expect(() => {
      shard.perfectLog.plant("checksum", primary.node.epoch, wrong);
      shard.run(5);
    }).toThrow(/running checksum/);
  });
});

describe("rule 11: the lease starts at the first send", () => {
  it("the leadership entry is the winner's first renewal", () => {
    const shard = new TestShard().start();
    const primary = shard.elect();
    const [stood] = shard.traced("election.stood", primary.id);
    expect(primary.node.lease.endUs).toBe(stood.atUs + leaseUs);
  });

  it("a retry of a renewal does not move it", () => {
    const shard = loaded();
    const primary = shard.elect();
    shard.perfectLog.holdsAppends = true;
    while (primary.node.lease.pendingRenewal === 0) shard.run(1);
    const sentUs = shard.nowUs;
    shard.run(1200);
    expect(shard.traced("append.retried", primary.id).length).toBeGreaterThan(3);
    shard.perfectLog.releaseAppends();
    shard.run(1);
    expect(primary.node.lease.endUs).toBeGreaterThan(sentUs - 1001 + leaseUs);
    expect(primary.node.lease.endUs).toBeLessThanOrEqual(sentUs + leaseUs);
  });

  it("counts from the send of the renewal's own turn when it stands in a long record, and goes on meanwhile", () => {
    const shard = loaded({ timing: { entryBytes: 256, messageBytes: 128 } });
    const primary = shard.elect();
    const { lease } = primary.node;
    shard.perfectLog.holdsAppends = true;
    const client = shard.connect(primary.id).send("SET", "k", "x".repeat(20_000));
    const held = lease.endUs;
    shard.run(1000);
    shard.perfectLog.releaseAppends();
    shard.run(0.6);
    // The first window was sent when the record was made, and the next only now.
    expect(lease.endUs).toBeGreaterThan(held);
    expect(lease.endUs).toBeLessThan(shard.nowUs - 900_000 + leaseUs);
    shard.run(50);
    expect(client.take()).toBe("+OK\r\n");
    expect(lease.endUs).toBeGreaterThan(shard.nowUs - 60_000 + leaseUs);
    expect(shard.entriesOf("renewal").length).toBeGreaterThan(30);
    for (const replica of shard.replicas()) {
      const reader = shard.connect(replica.id).send("READONLY").send("STRLEN", "k");
      expect(reader.take()).toBe("+OK\r\n:20000\r\n");
    }
  });

  it("effects entries extend no lease and restart no backoff", () => {
    const shard = loaded();
    const primary = shard.elect();
    const [replica] = shard.replicas();
    const { endUs } = primary.node.lease;
    const { deadlineUs } = replica.node.backoff;
    expect(shard.ask(primary.id, ["SET", "k", "v"])).toBe("+OK\r\n");
    expect(primary.node.lease.endUs).toBe(endUs);
    expect(replica.node.backoff.deadlineUs).toBe(deadlineUs);
  });
});

describe("rule 12: backoff", () => {
  it("a replica stands a full backoff after the last renewal it applied, and no earlier", () => {
    const shard = loaded();
    const primary = shard.elect();
    shard.run(3000);
    shard.crash(primary.id);
    shard.run(2);
    const lastHeardUs = shard.traced("lease.renewed", primary.id).at(-1)!.atUs;
    shard.run(4000);
    const second = shard.traced("election.stood")[1];
    expect(second.atUs).toBeGreaterThanOrEqual(lastHeardUs + backoffUs - 1000);
    expect(second.atUs).toBeLessThan(lastHeardUs + backoffUs + jitterUs + 2000);
    expect(shard.primary!.id).toBe(second.node);
  });

  it("a node that starts waits a full backoff from reaching the tail, whether or not it saw a renewal", () => {
    const shard = loaded({ nodes: 1 });
    shard.crash("db-0-a");
    shard.run(60_000);
    shard.startNode("db-0-a");
    shard.run(6000);
    const recoveredUs = shard.traced("node.recovered").at(-1)!.atUs;
    const stoodUs = shard.traced("election.stood").at(-1)!.atUs;
    expect(stoodUs).toBeGreaterThanOrEqual(recoveredUs + backoffUs);
    expect(shard.primary!.id).toBe("db-0-a");
  });

  it("a candidate refused by conflict reads on, and the renewals that it reads restart its backoff", () => {
    const shard = loaded();
    const primary = shard.elect();
    const [replica] = shard.replicas();
    replica.isCutFromLog = true;
    shard.run(4000);
    expect(replica.node.role).toBe("candidate");
    replica.isCutFromLog = false;
    shard.run(1000);
    expect(shard.traced("election.lost", replica.id)).toHaveLength(1);
    expect(replica.node.role).toBe("replica");
    expect(replica.node.backoff.deadlineUs).toBeGreaterThan(shard.nowUs + backoffUs - 500_000);
    expect(shard.primary!.id).toBe(primary.id);
    expect(shard.entriesOf("leadership")).toHaveLength(1);
  });

  it("a node refuses a Config whose backoff is too short", () => {
    const { layout } = new TestShard();
    const timing = { ...defaultTiming, backoffMs: 2400 };
    const config = {
      nodeId: "db-0-a",
      zone: "a",
      shard: 0,
      layout,
      incarnation: 1,
      engineVersion: 1,
      isClusterMode: true,
      isAlone: false,
    };
    expect(() => createNode({ ...config, timing }, () => 0)).toThrow(/unsafe/);
  });
});

describe("rule 13: the lease is checked as each request executes", () => {
  it("requests that waited through a pause longer than the lease are not executed", () => {
    const shard = loaded();
    const primary = shard.elect();
    expect(shard.ask(primary.id, ["SET", "k", "old"])).toBe("+OK\r\n");
    const client = shard.connect(primary.id);
    shard.pause(primary.id);
    client.send("GET", "k");
    shard.run(2100);
    shard.resume(primary.id);
    expect(client.take()).toBe("-CLUSTERDOWN The cluster is down\r\n");
  });

  it("parked replies are released by commit alone, even after the lease has ended", () => {
    const shard = loaded();
    const primary = shard.elect();
    shard.perfectLog.holdsAppends = true;
    const client = shard.connect(primary.id).send("SET", "k", "v");
    shard.run(2200);
    expect(primary.node.role).toBe("lapsed");
    expect(client.take()).toBe("");
    shard.perfectLog.releaseAppends();
    shard.run(1);
    expect(client.take()).toBe("+OK\r\n");
  });
});

describe("rule 14: a lapse is no conflict", () => {
  it("a primary whose lease ran out executes nothing, keeps its memory, and serves again after a renewal", () => {
    const shard = loaded();
    const primary = shard.elect();
    expect(shard.ask(primary.id, ["SET", "k", "v"])).toBe("+OK\r\n");
    shard.perfectLog.holdsAppends = true;
    shard.run(2300);
    expect(shard.traced("lease.lapsed", primary.id)).toHaveLength(1);
    expect(shard.ask(primary.id, ["GET", "k"])).toBe("-CLUSTERDOWN The cluster is down\r\n");
    expect(shard.ask(primary.id, ["PING"])).toBe("+PONG\r\n");
    shard.perfectLog.releaseAppends();
    shard.run(10);
    expect(primary.node.role).toBe("primary");
    expect(shard.ask(primary.id, ["GET", "k"])).toBe("$1\r\nv\r\n");
    expect(shard.traced("node.recovering", primary.id)).toHaveLength(1);
    expect(shard.entriesOf("leadership")).toHaveLength(1);
  });

  it("a lapsed primary whose old renewal commits serves only after one that is still in lease", () => {
    const shard = loaded();
    const primary = shard.elect();
    shard.perfectLog.holdsAppends = true;
    while (primary.node.lease.pendingRenewal === 0) shard.run(1);
    shard.run(2200);
    const renewals = shard.entriesOf("renewal").length;
    shard.perfectLog.releaseAppends();
    shard.run(0.6);
    expect(primary.node.role).toBe("lapsed");
    expect(primary.node.lease.isServing(shard.nowUs)).toBe(false);
    shard.run(1);
    expect(primary.node.role).toBe("primary");
    expect(shard.entriesOf("renewal").length).toBe(renewals + 2);
  });

  it("beyond the bound of clock rates a primary is fenced while it still believes in its lease", () => {
    const shard = loaded();
    const old = shard.elect();
    old.baseUs += (shard.nowUs - old.sinceUs) * old.rate;
    old.sinceUs = shard.nowUs;
    old.rate = 0.1;
    old.isCutFromLog = true;
    shard.connect(old.id).send("SET", "dirty", "1");
    shard.run(3500);
    const leading = [...shard.nodes.values()].filter((one) => one.node.role === "primary");
    expect(leading.length).toBe(2);
    old.isCutFromLog = false;
    shard.run(4000);
    expect(shard.marks).toContain("fenced while its lease still ran");
    expect(old.node.role).toBe("replica");
  });

  it("a primary that is fenced discards its memory and recovers as a replica", () => {
    const shard = loaded();
    const old = shard.elect();
    old.isCutFromLog = true;
    const dirty = shard.connect(old.id).send("SET", "dirty", "1");
    const calm = shard.connect(old.id);
    shard.run(3500);
    const successor = shard.elect();
    expect(successor.id).not.toBe(old.id);
    expect(old.node.role).toBe("lapsed");
    old.isCutFromLog = false;
    shard.run(700);
    expect(old.node.role).toBe("replica");
    expect(shard.traced("append.conflict", old.id)).toHaveLength(1);
    expect(shard.ask(successor.id, ["GET", "dirty"])).toBe("$-1\r\n");
    const reader = shard.connect(old.id).send("READONLY").send("GET", "dirty");
    expect(reader.take()).toBe("+OK\r\n$-1\r\n");
    // Rule 18: the parked reply is never an error; those who wait for nothing stay and are redirected.
    expect(dirty.isClosed).toBe(true);
    expect(dirty.take()).toBe("");
    expect(calm.isClosed).toBe(false);
    calm.send("GET", "k");
    const address = shard.layout.databaseNodes.find((one) => one.nodeId === successor.id)!;
    expect(calm.take()).toBe(`-MOVED 7629 ${address.host}:6379\r\n`);
    expect(shard.traced("reply.abandoned", old.id).map((one) => one.value)).toEqual([1]);
  });

  it("a fenced primary keeps the answer of a transaction safe: its watches are broken", () => {
    const shard = loaded();
    const old = shard.elect();
    const client = shard.connect(old.id).send("WATCH", "k").send("MULTI").send("SET", "k", "1");
    expect(client.take()).toBe("+OK\r\n+OK\r\n+QUEUED\r\n");
    old.isCutFromLog = true;
    shard.run(4000);
    old.isCutFromLog = false;
    shard.run(1000);
    expect(old.node.role).toBe("replica");
    client.send("EXEC");
    expect(client.take()).toMatch(/^-MOVED 7629 /);
    client.send("EXEC");
    expect(client.take()).toBe("-ERR EXEC without MULTI\r\n");
  });
});

describe("rule 15: election", () => {
  it("one of two candidates wins; the loser reads on and follows", () => {
    const shard = loaded();
    const primary = shard.elect();
    const [left, right] = shard.replicas();
    shard.run(3000);
    shard.crash(primary.id);
    shard.run(2);
    const dueUs = Math.max(left.node.backoff.deadlineUs, right.node.backoff.deadlineUs);
    left.node.backoff.deadlineUs = dueUs;
    right.node.backoff.deadlineUs = dueUs;
    shard.run(4000);
    expect(
      shard
        .traced("election.stood")
        .slice(1)
        .map((one) => one.atUs),
    ).toEqual([dueUs, dueUs]);
    expect(shard.entriesOf("leadership").map((entry) => entry.epoch)).toEqual([1, 2]);
    expect(shard.traced("election.lost")).toHaveLength(1);
    expect([left.node.role, right.node.role].toSorted()).toEqual(["primary", "replica"]);
  });

  it("a winner whose answer was lost is told by the retry, and the entry stands once", () => {
    const shard = new TestShard({ nodes: 1 }).start();
    shard.perfectLog.losesReplies = true;
    shard.run(4000);
    expect(shard.at("db-0-a").node.role).toBe("candidate");
    shard.perfectLog.losesReplies = false;
    shard.run(300);
    expect(shard.at("db-0-a").node.role).toBe("primary");
    expect(shard.entriesOf("leadership")).toHaveLength(1);
  });

  it("a winner that learns of its leadership after its lease ended serves only after a renewal", () => {
    const shard = new TestShard({ nodes: 1 }).start();
    shard.perfectLog.losesReplies = true;
    shard.run(6000);
    shard.perfectLog.losesReplies = false;
    shard.run(250);
    expect(shard.traced("lease.lapsed")).toHaveLength(1);
    expect(shard.at("db-0-a").node.role).toBe("primary");
    expect(shard.entriesOf("renewal").length).toBeGreaterThan(0);
  });
});

describe("rule 16: planned hand-over", () => {
  it("the target leads within 20 ms, and requests that came meanwhile are sent there unexecuted", () => {
    const shard = loaded();
    const old = shard.elect();
    const [target] = shard.replicas();
    const client = shard.connect(old.id).send("SET", "k", "1");
    const faultUs = shard.nowUs;
    shard.message(old.id, encodeFailoverAsk(0, target.id));
    client.send("SET", "k", "2");
    shard.run(20);
    expect(shard.primary!.id).toBe(target.id);
    expect(shard.traced("role.primary").at(-1)!.atUs - faultUs).toBeLessThan(20_000);
    const address = shard.layout.databaseNodes.find((one) => one.nodeId === target.id)!;
    expect(client.take()).toBe(`+OK\r\n-MOVED 7629 ${address.host}:6379\r\n`);
    expect(shard.ask(target.id, ["GET", "k"])).toBe("$1\r\n1\r\n");
    expect(old.node.role).toBe("replica");
    expect(shard.traced("node.recovering", old.id)).toHaveLength(1);
    expect(shard.log.map((entry) => entry.kind).slice(-3)).toEqual([
      "effects",
      "release",
      "leadership",
    ]);
  });

  it("with a dead target another replica stands shortly after", () => {
    const shard = loaded();
    const old = shard.elect();
    const [target, other] = shard.replicas();
    shard.crash(target.id);
    shard.message(old.id, encodeFailoverAsk(0, target.id));
    shard.run(40);
    expect(shard.primary).toBeUndefined();
    shard.run(80);
    expect(shard.primary!.id).toBe(other.id);
  });

  it("a hint that arrives in a later epoch elects nobody", () => {
    const shard = loaded();
    const first = shard.elect();
    const [target] = shard.replicas();
    target.isCutFromPeers = true;
    shard.message(first.id, encodeFailoverAsk(0, target.id));
    shard.run(3);
    const { position } = shard.traced("role.released")[0];
    target.isCutFromPeers = false;
    shard.run(400);
    const second = shard.elect();
    const stood = shard.traced("election.stood").length;
    for (const one of shard.nodes.values()) {
      const writer = beginFrame(new ByteWriter(), "handoverHint");
      writer.u32(0);
      writer.u32(1);
      writer.u53(position);
      shard.message(one.id, finishFrame(writer), first.id);
    }
    shard.run(3000);
    expect(shard.traced("election.stood")).toHaveLength(stood);
    expect(shard.primary!.id).toBe(second.id);
  });

  it("while the release's outcome is unknown the old leader serves nothing", () => {
    const shard = loaded();
    const old = shard.elect();
    shard.perfectLog.holdsAppends = true;
    shard.message(old.id, encodeFailoverAsk(0, ""));
    const client = shard.connect(old.id).send("GET", "k");
    shard.run(500);
    expect(old.node.role).toBe("handover");
    expect(client.take()).toBe("");
    shard.run(600);
    expect(client.take()).toBe("-CLUSTERDOWN The cluster is down\r\n");
    shard.perfectLog.releaseAppends();
    shard.run(20);
    expect(shard.primary!.id).not.toBe(old.id);
  });

  it("a drain that takes too long is given up and the primary serves on", () => {
    const shard = loaded();
    const old = shard.elect();
    shard.perfectLog.holdsAppends = true;
    const writer = shard.connect(old.id).send("SET", "k", "1");
    shard.message(old.id, encodeFailoverAsk(0, ""));
    const reader = shard.connect(old.id).send("GET", "other");
    shard.run(999);
    expect(reader.take()).toBe("");
    shard.run(2);
    expect(shard.traced("role.handoverGivenUp")).toHaveLength(1);
    expect(reader.take()).toBe("$-1\r\n");
    shard.perfectLog.releaseAppends();
    shard.run(1);
    expect(writer.take()).toBe("+OK\r\n");
    expect(shard.entriesOf("release")).toHaveLength(0);
  });

  it("the leader that gave up waits a full backoff: with nobody else it leads again after that", () => {
    const shard = loaded({ nodes: 1 });
    shard.message("db-0-a", encodeFailoverAsk(0, ""));
    shard.run(5);
    const releasedUs = shard.traced("role.released")[0].atUs;
    shard.run(4000);
    expect(shard.traced("election.stood").at(-1)!.atUs).toBeGreaterThanOrEqual(
      releasedUs + backoffUs,
    );
    expect(shard.primary!.id).toBe("db-0-a");
  });
});

describe("rule 17: recovery", () => {
  it("a recovering node serves nothing, READONLY included, until the tail it asked for is applied", () => {
    const shard = loaded();
    const primary = shard.elect();
    shard.ask(primary.id, ["SET", "k", "v"]);
    const [replica] = shard.replicas();
    shard.crash(replica.id);
    const again = shard.startNode(replica.id);
    const client = shard.connect(again.id).send("READONLY").send("GET", "k").send("DBSIZE");
    expect(client.take()).toBe(
      "+OK\r\n" + "-LOADING Redis is loading the dataset in memory\r\n".repeat(2),
    );
    client.send("SET", "k", "w");
    expect(client.take()).toBe("-CLUSTERDOWN The cluster is down\r\n");
    shard.run(5);
    client.send("GET", "k");
    expect(client.take()).toBe("$1\r\nv\r\n");
    expect(shard.traced("node.recovered", again.id).at(-1)!.position).toBeGreaterThan(1);
  });

  it("an unfinished record of a dead writer is voided by the next leadership entry", () => {
    const shard = new TestShard();
    shard.perfectLog.plant("leadership", 1, latin1Bytes("db-0-c"));
    shard.perfectLog.plant("effects", 1, new Uint8Array(9), { isLastChunk: false });
    shard.start();
    const primary = shard.elect();
    shard.run(5);
    expect(shard.traced("record.voided")).toHaveLength(3);
    expect(shard.ask(primary.id, ["DBSIZE"])).toBe(":0\r\n");
    // What follows must not be taken for the rest of it.
    expect(shard.ask(primary.id, ["SET", "k", "v"])).toBe("+OK\r\n");
    for (const replica of shard.replicas()) {
      const reader = shard.connect(replica.id).send("READONLY").send("GET", "k");
      expect(reader.take()).toBe("+OK\r\n$1\r\nv\r\n");
    }
  });

  it("a record larger than an entry is applied whole, at its last chunk", () => {
    const shard = loaded({ timing: { entryBytes: 256 } });
    const primary = shard.elect();
    const value = "x".repeat(1000);
    expect(shard.ask(primary.id, ["SET", "k", value])).toBe("+OK\r\n");
    expect(shard.entriesOf("effects").length).toBe(5);
    for (const replica of shard.replicas()) {
      const reader = shard.connect(replica.id).send("READONLY").send("GET", "k");
      expect(reader.take()).toBe(`+OK\r\n$1000\r\n${value}\r\n`);
    }
  });

  it("a replica stops at an entry of a newer engine version and never leads then", () => {
    const shard = loaded();
    const primary = shard.elect();
    shard.crash(primary.id);
    shard.run(5);
    const before = shard.replicas()[0].node.appliedPosition;
    shard.perfectLog.plant("effects", 1, new Uint8Array(4), { engineVersion: 2 });
    shard.run(10_000);
    expect(shard.traced("record.refused").map((one) => one.value)).toEqual([2, 2]);
    expect(shard.marks).toContain("entry of a newer version refused");
    expect(shard.primary).toBeUndefined();
    expect(shard.replicas().map((one) => one.node.appliedPosition)).toEqual([before, before]);
    expect(shard.ask(shard.replicas()[0].id, ["DBSIZE"])).toBe(":0\r\n");
  });
});
