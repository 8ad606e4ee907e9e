import { describe, expect, it } from "vitest";
import type { CasInput, KeyInput, Operation, OperationOutput, Outcome } from "./history.ts";
import { checkHistory, defaultLimit, LinearizabilityCheck } from "./linearizability.ts";
import { expiringString } from "./models/expiringString.ts";
import { redisString } from "./models/redisString.ts";
import type { Model, State } from "./models/model.ts";
import { lcg } from "./testHistories.ts";
import { operationOf } from "./testOperations.ts";

type SingleInput = KeyInput | CasInput;

const options = { modelOf: () => redisString, limit: defaultLimit, toleratesStaleReads: false };

function verdict(history: readonly Operation[], model: Model = redisString): string {
  return checkHistory(history, { ...options, modelOf: () => model }).verdict;
}

describe("linearizability: textbook histories", () => {
  it("accepts a sequential register", () => {
    const history = [
      operationOf({ f: "set", key: "x", value: "a" }, null, 0, 1),
      operationOf({ f: "get", key: "x" }, "a", 2, 3),
      operationOf({ f: "delete", key: "x" }, 1, 4, 5),
      operationOf({ f: "get", key: "x" }, null, 6, 7),
    ];
    expect(verdict(history)).toBe("ok");
  });

  it("accepts two overlapping reads that order a concurrent write between them", () => {
    const history = [
      operationOf({ f: "set", key: "x", value: "a" }, null, 0, 10),
      operationOf({ f: "get", key: "x" }, null, 1, 3),
      operationOf({ f: "get", key: "x" }, "a", 4, 6),
    ];
    expect(verdict(history)).toBe("ok");
  });

  it("refuses a new value followed by an old one, and names the second read", () => {
    const history = [
      operationOf({ f: "set", key: "x", value: "a" }, null, 0, 10),
      operationOf({ f: "get", key: "x" }, "a", 1, 3),
      operationOf({ f: "get", key: "x" }, null, 4, 6),
    ];
    const result = checkHistory(history, options);
    expect(result.verdict).toBe("violation");
    expect(result.atUs).toBe(6);
    expect(result.sentence).toContain("GET x was answered nil by db-0-a at 0.000006 s");
    expect(result.sentence).toContain('the key held "a"');
  });

  it("tells the longest legal order and the states before the impossible answer", () => {
    const history = [
      operationOf({ f: "set", key: "x", value: "a" }, null, 0, 10),
      operationOf({ f: "get", key: "x" }, "a", 1, 3),
      operationOf({ f: "get", key: "x" }, null, 4, 6),
    ];
    const { details, legalPrefix, operations } = checkHistory(history, options);
    expect(operations).toHaveLength(1);
    const set = 'SET x "a" → OK (process 0 at db-0-a, 0.000000 s to 0.000010 s)';
    const read = 'GET x → "a" (process 1 at db-0-a, 0.000001 s to 0.000003 s)';
    const wrong = "GET x → nil (process 4 at db-0-a, 0.000004 s to 0.000006 s)";
    expect(details).toEqual([
      `impossible: ${wrong}`,
      'possible state before it: "a"',
      'longest legal order, whole, which leads to "a":',
      `  1. ${set}`,
      `  2. ${read}`,
    ]);
    expect(legalPrefix).toEqual({
      impossible: wrong,
      isExact: true,
      before: [{ state: '"a"', placed: 2, lastPlaced: [set, read] }],
    });
  });

  it("keeps a write of unknown outcome possible for ever, but only once", () => {
    const unknown = operationOf({ f: "set", key: "x", value: "a" }, null, 0, 5, "unknown");
    const other = operationOf({ f: "set", key: "x", value: "b" }, null, 10, 11);
    const late = operationOf({ f: "get", key: "x" }, "a", 90, 91);
    const again = operationOf({ f: "set", key: "x", value: "c" }, null, 92, 93);
    const twice = operationOf({ f: "get", key: "x" }, "a", 94, 95);
    expect(verdict([unknown, other, late])).toBe("ok");
    expect(verdict([unknown, other, late, again, twice])).toBe("violation");
  });

  it("refuses to see the value of an operation that surely failed", () => {
    const history = [
      operationOf({ f: "set", key: "x", value: "a" }, null, 0, 5, "fail"),
      operationOf({ f: "get", key: "x" }, "a", 6, 7),
    ];
    expect(verdict(history)).toBe("violation");
  });

  it("finds a lost increment and a doubled one", () => {
    const increment = (output: number, at: number): Operation =>
      operationOf({ f: "increment", key: "n" }, output, at, at + 1);
    expect(verdict([increment(1, 0), increment(2, 2), increment(3, 4)])).toBe("ok");
    expect(verdict([increment(1, 0), increment(1, 2)])).toBe("violation");
    expect(verdict([increment(1, 0), increment(3, 2)])).toBe("violation");
  });

  it("finds a lost and a reordered append", () => {
    const append = (value: string, output: number, at: number): Operation =>
      operationOf({ f: "append", key: "l", value }, output, at, at + 1);
    const read = (output: string, at: number): Operation =>
      operationOf({ f: "get", key: "l" }, output, at, at + 1);
    expect(verdict([append("a;", 2, 0), append("b;", 4, 2), read("a;b;", 4)])).toBe("ok");
    expect(verdict([append("a;", 2, 0), append("b;", 4, 2), read("b;a;", 4)])).toBe("violation");
    expect(verdict([append("a;", 2, 0), append("b;", 2, 2)])).toBe("violation");
  });

  it("lets one of two compare-and-sets from the same value win, not both", () => {
    const cas = (value: string, output: boolean | null): Operation =>
      operationOf({ f: "cas", key: "c", expected: null, value }, output, 0, 9);
    expect(verdict([cas("a", true), cas("b", null)])).toBe("ok");
    expect(verdict([cas("a", true), cas("b", false)])).toBe("ok");
    expect(verdict([cas("a", true), cas("b", true)])).toBe("violation");
  });

  it("keeps keys apart", () => {
    const history = [
      operationOf({ f: "set", key: "x", value: "a" }, null, 0, 1),
      operationOf({ f: "get", key: "y" }, null, 2, 3),
    ];
    expect(verdict(history)).toBe("ok");
  });

  it("examines nothing in an empty history and says so", () => {
    expect(verdict([])).toBe("nothing examined");
  });

  it("answers unknown, not ok, beyond its budget of configurations or of bytes", () => {
    const history: Operation[] = [operationOf({ f: "get", key: "l" }, null, 0, 1)];
    for (let index = 0; index < 12; index++) {
      history.push(
        operationOf(
          { f: "append", key: "l", value: `${index % 10};` },
          null,
          2 + index,
          90,
          "unknown",
        ),
      );
    }
    // All have two bytes, so no order of any of them leads to an even length; but there are millions of orders.
    history.push(operationOf({ f: "append", key: "l", value: "x" }, 24, 91, 92));
    const few = checkHistory(history, { ...options, limit: 500 });
    expect(few.verdict).toBe("unknown");
    expect(few.sentence).toContain("1 of 1 keys were not decided");
    const small = checkHistory(history, { ...options, limit: 1e9, bytes: 1_000_000 });
    expect(small.verdict).toBe("unknown");
  });

  it("tells stale reads from invented ones where an assumption is broken", () => {
    const history = [
      operationOf({ f: "set", key: "x", value: "a" }, null, 0, 1),
      operationOf({ f: "set", key: "x", value: "b" }, null, 2, 3),
      operationOf({ f: "get", key: "x" }, "a", 4, 5),
      operationOf({ f: "get", key: "x" }, "b", 6, 7),
    ];
    const tolerant = { ...options, toleratesStaleReads: true };
    const stale = checkHistory(history, tolerant);
    expect(stale.verdict).toBe("expected violation");
    expect(stale.sentence).toContain("1 stale reads");
    const invented = [...history, operationOf({ f: "get", key: "x" }, "never written", 8, 9)];
    expect(checkHistory(invented, tolerant).verdict).toBe("violation");
  });
});

