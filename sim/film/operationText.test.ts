import { describe, expect, it } from "vitest";
import type { OperationInput, OperationOutput } from "../checker/history.ts";
import { operationOf } from "../checker/testOperations.ts";
import { answerText, commandText } from "./operationText.ts";

const key = "k";

describe("an operation in a few words", () => {
  it.each<[OperationInput, OperationOutput, string, string]>([
    [{ f: "get", key }, null, "GET k", "(absent)"],
    [{ f: "get", key }, "v", "GET k", "v"],
    [{ f: "set", key, value: "v" }, null, "SET k v", "OK"],
    [{ f: "cas", key, expected: null, value: "v" }, true, "CAS k (absent) → v", "took"],
    [
      { f: "cas", key, expected: "u", value: "v" },
      null,
      "CAS k u → v",
      "EXEC refused: the key was touched",
    ],
    [{ f: "append", key, value: "a".repeat(40) }, 40, `APPEND k …${"a".repeat(23)}`, "40"],
  ])("%j answered %j", (input, output, command, answer) => {
    expect(commandText(input)).toBe(command);
    expect(answerText(operationOf(input, output, 1, 2))).toBe(answer);
  });

  it("says why there is no answer", () => {
    const open = operationOf({ f: "get", key }, null, 1, 2, "open");
    expect(answerText(open)).toBe("no answer by the end of the run");
    const failed = { ...operationOf({ f: "get", key }, null, 1, 2, "fail"), error: "CLUSTERDOWN" };
    expect(answerText(failed)).toBe("CLUSTERDOWN");
  });
});
