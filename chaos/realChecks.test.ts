import { describe, expect, it } from "vitest";
import type { Operation } from "../sim/checker/history.ts";
import { operationOf } from "../sim/checker/testOperations.ts";
import type { CheckResult } from "../sim/run.ts";
import { RealChecks } from "./realChecks.ts";

/** What the check of zero loss says of a history whose last operation is the final scan; undefined if there is no such check. */
function zeroLossOf(...history: readonly Operation[]): CheckResult | undefined {
  const checks = new RealChecks("within", 0, 0, { listen: false, cache: false });
  for (const operation of history) {
    checks.operationInvoked(operation);
    checks.operationCompleted(operation);
  }
  const scan = history.at(-1)?.offered;
  const results = checks.finish(history, (offered) => offered === scan);
  return results.find(({ name }) => name === "zero loss");
}

describe("messages on a real cluster", () => {
  const key = "messages:0:{1}";
  const [atOnce, behind] = ["v2", "v1"];

  /** The verdict on a write of unknown outcome, of which somebody has heard perhaps, and a read behind it that finds nothing. */
  function verdictOf(value: string, isHeard: boolean): string | undefined {
    const checks = new RealChecks("within", 0, 0, { listen: true, cache: false });
    const write = operationOf({ f: "set", key, value }, null, 1, 10, "unknown");
    const read = operationOf({ f: "get", key }, null, 20, 30);
    checks.operationInvoked(write);
    const message = { connection: 1, channel: key, text: value, sentUs: 5 };
    if (isHeard) checks.messageHeard(5, "db-0-a", message);
    checks.operationCompleted(write);
    checks.operationInvoked(read);
    checks.operationCompleted(read);
    const results = checks.finish([write, read], () => false);
    return results.find(({ name }) => name === "linearizability")?.verdict;
  }

  it("tell that what they tell in one transaction with a write is done", () => {
    expect(verdictOf(atOnce, false)).toBe("ok");
    expect(verdictOf(atOnce, true)).toBe("violation");
    // A PUBLISH behind a SET may be carried out though the SET was not.
    expect(verdictOf(behind, true)).toBe("ok");
  });

  it("are heard once on a connection", () => {
    const checks = new RealChecks("within", 0, 0, { listen: true, cache: false });
    const result = (): CheckResult | undefined =>
      checks.finish([], () => false).find(({ name }) => name === "messages");
    expect(result()?.verdict).toBe("nothing examined");
    const message = { connection: 1, channel: key, text: behind, sentUs: 5 };
    checks.messageHeard(5, "db-0-a", message);
    checks.messageHeard(6, "db-0-b", { ...message, connection: 2 });
    expect(result()).toMatchObject({ verdict: "ok", examined: 2 });
    checks.messageHeard(7, "db-0-a", message);
    expect(result()?.verdict).toBe("violation");
  });
});

describe("zero loss on a real cluster", () => {
  const increment = operationOf({ f: "increment", key: "counters:0" }, 1, 1, 2);

  it("counts the increments that the final scan finds, and misses the one that it does not", () => {
    const scan = operationOf({ f: "get", key: "counters:0" }, "1", 3, 4);
    expect(zeroLossOf(increment, scan)).toMatchObject({ verdict: "ok", examined: 1 });
    const lossy = operationOf({ f: "get", key: "counters:0" }, "0", 3, 4);
    expect(zeroLossOf(increment, lossy)).toMatchObject({ verdict: "violation" });
  });

  it("has examined nothing if none of them was read in the end, and is left out where nothing only grows", () => {
    const other = operationOf({ f: "get", key: "registers:0" }, null, 3, 4);
    expect(zeroLossOf(increment, other)?.verdict).toBe("nothing examined");
    expect(zeroLossOf(other)).toBe(undefined);
  });
});