describe("linearizability: keys with deadlines (rule 21)", () => {
  const model = expiringString(0, 10);
  const set = operationOf({ f: "setUntil", key: "x", value: "a", untilUnixMs: 100 }, null, 0, 1000);
  const read = (output: string | null, atMs: number): Operation =>
    operationOf({ f: "get", key: "x" }, output, atMs * 1000, atMs * 1000 + 100);

  it("allows a key to vanish within the skew of its deadline", () => {
    expect(verdict([set, read("a", 80), read(null, 92)], model)).toBe("ok");
    expect(verdict([set, read("a", 108), read(null, 109)], model)).toBe("ok");
    expect(verdict([set, read("a", 111)], model)).toBe("ok");
  });

  it("refuses one that vanishes earlier, stays longer, or comes back", () => {
    expect(verdict([set, read(null, 80)], model)).toBe("violation");
    expect(verdict([set, read("a", 112)], model)).toBe("violation");
    expect(verdict([set, read(null, 95), read("a", 96)], model)).toBe("violation");
  });

  it("lets SET without a deadline take the deadline away", () => {
    const plain = operationOf({ f: "set", key: "x", value: "b" }, null, 50_000, 50_100);
    expect(verdict([set, plain, read("b", 500)], model)).toBe("ok");
    expect(verdict([set, plain, read(null, 500)], model)).toBe("violation");
  });
});

