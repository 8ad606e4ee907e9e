import { describe, expect, it } from "vitest";
import type {
  KeyInput,
  Operation,
  OperationOutput,
  Outcome,
  TransactionInput,
  Watched,
} from "../history.ts";
import { checkHistory, defaultLimit } from "../linearizability.ts";
import { operationOf } from "../testOperations.ts";
import { redisGroup } from "./redisGroup.ts";

const EPOCH_UNIX_MS = 1000;
const model = redisGroup({ epochUnixMs: EPOCH_UNIX_MS, skewMs: 10 });
const options = { modelOf: () => model, limit: defaultLimit, toleratesStaleReads: false };

const get = (key: string): KeyInput => ({ f: "get", key });
const set = (key: string, value: string): KeyInput => ({ f: "set", key, value });
const increment = (key: string): KeyInput => ({ f: "increment", key });
const remove = (key: string): KeyInput => ({ f: "delete", key });

function multi(
  steps: readonly KeyInput[],
  changes: Partial<TransactionInput> = {},
): TransactionInput {
  return { f: "transaction", key: "g", watched: [], steps, way: "multi", ...changes };
}

// oxlint-disable-next-line max-params -- reads as a table
function done(
  steps: readonly KeyInput[],
  output: OperationOutput,
  fromUs: number,
  toUs: number,
  outcome: Outcome = "ok",
): Operation {
  return operationOf(multi(steps), output, fromUs, toUs, outcome);
}

function verdict(...history: readonly Operation[]): string {
  return checkHistory(history, options).verdict;
}

describe("transactions over a group of keys", () => {
  it("happen at one moment: no read of two keys sees half of one", () => {
    const both = done([set("x", "1;"), set("y", "1;")], [null, null], 0, 10);
    expect(verdict(both, done([get("x"), get("y")], ["1;", "1;"], 1, 5))).toBe("ok");
    expect(verdict(both, done([get("x"), get("y")], [null, null], 1, 5))).toBe("ok");
    expect(verdict(both, done([get("x"), get("y")], ["1;", null], 1, 5))).toBe("violation");
  });

  it("are ordered against each other: two reads may not see two writes in opposite orders", () => {
    const history = [
      done([set("x", "1;")], [null], 0, 100),
      done([set("y", "2;")], [null], 1, 101),
      done([get("x"), get("y")], ["1;", null], 2, 50),
    ];
    expect(verdict(...history)).toBe("ok");
    const opposite = done([get("x"), get("y")], [null, "2;"], 3, 51);
    const result = checkHistory([...history, opposite], options);
    expect(result.verdict).toBe("violation");
    expect(result.sentence).toContain("MULTI (GET x, GET y) was answered [nil,");
  });

  it("see their own earlier steps, and an increment of what is no number changes nothing", () => {
    const error = "ERR value is not an integer or out of range";
    const first = done([set("x", "a;"), increment("x"), get("x")], [null, error, "a;"], 0, 1);
    expect(verdict(first, done([remove("x"), increment("x")], [1, 1], 2, 3))).toBe("ok");
    expect(verdict(first, done([increment("x")], [1], 2, 3))).toBe("violation");
    expect(verdict(done([increment("x")], [error], 0, 1))).toBe("violation");
  });

  it("of unknown outcome happened wholly, at any later time, or never", () => {
    const lost = done([set("x", "1;"), set("y", "1;")], null, 0, 1, "unknown");
    const reads = (x: string | null, y: string | null): Operation =>
      done([get("x"), get("y")], [x, y], 10, 11);
    expect(verdict(lost, reads("1;", "1;"))).toBe("ok");
    expect(verdict(lost, reads(null, null))).toBe("ok");
    expect(verdict(lost, reads("1;", null))).toBe("violation");
  });

  it("that DISCARD ended, or that surely failed, have no effect", () => {
    const discarded = operationOf(multi([set("x", "1;")], { way: "discard" }), null, 0, 1);
    const failed = done([set("x", "1;")], null, 2, 3, "fail");
    expect(verdict(discarded, failed, done([get("x")], [null], 4, 5))).toBe("ok");
    expect(verdict(discarded, done([get("x")], ["1;"], 4, 5))).toBe("violation");
    expect(verdict(failed, done([get("x")], ["1;"], 4, 5))).toBe("violation");
  });
});

describe("transactions under WATCH", () => {
  const before = done([set("x", "a;"), set("y", "a;")], [null, null], 0, 1);
  const conditional = (
    watched: readonly Watched[],
    output: OperationOutput,
    outcome: Outcome = "ok",
  ): Operation => operationOf(multi([set("y", "b;")], { watched }), output, 10, 11, outcome);
  const y = (value: string): Operation => done([get("y")], [value], 20, 21);

  it("take effect only while the watched keys hold what was read", () => {
    expect(verdict(before, conditional([{ key: "x", value: "a;" }], [null]), y("b;"))).toBe("ok");
    expect(verdict(before, conditional([{ key: "x", value: null }], [null]))).toBe("violation");
  });

  it("surely did nothing when EXEC was nil, whatever the keys hold", () => {
    const refused = conditional([{ key: "x", value: "a;" }], null);
    expect(verdict(before, refused, y("a;"))).toBe("ok");
    expect(verdict(before, refused, y("b;"))).toBe("violation");
  });

  it("of unknown outcome may only have happened while the watched keys held what was read", () => {
    const maybe = (value: string): Operation => conditional([{ key: "x", value }], null, "unknown");
    expect(verdict(before, maybe("a;"), y("b;"))).toBe("ok");
    expect(verdict(before, maybe("a;"), y("a;"))).toBe("ok");
    expect(verdict(before, maybe("other;"), y("b;"))).toBe("violation");
  });
});

describe("deadlines inside a group", () => {
  // The deadline is at 5 ms of true time, and clocks may be off by 10 ms.
  const until: KeyInput = { f: "setUntil", key: "x", value: "a;", untilUnixMs: EPOCH_UNIX_MS + 5 };
  const before = done([until, set("y", "b;")], [null, null], 0, 1);
  const reads = (x: string | null, atUs: number): Operation =>
    done([get("x"), get("y")], [x, "b;"], atUs, atUs + 1);

  it("may have passed within the skew, must have passed after it, and a key that went stays away", () => {
    expect(verdict(before, reads("a;", 14_000))).toBe("ok");
    expect(verdict(before, reads(null, 14_000))).toBe("ok");
    expect(verdict(before, reads("a;", 17_000))).toBe("violation");
    expect(verdict(before, reads(null, 14_000), reads("a;", 14_500))).toBe("violation");
  });

  it("have not passed long before", () => {
    const late: KeyInput = { ...until, untilUnixMs: EPOCH_UNIX_MS + 5000 };
    expect(verdict(done([late], [null], 0, 1), done([get("x")], [null], 100, 101))).toBe(
      "violation",
    );
  });

  it("go with a SET", () => {
    const plain = done([set("x", "c;")], [null], 10, 11);
    expect(verdict(before, plain, done([get("x")], ["c;"], 90_000, 90_001))).toBe("ok");
  });
});
