import { describe, expect, it } from "vitest";
import { randomFrom } from "../../random.ts";
import type { Outcome } from "../history.ts";
import { operationOf } from "../testOperations.ts";
import { findAnomalies } from "./listAppend.ts";
import { listTransactionOf, type ListStep, type ListTransaction } from "./transaction.ts";

const append = (key: string, element: number): ListStep => ({ f: "append", key, element });
const read = (key: string, ...elements: readonly number[]): ListStep => ({
  f: "read",
  key,
  elements,
});

/** Processes are apart unless told; transactions told with equal times overlap. */
function txn(
  steps: readonly ListStep[],
  from: number,
  to: number,
  changes: { readonly outcome?: Outcome; readonly process?: number } = {},
): ListTransaction {
  const { outcome = "ok", process = from * 1000 + to } = changes;
  return { process, outcome, invokedOrder: from, completedOrder: to, steps };
}

function names(...history: readonly ListTransaction[]): readonly string[] {
  return findAnomalies(history).map(({ name }) => name);
}

describe("cycles among overlapping transactions", () => {
  it("G0: two transactions append to two lists in opposite orders", () => {
    const found = names(
      txn([append("x", 1), append("y", 1)], 0, 10),
      txn([append("x", 2), append("y", 2)], 1, 11),
      txn([read("x", 1, 2), read("y", 2, 1)], 2, 12),
    );
    expect(found).toEqual(["G0"]);
  });

  it("G1c: two transactions observe each other", () => {
    const history = [
      txn([append("x", 1), read("y", 1)], 0, 10),
      txn([append("y", 1), read("x", 1)], 1, 11),
    ];
    expect(names(...history)).toEqual(["G1c"]);
    expect(findAnomalies(history)[0]?.explanation).toEqual([
      "T1 = append y 1, read x [1]",
      "T2 = append x 1, read y [1]",
      "T1 < T2, because T2 observed T1's append of 1 to y",
      "However, T2 < T1, because T1 observed T2's append of 1 to x: a contradiction!",
    ]);
  });

  it("G-single: a transaction sees one effect of another and misses its other", () => {
    const history = [
      txn([append("x", 1), append("y", 1)], 0, 10),
      txn([read("x", 1), read("y")], 1, 11),
      txn([read("y", 1)], 2, 12),
    ];
    const [found, ...others] = findAnomalies(history);
    expect(others).toEqual([]);
    expect(found?.name).toBe("G-single");
    expect(found?.explanation.slice(2)).toEqual([
      "T1 < T2, because T2 observed T1's append of 1 to x",
      "However, T2 < T1, because T2 did not observe T1's append of 1 to y: a contradiction!",
    ]);
  });

  it("G2-item: two transactions each miss what the other appends (write skew)", () => {
    const found = names(
      txn([read("x"), append("y", 1)], 0, 10),
      txn([read("y"), append("x", 1)], 1, 11),
      txn([read("x", 1), read("y", 1)], 20, 21),
    );
    expect(found).toEqual(["G2-item"]);
  });

  it("nothing: overlapping transactions that some order explains", () => {
    const found = names(
      txn([append("x", 1), append("y", 1)], 0, 10),
      txn([append("x", 2), read("y", 1)], 1, 11),
      txn([read("x", 1), read("y", 1)], 2, 12),
      txn([read("x", 1, 2)], 3, 13),
    );
    expect(found).toEqual([]);
  });
});