describe("linearizability against a brute-force search", () => {
  it("agrees on 30,000 tiny random histories", () => {
    const random = lcg(20_261);
    let good = 0;
    const disagreements: Operation[][] = [];
    for (let round = 0; round < 30_000; round++) {
      const history = randomHistory(random);
      if (history.every((one) => one.outcome !== "ok")) continue;
      const expected = bruteForce(history);
      if (expected) good++;
      const actual = verdict(history);
      if (actual !== (expected ? "ok" : "violation")) disagreements.push(history);
    }
    expect(disagreements).toEqual([]);
    // Both kinds must be well represented, or the agreement says little.
    expect(good).toBeGreaterThan(6000);
    expect(good).toBeLessThan(24_000);
  });
});

/** Up to six operations of few processes on one key, answered by chance or by a real register now and then. */
function randomHistory(random: () => number): Operation[] {
  const history: Operation[] = [];
  const count = 2 + Math.floor(random() * 5);
  const family = Math.floor(random() * 3);
  let state: State = null;
  const starts: number[] = [];
  for (let index = 0; index < count; index++) starts.push(Math.floor(random() * 20) * 2);
  starts.sort((a, b) => a - b);
  for (let index = 0; index < count; index++) {
    const input = randomInput(random, family);
    const start = starts[index]! * 100 + index * 2;
    const outcome: Outcome = random() < 0.15 ? "unknown" : "ok";
    const completes = start + 1 + Math.floor(random() * 1500) * 2;
    const known = operationOf(input, null, start, completes, "unknown");
    const isGet = input.f === "get";
    let output: OperationOutput = truthful(input, state);
    if (random() < 0.25) output = randomOutput(random, input, history);
    if (random() < 0.8 && !isGet) state = redisString.step(state, known) ?? state;
    history.push(operationOf(input, outcome === "ok" ? output : null, start, completes, outcome));
  }
  return history;
}

function randomInput(random: () => number, family: number): SingleInput {
  const value = "abc"[Math.floor(random() * 3)]!;
  const kind = random();
  if (kind < 0.45) return { f: "get", key: "k" };
  if (family === 0) {
    if (kind < 0.75) return { f: "set", key: "k", value };
    if (kind < 0.85) return { f: "delete", key: "k" };
    return { f: "cas", key: "k", expected: random() < 0.3 ? null : value, value: "z" };
  }
  if (family === 1) return { f: "increment", key: "k" };
  return kind < 0.9 ? { f: "append", key: "k", value } : { f: "set", key: "k", value };
}

