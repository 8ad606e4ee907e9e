import { describe, expect, it } from "vitest";
import type { OfferedOperation } from "../clients/offered.ts";
import {
  countOperations,
  findUnavailability,
  judgeAvailability,
  quantile,
  summariseLatencies,
} from "./availability.ts";

const MS = 1000;

function offer(
  dueMs: number,
  endMs: number,
  outcome: OfferedOperation["outcome"] = "ok",
  access: OfferedOperation["access"] = "write",
): OfferedOperation {
  const endUs = endMs < 0 ? -1 : endMs * MS;
  return {
    id: dueMs,
    shard: 0,
    access,
    key: "x",
    dueUs: dueMs * MS,
    endUs,
    earlierRoundsUs: 0,
    outcome,
    isScan: false,
  };
}

describe("unavailability windows", () => {
  it("begin when the first operation waits in vain and end with the next answer", () => {
    const offered = [offer(0, 2), offer(100, 700), offer(300, 710), offer(720, 722)];
    expect(findUnavailability(offered, 1000 * MS)).toEqual([
      { shard: 0, access: "write", fromUs: 100 * MS, untilUs: 700 * MS },
    ]);
  });

  it("are not made by a pause in which nothing was offered", () => {
    const offered = [offer(0, 2), offer(900, 902)];
    expect(findUnavailability(offered, 1000 * MS)).toEqual([]);
  });

  it("last to the end of the run when nothing is answered any more", () => {
    const offered = [offer(0, 2), offer(100, 600, "unknown"), offer(400, -1, "waiting")];
    expect(findUnavailability(offered, 2000 * MS)).toEqual([
      { shard: 0, access: "write", fromUs: 100 * MS, untilUs: 2000 * MS },
    ]);
  });

  it("are not made by one slow operation among others that are answered", () => {
    const offered = [offer(0, 2)];
    for (let dueMs = 50; dueMs < 1000; dueMs += 50) offered.push(offer(dueMs, dueMs + 3));
    offered.splice(1, 0, offer(10, 900));
    expect(findUnavailability(offered, 1000 * MS)).toEqual([]);
  });

  it("are not made by a client that thinks between two rounds", () => {
    const offered = [offer(0, 2), { ...offer(100, 350), earlierRoundsUs: 240 * MS }];
    expect(findUnavailability(offered, 1000 * MS)).toEqual([]);
  });

  it("keep reads and writes apart", () => {
    const offered = [
      offer(0, 1),
      offer(1, 2, "ok", "read"),
      offer(2, 900),
      offer(3, 4, "ok", "read"),
    ];
    const found = findUnavailability(offered, 900 * MS);
    expect(found.map(({ access }) => access)).toEqual(["write"]);
  });
});

describe("counts of operations", () => {
  it("do not hold against the run what met a window", () => {
    const offered = [offer(0, 2), offer(100, 600, "unknown"), offer(300, 700), offer(720, 722)];
    const windows = findUnavailability(offered, 1000 * MS);
    const counts = countOperations(offered, windows, 0);
    expect(counts).toMatchObject({
      offered: 4,
      acknowledged: 3,
      unknown: 1,
      offeredOutsideWindows: 2,
    });
    expect(judgeAvailability(counts).verdict).toBe("ok");
  });

  it("fail a run in which two of a hundred outside the windows are lost", () => {
    const offered = Array.from({ length: 100 }, (_, at) =>
      offer(at, at + 2, at < 2 ? "unknown" : "ok"),
    );
    const result = judgeAvailability(countOperations(offered, [], 0));
    expect(result.verdict).toBe("missed");
    expect(result.sentence).toContain("98.00 %");
  });

  it("fail a run in which nothing was offered outside the windows", () => {
    expect(judgeAvailability(countOperations([], [], 0)).verdict).toBe("nothing examined");
  });
});

describe("latencies", () => {
  it("count from when an operation was due, by phase, without a compare-and-set's own read", () => {
    const offered = [
      offer(10, 13),
      { ...offer(20, 27), earlierRoundsUs: 4 * MS },
      offer(110, 160),
      offer(300, 302),
      offer(400, 402, "unknown"),
    ];
    const summaries = summariseLatencies(offered, [{ fromUs: 100 * MS, untilUs: 200 * MS }]);
    const rows = summaries.map(({ phase, count, p50Us, maxUs }) => [phase, count, p50Us, maxUs]);
    expect(rows).toEqual([
      ["before", 2, 3000, 3000],
      ["fault", 1, 50_000, 50_000],
      ["after", 1, 2000, 2000],
      ["all", 4, 3000, 50_000],
    ]);
  });

  it("take the nearest rank", () => {
    expect([0.5, 0.99, 1].map((ratio) => quantile([1, 2, 3, 4], ratio))).toEqual([2, 4, 4]);
  });
});
