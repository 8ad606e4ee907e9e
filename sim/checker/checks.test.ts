/** Every check, firing and silent, behind the one observer. Over 500 lines: one list, a section a check. */
import { beforeEach, describe, expect, it } from "vitest";
import { LivenessCheck } from "./liveness.ts";
import { Checks } from "./checks.ts";
import type { Operation, StepOutput, WideCommand } from "./history.ts";
import { KeyspaceReadsCheck } from "./keyspaceReads.ts";
import { CommittedLog } from "./log/committedLog.ts";
import { LogDisks } from "./log/logDisks.ts";
import { quietObserver } from "../quietObserver.ts";
import { Tally } from "./tally.ts";
import { EntryMaker, logNodes, TestDisks } from "./testDisks.ts";
import { operationOf } from "./testOperations.ts";

const majority = ["log-a", "log-b"];
const options = {
  budget: "within",
  commitRule: "majority",
  inFlightBytes: 1 << 20,
  lease: { leaseUs: 2_000_000, leastBackoffUs: 2_444_445 },
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
    expect(checks.violation?.operations).toEqual([5]);
    expect(checks.violation?.entry).toMatchObject({ shard: 0, position: 2 });
  });

  it("finds a write that reached the majority only after its reply had left", () => {
    disks.append(10, ["log-a"], maker.leadership(), maker.set("x", "v1"));
    const late = { ...set("v1", 5, 30), repliedUs: 20 };
    const same = new EntryMaker();
    disks.append(25, ["log-b"], same.leadership(), same.set("x", "v1"));
    tell(late);
    expect(checks.violation?.sentence).toContain("on a majority only since 0.000025 s");
  });

  it("ends a run at any violation, or only at that of the check which the scenario names", () => {
    for (const [endsOn, name] of [
      [undefined, "zero loss"],
      ["zero loss", "zero loss"],
      ["linearizability", undefined],
    ] as const) {
      checks = new Checks({ ...options, endsOn });
      tell(set("v1", 5, 30));
      expect(checks.violation?.name).toBe(name);
      expect(checks.finish(50).find((each) => each.name === "zero loss")?.verdict).toBe(
        "violation",
      );
    }
  });

  it("asks commit rule all for all three disks", () => {
    checks = new Checks({ ...options, commitRule: "all" });
    disks = new TestDisks(checks);
    disks.append(10, majority, maker.leadership(), maker.set("x", "v1"));
    tell(set("v1", 5, 30));
    expect(checks.violation?.name).toBe("zero loss");
  });

  it("tells writes destroyed with all their copies apart from lost ones, over the budget only", () => {
    for (const [budget, verdict] of [
      ["over", "expected violation"],
      ["within", "violation"],
    ] as const) {
      checks = new Checks({ ...options, budget });
      disks = new TestDisks(checks);
      maker = new EntryMaker();
      disks.append(10, majority, maker.leadership(), maker.set("x", "v1"));
      tell(set("v1", 5, 30));
      for (const node of logNodes) checks.diskReread(40, node, new Map());
      expect(checks.finish(50).find(({ name }) => name === "zero loss")?.verdict).toBe(verdict);
    }
  });

  it("finds a log that goes on without a destroyed write, over the budget too", () => {
    checks = new Checks({ ...options, budget: "over" });
    disks = new TestDisks(checks);
    disks.append(10, majority, maker.leadership(), maker.set("x", "v1"));
    tell(set("v1", 5, 30));
    primary(35, 2);
    for (const node of majority) checks.diskReread(40, node, new Map());
    checks.logViewed(50, "log-c", 0, { role: "leader", term: 2, commitIndex: 0 });
    expect(checks.violation?.sentence).toContain("its disk lacks the committed position");
  });

  it("finds an acknowledged deletion that is not in the log", () => {
    disks.append(10, logNodes, maker.leadership(), maker.set("x", "v1"));
    tell(set("v1", 5, 30));
    tell(operationOf({ f: "delete", key: "x" }, 1, 31, 32));
    expect(checks.violation?.sentence).toContain("only 0 deletions of it lay on a majority");
  });

  it("finds a step of an acknowledged transaction that one disk of three held", () => {
    disks.append(10, logNodes, maker.leadership(), maker.set("g:a", "v1"));
    disks.append(11, ["log-a"], maker.set("g:b", "v2"));
    const steps = [
      { f: "set", key: "g:a", value: "v1" },
      { f: "set", key: "g:b", value: "v2" },
    ] as const;
    const input = { f: "transaction", key: "g", watched: [], steps, way: "multi" } as const;
    tell(operationOf(input, [null, null], 5, 30));
    expect(checks.violation?.sentence).toContain(
      'MULTI (SET g:a "v1", SET g:b "v2") was acknowledged by db-0-a at 0.000030 s before a majority of zones held it',
    );
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

  describe("over the budget, when every log node begins a new log without the write,", () => {
    const judged = (isRepairing: boolean): string | undefined => {
      checks = new Checks({ ...options, budget: "over" });
      disks = new TestDisks(checks);
      disks.append(10, logNodes, maker.leadership(), maker.set("x", "v1"));
      tell(set("v1", 25, 30));
      primary(31, 2);
      for (const node of logNodes) disks.rewrite(40, node, isRepairing);
      return checks.finish(50).find(({ name }) => name === "zero loss")?.verdict;
    };

    it("takes it for destroyed if all of them met damage", () => {
      expect(judged(true)).toBe("expected violation");
    });

    it("finds it lost if one of them gave it up by itself", () => {
      expect(judged(false)).toBe("violation");
    });
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
    expect(checks.violation?.entry).toMatchObject({ shard: 0 });
  });

  /** What the check says after the key was set, then deleted on one disk at 11 and on all at 30, and these operations. */
  function afterDelete(...operations: readonly Operation[]): string | undefined {
    disks.append(10, logNodes, maker.leadership(), maker.set("x", "v1"));
    const gone = maker.delete("x");
    disks.append(11, ["log-c"], gone);
    disks.append(30, ["log-a", "log-b"], gone);
    primary(40, 3);
    for (const operation of operations) checks.operationCompleted(operation);
    const result = checks.finish(50).find(({ name }) => name === "no dirty reads");
    return result?.verdict === "ok" ? undefined : result?.sentence;
  }

  it("finds a reply that reveals a deletion which only one disk holds", () => {
    expect(afterDelete(get(null, 20, 21))).toBe(
      "GET x revealed at db-0-a at 0.000021 s that x is not there, before a majority of zones held what took it away",
    );
  });

  it("finds a deletion of nothing that reveals one", () => {
    expect(afterDelete(operationOf({ f: "delete", key: "x" }, 0, 20, 21))).toContain(
      "that x is not there",
    );
  });

  it("lets a key be absent from the time of its deletion, before it was written, and behind an own one", () => {
    const steps = [
      { f: "delete", key: "x" },
      { f: "get", key: "x" },
    ] as const;
    const input = { f: "transaction", key: "x", watched: [], steps, way: "multi" } as const;
    const operations = [get(null, 5, 9), get(null, 29, 31), operationOf(input, [1, null], 20, 21)];
    expect(afterDelete(...operations)).toBeUndefined();
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

  it("asks of a leader what earlier terms have committed, not what later ones have since", () => {
    leader("log-a", 3);
    disks.append(10, majority, maker.leadership(), maker.set("x", "v1"));
    primary(20, 2);
    leader("log-c", 2);
    expect(checks.violation).toBeUndefined();
    leader("log-c", 4);
    expect(checks.violation?.sentence).toContain("log-c leads the log of shard 0 in term 4");
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

  it("counts the acknowledgement of a disk that was destroyed before the next one had the entry", () => {
    const entry = maker.leadership();
    disks.append(10, ["log-a"], entry);
    checks.diskReread(20, "log-a", new Map());
    disks.append(30, ["log-b"], entry);
    primary(40, 1);
    expect(checks.violation).toBeUndefined();
  });

  it("counts none that a log node took back by itself", () => {
    const entry = maker.leadership();
    disks.append(10, ["log-a"], entry);
    disks.truncate(20, "log-a", 1);
    disks.append(30, ["log-b"], entry);
    primary(40, 1);
    expect(checks.violation?.sentence).toContain("too few zones' disks");
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

describe("refused transactions", () => {
  const refused = (fromUs: number): Operation =>
    operationOf({ f: "cas", key: "x", expected: "v1", value: "v3" }, null, fromUs, fromUs + 5);
  const watchAndRefuse = (fromUs: number): void => {
    const process = 9;
    tell({ ...get("v1", fromUs, fromUs + 5), process });
    tell({ ...refused(fromUs + 10), process });
  };

  beforeEach(() => {
    disks.append(10, logNodes, maker.leadership(), maker.set("x", "v1"));
    tell(set("v1", 5, 12));
  });

  it("are found when nothing changed the key after WATCH was sent, or only one disk of three held it", () => {
    watchAndRefuse(30);
    expect(checks.violation?.signature).toBe("refusal before its cause was durable");
    expect(checks.violation?.name).toBe("no dirty reads");
  });

  it("are right if what was refused would only have read", () => {
    const steps = [{ f: "get", key: "x" }] as const;
    const watched = [{ key: "x", value: "v1" }];
    const input = { f: "transaction", key: "watched:0:{1}", watched, steps, way: "multi" } as const;
    disks.append(35, logNodes, maker.set("x", "v2"));
    tell({ ...get("v1", 30, 34), process: 9 });
    tell({ ...operationOf(input, null, 40, 45), process: 9 });
    expect(checks.violation).toBeUndefined();
  });

  it("are found when the change lay on one disk of three", () => {
    disks.append(38, ["log-a"], maker.set("x", "v2"));
    watchAndRefuse(30);
    expect(checks.violation?.name).toBe("no dirty reads");
  });

  it("are right after a durable change, also if the read behind WATCH shows it, after FLUSHALL, and after a change of leadership", () => {
    for (const cause of [maker.set("x", "v2"), maker.flush(), maker.leadership()]) {
      const again = maker.position * 100;
      disks.append(again + 35, logNodes, cause);
      watchAndRefuse(again + 30);
      expect(checks.violation).toBeUndefined();
    }
  });
});

describe("keyspace-wide reads", () => {
  const wide = (command: WideCommand, output: readonly StepOutput[], atUs: number): Operation =>
    operationOf({ f: "wide", key: "x", command }, output, atUs, atUs + 1);

  beforeEach(() => {
    disks.append(10, logNodes, maker.leadership(), maker.set("x", "v1"), maker.set("y", "w1"));
    primary(20, 3);
  });

  it("tell the keys of one position of the log, together with the value of a key", () => {
    tell(wide("DBSIZE", ["v1", 2], 30));
    tell(wide("KEYS", ["v1", "x", "y"], 33));
    tell(wide("SCAN", ["v1", "x", "y"], 36));
    tell(wide("RANDOMKEY", ["v1", "y"], 39));
    expect(checks.violation).toBeUndefined();
    const result = checks.finish(50).find(({ name }) => name === "keyspace-wide reads");
    expect(result).toMatchObject({ verdict: "ok", examined: 4 });
  });

  it("may not tell what never was: another count, a key of nobody, or one that is missing", () => {
    tell(wide("DBSIZE", ["v1", 3], 30));
    expect(checks.violation?.sentence).toBe(
      'db-0-a answered MULTI (GET x, DBSIZE) with ["v1", 3] at 0.000031 s, which was true at no position of the log',
    );
    for (const [command, output] of [
      ["KEYS", ["v1", "y"]],
      ["SCAN", ["v1", "x", "z"]],
      ["RANDOMKEY", ["v1", "z"]],
      ["RANDOMKEY", ["v1", null]],
    ] as const) {
      const again = new KeyspaceReadsCheck(committedLog(), false);
      const read = wide(command, output, 30);
      again.operationInvoked(read);
      again.operationCompleted(read);
      expect(again.tally.violation?.signature).toBe("read of no prefix");
    }
  });

  it("may not tell what was true before the read began, unless stale reads are allowed", () => {
    tell(wide("DBSIZE", ["v1", 1], 30));
    expect(checks.violation?.signature).toBe("stale read");
    const tolerant = new KeyspaceReadsCheck(committedLog(), true);
    const read = wide("DBSIZE", ["v1", 1], 30);
    tolerant.operationInvoked(read);
    tolerant.operationCompleted(read);
    expect(tolerant.tally.violation).toBeUndefined();
  });

  it("may not tell what a majority holds only later", () => {
    const gone = maker.delete("y");
    disks.append(40, ["log-a"], gone);
    const read = { ...wide("DBSIZE", ["v1", 1], 42), completedUs: 80 };
    checks.operationInvoked(read);
    disks.append(60, ["log-b"], gone);
    primary(61, 4);
    checks.operationCompleted(read);
    expect(checks.violation?.signature).toBe("dirty read");
  });

  /** With the same three entries. */
  function committedLog(): CommittedLog {
    const entries = new EntryMaker();
    const log = new CommittedLog(new Tally("log safety", "entries"), { committed: () => {} });
    const other = new LogDisks(2, {
      stored: () => {},
      becameDurable: (_nowUs, stored) => log.becameDurable(stored),
      copied: () => {},
      lost: () => {},
      voted: () => {},
      removed: () => {},
      broken: () => {},
    });
    const told = {
      ...quietObserver(),
      diskSynced: other.synced.bind(other),
      diskReread: other.reread.bind(other),
    };
    const made = [entries.leadership(), entries.set("x", "v1"), entries.set("y", "w1")];
    new TestDisks(told).append(10, logNodes, ...made);
    log.claim(20, "db-0-a", 0, 3);
    return log;
  }
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

  it("judges each replica apart", () => {
    tell(replicaGet("v2", 30));
    tell({ ...replicaGet("v1", 36), node: "db-0-c" });
    expect(checks.violation).toBeUndefined();
  });

  it("finds a replica that goes back in time between two clients, unless their reads overlap", () => {
    tell(replicaGet("v2", 30));
    tell({ ...replicaGet("v1", 29), completedUs: 40, repliedUs: 40, process: 6 });
    expect(checks.violation).toBeUndefined();
    tell({ ...replicaGet("v1", 43), process: 7 });
    expect(checks.violation?.sentence).toContain(
      "db-0-b went back in time for process 7: it had shown position 4 to process 5",
    );
    expect(checks.violation?.signature).toBe("back in time");
  });

  it("finds one in an answer that arrived late", () => {
    tell({ ...replicaGet("v1", 33), process: 6 });
    tell({ ...replicaGet("v2", 30), completedUs: 50 });
    expect(checks.violation).toBeUndefined();
    const sessions = checks.finish(60).find(({ name }) => name === "sessions");
    expect(sessions?.sentence).toContain("db-0-b went back in time for process 6");
  });

  it("finds keys that two clients saw change in contradictory orders", () => {
    const both = (x: string | null, y: string | null, atUs: number): Operation => {
      const steps = [
        { f: "get", key: "x" },
        { f: "get", key: "y" },
      ] as const;
      const input = { f: "transaction", key: "x", watched: [], steps, way: "mget" } as const;
      const read = operationOf(input, [x, y], atUs, atUs + 1);
      return { ...read, process: atUs, node: "db-0-b", readonlyReplica: true };
    };
    tell(both("v1", null, 30));
    tell(both("v1", "w1", 33));
    expect(checks.violation).toBeUndefined();
    tell(both(null, "w1", 36));
    expect(checks.violation?.signature).toBe("read of no prefix");
    expect(checks.violation?.sentence).toContain(
      'answered MGET (GET x, GET y) with [nil, "w1"] at 0.000037 s, which no prefix of the committed log says',
    );
  });

  it("finds a read from the future: a key gone before a majority held its deletion", () => {
    tell(replicaGet("v2", 22));
    const gone = maker.delete("x");
    disks.append(40, ["log-a"], gone);
    disks.append(60, ["log-b"], gone);
    primary(61, 5);
    tell({ ...replicaGet(null, 45), completedUs: 62 });
    expect(checks.violation?.signature).toBe("read from the future");
  });

  it("tells replies that are amiss", () => {
    checks.repliesAmiss(40, "db-0-a", "ECHO came first");
    expect(checks.violation?.sentence).toBe("db-0-a answered amiss at 0.000040 s: ECHO came first");
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
