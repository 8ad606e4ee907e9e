import { beforeEach, describe, expect, it } from "vitest";
import { LivenessCheck } from "./liveness.ts";
import { Checks } from "./checks.ts";
import type { Operation } from "./history.ts";
import { EntryMaker, logNodes, TestDisks } from "./testDisks.ts";
import { operationOf } from "./testOperations.ts";

const majority = ["log-a", "log-b"];
const options = {
  budget: "within",
  commitRule: "majority",
  epochUnixMs: 1_700_000_000_000,
  wallSkewMs: 20,
} as const;

let checks: Checks;
let disks: TestDisks;
let maker: EntryMaker;

beforeEach(() => {
  checks = new Checks(options);
  disks = new TestDisks(checks);
  maker = new EntryMaker();
});

function primary(nowUs: number, committedPosition: number): void {
  const epoch = maker.epoch;
  const servingUntilUs = nowUs + 2_000_000;
  checks.databaseViewed(nowUs, "db-0-a", 0, {
    role: "primary",
    epoch,
    servingUntilUs,
    appliedPosition: committedPosition,
    committedPosition,
  });
}

function tell(operation: Operation): Operation {
  checks.operationInvoked(operation);
  checks.operationCompleted(operation);
  return operation;
}

function set(value: string, fromUs: number, toUs: number): Operation {
  return operationOf({ f: "set", key: "x", value }, null, fromUs, toUs);
}

function get(output: string | null, fromUs: number, toUs: number): Operation {
  return operationOf({ f: "get", key: "x" }, output, fromUs, toUs);
}

function replicaGet(output: string | null, fromUs: number): Operation {
  return {
    ...get(output, fromUs, fromUs + 1),
    process: 5,
    node: "db-0-b",
    readonlyReplica: true,
  };
}

describe("a good run", () => {
  it("passes every check, and each says how much it examined", () => {
    disks.append(10, logNodes, maker.leadership(), maker.set("x", "v1"));
    primary(20, 2);
    checks.traced({
      timeUs: 21,
      node: "log-a",
      kind: "log.leader",
      shard: 0,
      position: -1,
      value: 1,
      text: "",
    });
    checks.traced({
      timeUs: 22,
      node: "",
      kind: "run.healed",
      shard: -1,
      position: -1,
      value: -1,
      text: "",
    });
    tell(set("v1", 25, 30));
    tell(get("v1", 31, 32));
    tell(replicaGet("v1", 33));
    checks.stateSampled(40, "db-0-a", 0, 2, (visit) => visit("x", "string", "v1", undefined));
    const results = checks.finish(50);
    expect(checks.violation).toBeUndefined();
    expect(results.map(({ name, verdict }) => `${name}: ${verdict}`)).toEqual([
      "linearizability: ok",
      "zero loss: ok",
      "no dirty reads: ok",
      "one leader: ok",
      "log safety: ok",
      "state equals the log: ok",
      "sessions: ok",
      "liveness: ok",
    ]);
    expect(results.every((result) => result.examined > 0)).toBe(true);
  });

  it("fails every check when there was nothing to examine", () => {
    const verdicts = checks.finish(10).map((result) => result.verdict);
    expect(new Set(verdicts)).toEqual(new Set(["nothing examined"]));
  });
});

