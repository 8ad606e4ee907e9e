import { describe, expect, it } from "vitest";
import type { Operation } from "../sim/checker/history.ts";
import { operationOf } from "../sim/checker/testOperations.ts";
import type { CheckResult } from "../sim/run.ts";
import { RealChecks } from "./realChecks.ts";

/** What the check of zero loss says of a history whose last operation is the final scan; undefined if there is no such check. */
function zeroLossOf(...history: readonly Operation[]): CheckResult | undefined {
  const checks = new RealChecks("within", 0, 0);
  for (const operation of history) {
    checks.operationInvoked(operation);
    checks.operationCompleted(operation);
  }
  const scan = history.at(-1)?.offered;
  const results = checks.finish(history, (offered) => offered === scan);
  return results.find(({ name }) => name === "zero loss");
}

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