describe("cycles with the order of real time, or of one process", () => {
  it("G-single-realtime: a read that began after an append had ended misses it", () => {
    const history = [
      txn([append("x", 1)], 0, 1),
      txn([read("x")], 2, 3),
      txn([read("x", 1)], 4, 5),
    ];
    const [found] = findAnomalies(history);
    expect(found?.name).toBe("G-single-realtime");
    expect(found?.explanation.slice(2)).toEqual([
      "T1 < T2, because T1 had completed before T2 was invoked",
      "However, T2 < T1, because T2 did not observe T1's append of 1 to x: a contradiction!",
    ]);
  });

  it("G-single-realtime: an acknowledged append that nobody ever saw again", () => {
    const found = names(
      txn([append("x", 1)], 0, 1),
      txn([append("x", 2)], 2, 3),
      txn([read("x", 1)], 4, 5),
    );
    expect(found).toEqual(["G-single-realtime"]);
  });

  it("G-single-process: the same by one process, whose transactions overlap in time", () => {
    const process = 7;
    const found = names(
      txn([append("x", 1)], 0, 10, { process }),
      txn([read("x")], 1, 11, { process }),
      txn([read("x", 1)], 2, 12),
    );
    expect(found).toEqual(["G-single-process"]);
  });

  it("G0-realtime: appends lie in the list against the order of time", () => {
    const found = names(
      txn([append("x", 2)], 0, 1),
      txn([append("x", 1)], 2, 3),
      txn([read("x", 1, 2)], 0, 9),
    );
    expect(found).toEqual(["G0-realtime"]);
  });

  it("G1c-realtime: an append is seen by who ended before it began", () => {
    const found = names(txn([read("x", 1)], 0, 1), txn([append("x", 1)], 2, 3));
    expect(found).toEqual(["G1c-realtime"]);
  });

  it("G2-item-realtime: two readers miss what had ended, each another's", () => {
    const found = names(
      txn([append("x", 1)], 0, 5),
      txn([append("y", 1)], 1, 6),
      txn([read("x"), read("y", 1)], 2, 30),
      txn([read("y"), read("x", 1)], 3, 31),
    );
    expect(found).toEqual(["G2-item"]);
    const late = names(
      txn([read("x"), append("a", 1)], 10, 11),
      txn([append("x", 1), read("y")], 0, 20),
      txn([append("y", 1)], 1, 5),
      txn([read("x", 1), read("y", 1), read("a", 1)], 30, 31),
    );
    expect(late).toEqual(["G2-item-realtime"]);
  });

  it("nothing: one whose outcome nobody knows may take effect at any later time", () => {
    const lost = txn([append("x", 1)], 0, 1, { outcome: "unknown" });
    expect(names(lost, txn([read("x")], 2, 3), txn([read("x", 1)], 4, 5))).toEqual([]);
    expect(names(lost, txn([read("x")], 2, 3))).toEqual([]);
    expect(names(lost, txn([read("x", 1)], 2, 3), txn([read("x")], 4, 5))).toEqual([
      "G-single-realtime",
    ]);
  });
});

describe("what is wrong without a cycle", () => {
  it("G1a: a read shows an append that was surely not executed; dirty update: an append stands on it", () => {
    const aborted = txn([append("x", 1)], 0, 1, { outcome: "fail" });
    expect(names(aborted, txn([read("x", 1)], 2, 3))).toEqual(["G1a"]);
    const behind = txn([append("x", 2)], 2, 3);
    expect(names(aborted, behind, txn([read("x", 1, 2)], 4, 5))).toEqual(["G1a", "dirty update"]);
    expect(names(aborted, behind, txn([read("x", 2)], 4, 5))).toEqual([]);
  });

  it("G1b: a read shows a transaction half done", () => {
    const twice = txn([append("x", 1), append("x", 2)], 0, 10);
    expect(names(twice, txn([read("x", 1)], 1, 11))).toContain("G1b");
    expect(names(twice, txn([read("x", 1, 2)], 1, 11))).toEqual([]);
  });

  it("incompatible order: two reads of a list of which neither is the beginning of the other", () => {
    const found = findAnomalies([
      txn([append("x", 1)], 0, 10),
      txn([append("x", 2)], 1, 11),
      txn([read("x", 1, 2)], 2, 12),
      txn([read("x", 2)], 3, 13),
    ]);
    expect(found.map(({ name }) => name)).toEqual(["incompatible order"]);
    expect(found[0]?.explanation.at(-1)).toBe(
      "T1 read x as [1 2] and T2 as [2]: neither is the beginning of the other",
    );
  });

  it("duplicate elements, and elements that nobody appended", () => {
    expect(names(txn([append("x", 1)], 0, 1), txn([read("x", 1, 1)], 2, 3))).toEqual([
      "duplicate elements",
    ]);
    expect(names(txn([read("x", 9)], 0, 1))).toEqual(["garbage read"]);
  });

  it("lost update: two transactions read the same list and both append to it", () => {
    const found = names(
      txn([read("x"), append("x", 1)], 0, 10),
      txn([read("x"), append("x", 2)], 1, 11),
      txn([read("x", 1, 2)], 20, 21),
    );
    expect(found[0]).toBe("lost update");
    expect(found).toContain("G-single");
  });

  it("internal: a transaction does not see what itself did", () => {
    expect(names(txn([append("x", 1), read("x")], 0, 1))).toEqual(["internal"]);
    expect(names(txn([read("x"), append("x", 1), read("x", 1)], 0, 1))).toEqual([]);
    const others = txn([append("x", 2)], 0, 10);
    expect(names(others, txn([append("x", 1), read("x", 2, 1)], 1, 11))).toEqual([]);
    expect(names(others, txn([read("x"), append("x", 1), read("x", 2, 1)], 1, 11))).toContain(
      "internal",
    );
  });
});