describe("zero loss", () => {
  it("finds a write acknowledged while one disk of three held it", () => {
    disks.append(10, ["log-a"], maker.leadership(), maker.set("x", "v1"));
    tell(set("v1", 5, 30));
    expect(checks.violation?.name).toBe("zero loss");
    expect(checks.violation?.sentence).toBe(
      'SET x "v1" was acknowledged by db-0-a at 0.000030 s before a majority of zones held it: its log entry (position 2 of shard 0) lies on log-a',
    );
  });

  it("finds a write that reached the majority only after its reply had left", () => {
    disks.append(10, ["log-a"], maker.leadership(), maker.set("x", "v1"));
    const late = { ...set("v1", 5, 30), repliedUs: 20 };
    const same = new EntryMaker();
    disks.append(25, ["log-b"], same.leadership(), same.set("x", "v1"));
    tell(late);
    expect(checks.violation?.sentence).toContain("on a majority only since 0.000025 s");
  });

  it("asks commit rule all for all three disks", () => {
    checks = new Checks({ ...options, commitRule: "all" });
    disks = new TestDisks(checks);
    disks.append(10, majority, maker.leadership(), maker.set("x", "v1"));
    tell(set("v1", 5, 30));
    expect(checks.violation?.name).toBe("zero loss");
  });

  it("finds an acknowledged deletion that is not in the log", () => {
    disks.append(10, logNodes, maker.leadership(), maker.set("x", "v1"));
    tell(set("v1", 5, 30));
    tell(operationOf({ f: "delete", key: "x" }, 1, 31, 32));
    expect(checks.violation?.sentence).toContain("only 0 deletions of it lay on a majority");
  });

  it("counts deletions in the order in which their replies left, not in which they arrived", () => {
    disks.append(10, logNodes, maker.leadership(), maker.set("x", "v1"), maker.delete("x"));
    disks.append(22, logNodes, maker.set("x", "v2"), maker.delete("x"));
    const later = { ...operationOf({ f: "delete", key: "x" }, 1, 5, 30), repliedUs: 25 };
    const earlier = { ...operationOf({ f: "delete", key: "x" }, 1, 6, 31), repliedUs: 20 };
    checks.operationInvoked(set("v1", 1, 4));
    checks.operationInvoked(set("v2", 2, 4));
    tell(later);
    tell(earlier);
    expect(checks.violation).toBeUndefined();
    const tooMany = { ...operationOf({ f: "delete", key: "x" }, 1, 7, 32), repliedUs: 21 };
    tell(tooMany);
    expect(checks.violation?.sentence).toContain("the 2. of this key, but only 1 deletions");
  });

  it("finds a final read that does not show what the log holds", () => {
    checks = new Checks({ ...options, budget: "assumption-broken" });
    disks = new TestDisks(checks);
    disks.append(10, logNodes, maker.leadership(), maker.set("x", "v1"), maker.set("x", "v2"));
    tell(set("v1", 25, 30));
    tell(set("v2", 31, 32));
    checks.traced({
      timeUs: 33,
      node: "",
      kind: "run.healed",
      shard: -1,
      position: -1,
      value: -1,
      text: "",
    });
    tell(get("v1", 40, 41));
    const result = checks.finish(50).find(({ name }) => name === "zero loss");
    expect(result?.verdict).toBe("violation");
    expect(result?.sentence).toContain(
      'the final read of x found "v1", but the committed log says "v2"',
    );
    expect(checks.lost).toBe(1);
  });
});

describe("no dirty reads", () => {
  it("finds a reply that reveals what only one disk holds", () => {
    disks.append(10, logNodes, maker.leadership());
    disks.append(11, ["log-c"], maker.set("x", "v1"));
    checks.operationInvoked(operationOf({ f: "set", key: "x", value: "v1" }, null, 5, 90, "open"));
    tell(get("v1", 20, 21));
    expect(checks.violation?.sentence).toBe(
      'GET x revealed "v1" at db-0-a at 0.000021 s before a majority of zones held it: its log entry lies on log-c',
    );
  });

  it("knows a list by its last token", () => {
    disks.append(
      10,
      logNodes,
      maker.leadership(),
      maker.append("x", "a;"),
      maker.append("x", "b;"),
    );
    tell(operationOf({ f: "append", key: "x", value: "a;" }, 2, 11, 12));
    tell(operationOf({ f: "append", key: "x", value: "b;" }, 4, 13, 14));
    tell(get("a;b;", 15, 16));
    expect(checks.violation).toBeUndefined();
  });
});

describe("one leader", () => {
  const lease = (nowUs: number, node: string, epoch: number, servingUntilUs: number): void =>
    checks.databaseViewed(nowUs, node, 0, {
      role: "primary",
      epoch,
      servingUntilUs,
      appliedPosition: 0,
      committedPosition: 0,
    });

  it("finds two leases that overlap on true time", () => {
    lease(1_000_000, "db-0-a", 1, 3_000_000);
    lease(2_500_000, "db-0-b", 2, 4_500_000);
    expect(checks.violation?.sentence).toBe(
      "at 2.500000 s both db-0-b (epoch 2, until 4.500000 s) and db-0-a (epoch 1, until 3.000000 s) may serve shard 0",
    );
  });

  it("stays silent when one ends, is given up, or dies before the next begins", () => {
    lease(1_000_000, "db-0-a", 1, 3_000_000);
    lease(3_000_001, "db-0-b", 2, 5_000_000);
    lease(4_000_000, "db-0-b", 2, -Infinity);
    lease(4_000_001, "db-0-a", 3, 6_000_000);
    expect(checks.violation).toBeUndefined();
  });

  it("finds an entry of a fenced leader in the committed order", () => {
    const first = maker.leadership();
    maker.epoch = 2;
    const second = maker.leadership();
    maker.epoch = 1;
    disks.append(10, logNodes, first, second, maker.set("x", "v1"));
    primary(20, 3);
    expect(checks.violation?.sentence).toContain(
      "an entry of a fenced leader committed: position 3 of shard 0 was written in epoch 1, after the leadership of epoch 2",
    );
  });

  it("names overlaps and goes on where an assumption is broken", () => {
    checks = new Checks({ ...options, budget: "assumption-broken" });
    lease(1_000_000, "db-0-a", 1, 3_000_000);
    lease(2_500_000, "db-0-b", 2, 4_500_000);
    expect(checks.violation).toBeUndefined();
    expect(checks.leaseOverlaps()).toHaveLength(1);
    const result = checks.finish(5_000_000).find(({ name }) => name === "one leader");
    expect(result?.verdict).toBe("expected violation");
  });
});

