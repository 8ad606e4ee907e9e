import { describe, expect, it } from "vitest";
import { pageDataOf } from "./page.ts";
import { testRun } from "./testRun.ts";

describe("the page's operations in columns", () => {
  const run = testRun();
  const { operations } = pageDataOf(run);

  it("hold every operation once, in order of due time", () => {
    expect(operations.dueDeltaUs.length).toBe(run.history.length);
    expect(operations.dueDeltaUs.slice(1).every((delta) => delta >= 0)).toBe(true);
    const lastDueUs = operations.dueDeltaUs.reduce((sum, delta) => sum + delta, 0);
    expect(lastDueUs).toBe(run.history.at(-1)?.dueUs);
  });

  it("say each text once and point at it", () => {
    expect(new Set(operations.texts).size).toBe(operations.texts.length);
    const [first] = run.history;
    expect(operations.texts[operations.node[0] ?? -1]).toBe(first?.node);
  });

  it("let an open operation last until the end of the run", () => {
    const open = { ...run.history[0]!, outcome: "open" as const, completedUs: -1 };
    const columns = pageDataOf({ ...run, history: [open] }).operations;
    expect(columns.latencyUs).toEqual([run.simulatedUs - open.dueUs]);
    expect(columns.texts[columns.answer[0] ?? -1]).toBe("no answer by the end of the run");
  });
});
