import { beforeEach, describe, expect, it } from "vitest";
import { Checks } from "./checks.ts";
import { EntryMaker, TestDisks } from "./testDisks.ts";
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
    hasListeners: true,
  });
  disks = new TestDisks(checks);
  maker = new EntryMaker();
  disks.append(1, majority, maker.leadership("db-0-a"));
});

const key = "messages:0:{1}";

/** Its last digit is even: told in the transaction that writes it. "v1" is told behind its write. */
const atOnce = "v2";
const behind = "v1";

function hear(text: string, sentUs: number, connection = 1): void {
  checks.messageHeard(sentUs + 5, "db-0-b", { connection, channel: key, text, sentUs });
}

function answer(value: string, atUs: number, outcome: "ok" | "fail" | "unknown"): void {
  checks.operationCompleted(operationOf({ f: "set", key, value }, null, 10, atUs, outcome));
}

describe("messages", () => {
  it("of a write that most disks hold may be heard, once on every connection", () => {
    disks.append(20, majority, maker.set(key, atOnce));
    hear(atOnce, 20);
    hear(atOnce, 30, 2);
    expect(checks.violation).toBeUndefined();
    const result = checks.finish(100).find(({ name }) => name === "messages");
    expect([result?.verdict, result?.examined]).toEqual(["ok", 2]);
    hear(atOnce, 40, 2);
    expect(checks.violation?.signature).toBe("message heard twice");
  });

  it("of a write that is not there, or on one disk only, are heard too early", () => {
    disks.append(20, ["log-a"], maker.set(key, atOnce));
    hear(atOnce, 25);
    expect(checks.violation?.sentence).toMatch(
      /^db-0-b told of "v2" in messages:0:\{1\} at .* before a majority of zones held it: its log entry lies on log-a/,
    );
  });

  it("told behind a write are early only if the write was answered", () => {
    hear(behind, 20);
    expect(checks.violation).toBeUndefined();
    answer(behind, 30, "fail");
    hear("v3", 40);
    answer("v3", 50, "unknown");
    expect(checks.violation).toBeUndefined();
    hear("v5", 60);
    disks.append(65, majority, maker.set(key, "v5"));
    answer("v5", 70, "ok");
    expect(checks.violation?.signature).toBe("message of a write before it was durable");
  });

  it("must be heard where somebody listens and many are told; of a few, all may be missed", () => {
    const verdict = (): string | undefined =>
      checks.finish(100).find(({ name }) => name === "messages")?.verdict;
    for (let count = 1; count < 10; count++) answer(`v${count}`, 10 * count, "ok");
    expect(verdict()).toBeUndefined();
    answer("v10", 95, "ok");
    expect(verdict()).toBe("nothing examined");
  });
});