describe("log safety", () => {
  const leader = (node: string, term: number): void =>
    checks.traced({
      timeUs: 50,
      node,
      kind: "log.leader",
      shard: 0,
      position: -1,
      value: term,
      text: "",
    });

  it("finds two log leaders in one term", () => {
    leader("log-a", 3);
    leader("log-b", 3);
    expect(checks.violation?.sentence).toBe(
      "both log-a and log-b lead the log of shard 0 in term 3",
    );
  });

  it("finds a leader without a committed entry", () => {
    disks.append(10, majority, maker.leadership(), maker.set("x", "v1"));
    primary(20, 2);
    leader("log-c", 2);
    expect(checks.violation?.sentence).toContain("its disk lacks the committed position 1");
  });

  it("finds a commit position that no majority holds", () => {
    disks.append(10, ["log-a"], maker.leadership());
    primary(20, 1);
    expect(checks.violation?.sentence).toContain(
      "db-0-a takes position 1 of shard 0 for committed, but too few zones' disks hold an entry there",
    );
  });

  it("finds a log node that removes what was committed", () => {
    disks.append(10, logNodes, maker.leadership(), maker.set("x", "v1"));
    primary(20, 2);
    disks.truncate(30, "log-b", 2);
    expect(checks.violation?.sentence).toBe(
      "log-b removed position 2 of shard 0, which was committed",
    );
  });

  it("lets a log node remove what was not committed", () => {
    disks.append(10, logNodes, maker.leadership());
    disks.append(11, ["log-b"], maker.set("x", "v1"));
    primary(20, 1);
    disks.truncate(30, "log-b", 2);
    expect(checks.violation).toBeUndefined();
  });

  it("finds different entries of one index and term", () => {
    const one = maker.set("x", "v1");
    maker.goBackTo(1, 1, 0);
    const other = maker.set("x", "v2");
    disks.append(10, ["log-a"], one);
    disks.append(11, ["log-b"], other);
    expect(checks.violation?.sentence).toContain("log matching");
  });

  it("finds an id that landed twice", () => {
    const first = maker.set("x", "v1");
    maker.repeatId();
    disks.append(10, logNodes, first, maker.set("x", "v1"));
    checks.databaseViewed(20, "db-0-a", 0, {
      role: "replica",
      epoch: 0,
      servingUntilUs: -Infinity,
      appliedPosition: 2,
      committedPosition: 2,
    });
    expect(checks.violation?.name).toBe("one leader");
    const result = checks.finish(30).find(({ name }) => name === "log safety");
    expect(result?.sentence).toContain(
      "exactly once: position 2 of shard 0 carries sequence 1 of writer 7",
    );
  });

  it("finds a gap in the positions", () => {
    disks.append(10, ["log-a"], maker.leadership());
    maker.skipPosition();
    disks.append(11, ["log-a"], maker.set("x", "v1"));
    expect(checks.violation?.sentence).toContain("the chain has a gap");
  });

  it("compares checksum entries with the chain that it reckons itself", () => {
    disks.append(10, logNodes, maker.leadership());
    disks.append(11, logNodes, maker.checksum(maker.chain));
    expect(checks.violation).toBeUndefined();
    disks.append(12, logNodes, maker.checksum(maker.chain ^ 1));
    expect(checks.violation?.sentence).toContain("the checksum entry at position 3 of shard 0");
  });

  it("forgets what a lost disk held, and what rot made unreadable", () => {
    disks.append(10, majority, maker.leadership(), maker.set("x", "v1"));
    checks.diskReread(20, "log-b", new Map());
    tell(set("v1", 25, 30));
    expect(checks.violation).toBeUndefined();
    const lost = maker.set("x", "v2");
    disks.append(31, ["log-a"], lost);
    tell(set("v2", 32, 33));
    expect(checks.violation?.sentence).toContain("lies on log-a");
  });
});

