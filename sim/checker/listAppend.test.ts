import { describe, expect, it } from "vitest";
import type { KeyInput, Operation, OperationOutput, Outcome } from "./history.ts";
import { ListAppendCheck } from "./listAppend.ts";
import { operationOf } from "./testOperations.ts";

const append: KeyInput = { f: "append", key: "lists:0:{1}:a", value: "v1;" };
const get: KeyInput = { f: "get", key: "lists:0:{1}:a" };

// oxlint-disable-next-line max-params -- reads as a table
function multi(
  step: KeyInput,
  output: OperationOutput,
  fromUs: number,
  toUs: number,
  outcome: Outcome = "ok",
): Operation {
  const steps = [step];
  const input = { f: "transaction", key: "lists:0:{1}", watched: [], steps, way: "multi" } as const;
  return operationOf(input, output, fromUs, toUs, outcome);
}

function check(
  isBroken: boolean,
  history: readonly Operation[],
): ReturnType<ListAppendCheck["finish"]> {
  const lists = new ListAppendCheck(isBroken);
  for (const operation of history) lists.operationInvoked(operation);
  return lists.finish();
}

const stale = [
  multi(append, [3], 0, 1),
  multi(get, [null], 2, 3),
  multi(get, ["v1;"], 4, 5),
] as const;

describe("list transactions", () => {
  it("are found in contradiction, with the anomaly's name as signature and the reasons told", () => {
    const result = check(false, stale);
    expect(result).toMatchObject({
      verdict: "violation",
      signature: "G-single-realtime",
      examined: 3,
      atUs: 3,
      sentence:
        "G-single-realtime: T1 < T2, because T1 had completed before T2 was invoked; However, T2 < T1, because T2 did not observe T1's append of v1 to lists:0:{1}:a: a contradiction!",
    });
    expect(result.details?.[0]).toBe("T1 = append lists:0:{1}:a v1");
  });

  it("are fine where an order explains them", () => {
    const history = [multi(append, [3], 0, 1), multi(get, ["v1;"], 2, 3)];
    expect(check(false, history)).toMatchObject({ verdict: "ok", examined: 2 });
  });

  it("may read old lists where an assumption is broken, but nothing that never was", () => {
    expect(check(true, stale).verdict).toBe("expected violation");
    expect(check(true, [multi(get, ["v9;"], 0, 1)]).verdict).toBe("violation");
  });

  it("on replicas are not looked at; without answers there is nothing", () => {
    const onReplica = { ...stale[1], readonlyReplica: true };
    expect(check(false, [stale[0], onReplica]).verdict).toBe("ok");
    expect(check(false, [multi(append, null, 0, 1, "unknown")]).verdict).toBe("nothing examined");
  });
});