describe("our own history", () => {
  it("gives transactions of GET and APPEND, whose values are closed by a semicolon", () => {
    const steps = [
      { f: "get", key: "g:a" },
      { f: "append", key: "g:b", value: "v3;" },
      { f: "get", key: "g:b" },
    ] as const;
    const input = { f: "transaction", key: "g", watched: [], steps, way: "multi" } as const;
    expect(listTransactionOf(operationOf(input, [null, 3, "v1;v3;"], 0, 1))?.steps).toEqual([
      { f: "read", key: "g:a", elements: [] },
      { f: "append", key: "g:b", element: "v3" },
      { f: "read", key: "g:b", elements: ["v1", "v3"] },
    ]);
    const discarded = operationOf({ ...input, way: "discard" }, null, 0, 1);
    expect(listTransactionOf(discarded)?.outcome).toBe("fail");
    expect(listTransactionOf(operationOf(input, null, 0, 1, "unknown"))?.outcome).toBe("unknown");
    expect(listTransactionOf(operationOf({ f: "get", key: "g:a" }, null, 0, 1))).toBeUndefined();
  });
});

describe("random histories", () => {
  /** Executes transactions one after another at a moment within their intervals, so that they are strictly serializable. */
  function history(seed: number, count: number): ListTransaction[] {
    const random = randomFrom(seed);
    const lists: Map<string, number[]> = new Map();
    const made: ListTransaction[] = [];
    let element = 0;
    for (let index = 0; index < count; index++) {
      const steps: ListStep[] = [];
      for (let left = 1 + Math.floor(random() * 4); left > 0; left--) {
        const key = `k${Math.floor(index / 100)}:${Math.floor(random() * 4)}`;
        const list = lists.get(key) ?? [];
        lists.set(key, list);
        if (random() < 0.5) steps.push(read(key, ...list));
        else {
          list.push(++element);
          steps.push(append(key, element));
        }
      }
      const atTime = index * 10;
      const from = atTime - Math.floor(random() * 40);
      const to = atTime + 1 + Math.floor(random() * 40);
      made.push(txn(steps, from + index / 1e6, to + index / 1e6, { process: index }));
    }
    return made;
  }

  it("that were executed one by one have no anomaly", () => {
    for (let seed = 0; seed < 100; seed++) expect(names(...history(seed, 60))).toEqual([]);
  });

  it("have one when a read is set back to what the list was long before", () => {
    let found = 0;
    for (let seed = 0; seed < 100; seed++) {
      const made = history(seed, 60);
      const index = made.findLastIndex(
        ({ steps }) =>
          steps.length === 1 && steps[0]?.f === "read" && (steps[0].elements?.length ?? 0) > 8,
      );
      const victim = made[index];
      const step = victim?.steps[0];
      if (victim === undefined || step?.f !== "read") continue;
      made[index] = { ...victim, steps: [{ ...step, elements: step.elements?.slice(0, 2) }] };
      expect(names(...made).length).toBeGreaterThan(0);
      found++;
    }
    expect(found).toBeGreaterThan(30);
  });

  it("of thirty thousand transactions take seconds, not minutes", () => {
    expect(findAnomalies(history(1, 30_000))).toEqual([]);
  });
});