describe("state equals the log", () => {
  beforeEach(() => {
    disks.append(10, logNodes, maker.leadership(), maker.set("x", "v1"), maker.append("l", "a;"));
  });

  it("accepts any node at any position of the committed order", () => {
    checks.stateSampled(20, "db-0-b", 0, 2, (visit) => visit("x", "string", "v1", undefined));
    checks.stateSampled(21, "db-0-c", 0, 3, (visit) => {
      visit("l", "string", "a;", undefined);
      visit("x", "string", "v1", undefined);
    });
    checks.stateSampled(22, "db-0-b", 0, 1, () => {});
    expect(checks.violation).toBeUndefined();
  });

  it("names the key that differs", () => {
    checks.stateSampled(20, "db-0-b", 0, 3, (visit) => {
      visit("l", "string", "a;a;", undefined);
      visit("x", "string", "v1", undefined);
    });
    expect(checks.violation?.sentence).toBe(
      'at 0.000020 s the keyspace of db-0-b at position 3 of shard 0 is not what the log says: l holds "a;a;" and should hold "a;"',
    );
  });

  it("notices a missing key and a wrong deadline", () => {
    checks.stateSampled(20, "db-0-b", 0, 2, () => {});
    expect(checks.violation?.sentence).toContain('x is absent and should hold "v1"');
    const other = new Checks(options);
    const otherDisks = new TestDisks(other);
    const otherMaker = new EntryMaker();
    otherDisks.append(10, logNodes, otherMaker.leadership(), otherMaker.set("x", "v1"));
    other.stateSampled(20, "db-0-b", 0, 2, (visit) => visit("x", "string", "v1", 99));
    expect(other.violation?.sentence).toContain("x has the deadline 99 and should have none");
  });

  it("refuses a logged deletion of a key that is not there", () => {
    disks.append(11, logNodes, maker.delete("nobody"));
    primary(20, 4);
    expect(checks.violation?.sentence).toContain('a logged delete of "nobody" finds no such key');
  });
});

describe("sessions", () => {
  beforeEach(() => {
    const entries = [maker.leadership(), maker.set("x", "v1"), maker.set("y", "w1")];
    disks.append(10, logNodes, ...entries, maker.set("x", "v2"));
    primary(20, 4);
  });

  it("lets a replica lag and catch up", () => {
    tell(replicaGet(null, 30));
    tell(replicaGet("v1", 33));
    tell(replicaGet("v2", 36));
    expect(checks.violation).toBeUndefined();
  });

  it("finds a replica that goes back in time on one key", () => {
    tell(replicaGet("v2", 30));
    tell(replicaGet("v1", 33));
    expect(checks.violation?.sentence).toBe(
      'db-0-b went back in time for process 5: it had shown position 4, where the key holds "v2", and then answered GET x with "v1"',
    );
  });

  it("finds one that goes back in time across keys", () => {
    tell({ ...replicaGet("w1", 30), input: { f: "get", key: "y" } });
    tell(replicaGet(null, 33));
    expect(checks.violation?.sentence).toContain("it had shown position 3");
  });

  it("judges each process and each replica apart", () => {
    tell(replicaGet("v2", 30));
    tell({ ...replicaGet("v1", 33), process: 6 });
    tell({ ...replicaGet("v1", 36), node: "db-0-c" });
    expect(checks.violation).toBeUndefined();
  });

  it("tells replies out of order", () => {
    checks.repliesDisordered(40, "db-0-a", "ECHO came first");
    expect(checks.violation?.sentence).toBe(
      "db-0-a answered out of order at 0.000040 s: ECHO came first",
    );
  });
});

describe("liveness", () => {
  let liveness: LivenessCheck;

  beforeEach(() => {
    liveness = new LivenessCheck();
  });

  const facts = (role: string, appliedPosition: number) => ({
    role,
    epoch: 1,
    servingUntilUs: -Infinity,
    appliedPosition,
    committedPosition: 0,
  });
  const view = (node: string, role: string, appliedPosition: number): void =>
    liveness.databaseViewed(node, 0, facts(role, appliedPosition));
  const log = (node: string, role: string): void =>
    liveness.logViewed(node, 0, { role, term: 1, commitIndex: 0 });

  it("names a missing append quorum", () => {
    log("log-a", "leader");
    log("log-b", "down");
    log("log-c", "repairing");
    view("db-0-a", "replica", 0);
    expect(liveness.explain(20, 0)[0]).toBe(
      "no append quorum for shard 0: log-a leader, log-b down, log-c repairing",
    );
  });

  it("names a missing candidate, a missing node, and a lease that is not renewed", () => {
    view("db-0-a", "recovering", 0);
    expect(liveness.explain(20, 0)).toContain(
      "no eligible candidate for shard 0: db-0-a recovering",
    );
    view("db-0-a", "down", 0);
    expect(liveness.explain(20, 0)).toContain("no database node of shard 0 runs");
    view("db-0-a", "lapsed", 0);
    expect(liveness.explain(20, 0)[0]).toContain("its renewals do not commit");
  });

  it("ends a run without fresh operations as stuck", () => {
    checks.databaseViewed(10, "db-0-a", 0, facts("replica", 0));
    const result = checks.finish(30).find(({ name }) => name === "liveness");
    expect(result?.verdict).toBe("stuck");
    expect(result?.sentence).toContain("stuck: no primary of shard 0 (db-0-a replica)");
  });
});
