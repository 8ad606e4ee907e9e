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
    tell(operationOf(input, null, 20, 21));
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
      'a transaction was torn: at position 1 of shard 0 pairs:1 holds "v1", and its twin, which is written by the same MULTI, nil',
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
  it("must not lead to the node that gives it", () => {
    checks.redirectedToItself(40, "db-0-a", "get x");
    expect(checks.violation?.sentence).toBe(
      "db-0-a answered get x at 0.000040 s with MOVED to itself",
    );
  });
});