function truthful(input: SingleInput, state: State): OperationOutput {
  switch (input.f) {
    case "get":
      return state;
    case "delete":
      return state === null ? 0 : 1;
    case "increment":
      return Number(state ?? 0) + 1;
    case "append":
      return String(state ?? "").length + input.value.length;
    case "cas":
      return state === input.expected;
    case "set":
    case "setUntil":
      return null;
  }
}

function randomOutput(
  random: () => number,
  input: SingleInput,
  history: readonly Operation[],
): OperationOutput {
  const pick = history[Math.floor(random() * history.length)]?.input;
  switch (input.f) {
    case "get":
      return pick !== undefined && "value" in pick ? pick.value : random() < 0.5 ? null : "1";
    case "delete":
      return random() < 0.5 ? 0 : 1;
    case "increment":
    case "append":
      return 1 + Math.floor(random() * 3);
    case "cas":
      return random() < 0.3 ? null : random() < 0.5;
    case "set":
    case "setUntil":
      return null;
  }
}

/** Tries every order that respects real time; open operations may be left out. */
function bruteForce(history: readonly Operation[]): boolean {
  const alive = history.filter((one) => one.outcome !== "fail");
  const endOf = (one: Operation): number => (one.outcome === "ok" ? one.completedOrder : Infinity);
  const place = (state: State, left: readonly Operation[]): boolean => {
    if (left.every((one) => one.outcome !== "ok")) return true;
    const earliestEnd = Math.min(...left.map(endOf));
    for (const one of left) {
      if (one.invokedOrder > earliestEnd) continue;
      const next = redisString.step(state, one);
      if (next === undefined) continue;
      if (
        place(
          next,
          left.filter((other) => other !== one),
        )
      )
        return true;
    }
    return false;
  };
  return place(null, alive);
}

describe("FLUSHALL", () => {
  const flush = (fromUs: number, toUs: number, outcome: Outcome = "ok"): Operation =>
    operationOf({ f: "flush", key: "any", command: "FLUSHALL" }, null, fromUs, toUs, outcome);
  const set = (key: string, fromUs: number): Operation =>
    operationOf({ f: "set", key, value: "a" }, null, fromUs, fromUs + 1);
  const get = (key: string, output: string | null, fromUs: number): Operation =>
    operationOf({ f: "get", key }, output, fromUs, fromUs + 1);

  function verdictOf(...operations: readonly Operation[]): string {
    const check = new LinearizabilityCheck(options);
    const events = operations.flatMap((one) => [
      { order: one.invokedOrder, tell: () => check.operationInvoked(one) },
      { order: one.completedOrder, tell: () => check.operationCompleted(one) },
    ]);
    for (const { tell } of events.sort((a, b) => a.order - b.order)) tell();
    return check.finish().verdict;
  }

  it("empties every key of the shard, and no key of another", () => {
    const history = [set("x", 0), set("y", 2), flush(4, 5)];
    expect(verdictOf(...history, get("x", null, 6), get("y", null, 8))).toBe("ok");
    expect(verdictOf(...history, get("y", "a", 6))).toBe("violation");
    const elsewhere = { ...get("z", "a", 6), shard: 1 };
    expect(verdictOf({ ...set("z", 1), shard: 1 }, ...history, elsewhere)).toBe("ok");
  });

  it("of unknown outcome may empty keys that come up later, once", () => {
    const lost = flush(0, 1, "unknown");
    expect(verdictOf(lost, set("x", 2), get("x", null, 4))).toBe("ok");
    expect(verdictOf(lost, set("x", 2), get("x", "a", 4))).toBe("ok");
    const again = [set("x", 2), get("x", null, 4), set("x", 6), get("x", null, 8)];
    expect(verdictOf(lost, ...again)).toBe("violation");
    expect(verdictOf(set("x", 2), get("x", null, 4))).toBe("violation");
  });
});
