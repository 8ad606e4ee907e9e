/** What planted bugs have taught the checks to see (docs/MUTANTS.md). */
import { beforeEach, describe, expect, it } from "vitest";
import { Checks } from "./checks.ts";
import type { Operation } from "./history.ts";
import { EntryMaker, logNodes, TestDisks } from "./testDisks.ts";
import { operationOf } from "./testOperations.ts";

const majority = ["log-a", "log-b"];

let checks: Checks;
let disks: TestDisks;
let maker: EntryMaker;

beforeEach(() => {
  checks = new Checks({
    budget: "within",
    commitRule: "majority",
    inFlightBytes: 1 << 20,
    lease: { leaseUs: 2_000_000, leastBackoffUs: 2_444_445 },
    epochUnixMs: 1_700_000_000_000,
    wallSkewMs: 20,
  });
  disks = new TestDisks(checks);
  maker = new EntryMaker();
});

function tell(operation: Operation): void {
  checks.operationInvoked(operation);
  checks.operationCompleted(operation);
}

/** A replica takes everything up to a position for committed. */
function commit(position: number): string {
  checks.databaseViewed(20, "db-0-b", 0, {
    role: "replica",
    epoch: 1,
    servingUntilUs: -Infinity,
    appliedPosition: position,
    committedPosition: position,
  });
  return checks.finish(30).find(({ name }) => name === "log safety")?.sentence ?? "";
}

describe("a refused transaction", () => {
  it("must not reveal a change which only one disk holds", () => {
    disks.append(10, logNodes, maker.leadership(), maker.set("x", "v1"));
    disks.append(11, ["log-c"], maker.set("x", "v2"));
    const input = { f: "cas", key: "x", expected: "v1", value: "v3" } as const;
    tell({ ...operationOf({ f: "set", key: "x", value: "v1" }, null, 8, 12), process: 4 });
    for (const each of [
      operationOf({ f: "get", key: "x" }, "v1", 13, 14),
      operationOf(input, null, 20, 21),
    ])
      tell({ ...each, process: 3 });
    expect(checks.violation?.sentence).toBe(
      'db-0-a refused compare-and-set x from "v1" to "v3" at 0.000021 s, which revealed a change of the key, before a majority of zones held any',
    );
  });

  it("may reveal a change that is durable", () => {
    disks.append(10, logNodes, maker.leadership(), maker.set("x", "v1"));
    disks.append(11, majority, maker.set("x", "v2"));
    const input = { f: "cas", key: "x", expected: "v1", value: "v3" } as const;
    tell(operationOf(input, null, 20, 21));
    expect(checks.violation).toBeUndefined();
  });

  it("may reveal a change between WATCH and the read behind it, which the read found already", () => {
    const input = { f: "cas", key: "x", expected: "v2", value: "v3" } as const;
    disks.append(10, logNodes, maker.leadership(), maker.set("x", "v1"));
    disks.append(15, majority, maker.set("x", "v2"));
    tell(operationOf({ f: "set", key: "x", value: "v2" }, null, 11, 16));
    const onOne = (operation: Operation): void => tell({ ...operation, process: 3 });
    onOne(operationOf({ f: "get", key: "x" }, "v2", 12, 18));
    onOne(operationOf(input, null, 20, 21));
    expect(checks.violation).toBeUndefined();
    // Watched and read when the change had long been durable, it has no excuse.
    onOne(operationOf({ f: "get", key: "x" }, "v2", 22, 23));
    onOne(operationOf(input, null, 24, 25));
    expect(checks.violation?.sentence).toContain("which revealed a change of the key");
  });
});

describe("the committed order", () => {
  it("must not go back in time", () => {
    const first = maker.set("x", "v1");
    maker.unixMs -= 5;
    disks.append(10, logNodes, first, maker.set("x", "v2"));
    expect(commit(2)).toContain(
      "the shard's time went back: position 2 of shard 0 is stamped 5 ms before",
    );
  });

  it("must not part the keys of a transaction", () => {
    disks.append(10, logNodes, maker.set("pairs:1", "v1"), maker.set("pairs:1:twin", "v1"));
    expect(commit(2)).toBe(
      'a transaction or script was torn: at position 1 of shard 0 pairs:1 holds "v1", and its twin, which is only written together with it, nil',
    );
  });

  it("may hold a record in several chunks, which counts at its last", () => {
    const first = maker.leadership();
    const chunks = maker.setInChunks("x", "v1");
    expect(chunks.length).toBeGreaterThan(2);
    disks.append(10, logNodes, first, ...chunks);
    tell(operationOf({ f: "set", key: "x", value: "v1" }, null, 20, 21));
    checks.stateSampled(22, "db-0-b", 0, chunks.length, () => {});
    checks.stateSampled(22, "db-0-b", 0, 1 + chunks.length, (visit) =>
      visit("x", "string", "v1", undefined),
    );
    expect(checks.violation).toBeUndefined();
  });
});

describe("a redirect", () => {
  /** What the check of sessions says after these redirects: node, target, time of the reply. */
  function judged(...redirects: readonly (readonly [string, string, number])[]): string {
    for (const [node, target, repliedUs] of redirects) {
      const asked = operationOf({ f: "get", key: "x" }, null, repliedUs - 1, repliedUs);
      const operation = { ...asked, node, repliedUs, outcome: "fail" } as const;
      checks.redirected(repliedUs, operation, target);
    }
    return checks.finish(100).find(({ name }) => name === "sessions")?.sentence ?? "";
  }

  /** db-0-a leads in epoch 1, db-0-b in epoch 2. */
  function twoLeaderships(): void {
    disks.append(10, logNodes, maker.leadership("db-0-a"));
    maker.epoch = 2;
    disks.append(20, logNodes, maker.leadership("db-0-b"));
    commit(2);
  }

  it("must not lead to the node that gives it", () => {
    judged(["db-0-a", "db-0-a", 40]);
    expect(checks.violation?.sentence).toBe(
      "db-0-a answered get x at 0.000040 s with MOVED to itself",
    );
  });

  it("may be late news, and in the order of the epochs", () => {
    twoLeaderships();
    judged(["db-0-c", "db-0-a", 40], ["db-0-c", "db-0-b", 50], ["db-0-d", "db-0-a", 60]);
    expect(checks.violation).toBeUndefined();
  });

  it("must not go back to an older leadership, unless the node has lost what it knew", () => {
    twoLeaderships();
    const facts = { role: "down", epoch: 0, servingUntilUs: -Infinity };
    checks.databaseViewed(45, "db-0-d", 0, { ...facts, appliedPosition: 0, committedPosition: 0 });
    const sentence = judged(
      ["db-0-d", "db-0-b", 40],
      ["db-0-d", "db-0-a", 50],
      ["db-0-c", "db-0-a", 70],
      ["db-0-c", "db-0-b", 60],
    );
    expect(sentence).toBe(
      "db-0-c sent a client to db-0-a for shard 0 at 0.000070 s, which had led in no epoch since 2, whose leader it had named before",
    );
  });

  it("must not name a leader before a leadership is committed", () => {
    disks.append(10, ["log-a"], maker.leadership("db-0-a"));
    expect(judged(["db-0-c", "db-0-a", 40])).toBe(
      "db-0-c sent a client to db-0-a for shard 0 at 0.000040 s, which no committed leadership had made its leader",
    );
  });
});
