import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { reportJson, reportOf } from "./json.ts";
import { historyLines, traceLines } from "./jsonLines.ts";
import { testRun } from "./testRun.ts";

/** "checks[].name" and so on: every path that a value has. */
function pathsOf(value: unknown, path: string, into: Set<string>): Set<string> {
  if (Array.isArray(value)) {
    for (const each of value) pathsOf(each, `${path}[]`, into);
  } else if (typeof value === "object" && value !== null) {
    const isOpen = ["parameters", "overrides", "marks"].includes(path);
    for (const [key, each] of Object.entries(value)) {
      pathsOf(each, isOpen ? path : path === "" ? key : `${path}.${key}`, into);
    }
  } else {
    into.add(path);
  }
  return into;
}

describe("report.json", () => {
  it("has the fields of schema azimuth-report/1, neither more nor less", async () => {
    const paths = pathsOf(reportOf(testRun({ verdict: "violation", shards: 2 })), "", new Set());
    await expect([...paths].toSorted().join("\n")).toMatchFileSnapshot(
      "__golden__/report-fields.txt",
    );
  });

  it("is explained field by field in docs/report.md", () => {
    const docs = readFileSync(new URL("../docs/report.md", import.meta.url), "utf8");
    const paths = pathsOf(reportOf(testRun({ verdict: "violation" })), "", new Set<string>());
    const names = [...paths].flatMap((path) => path.replaceAll("[]", "").split("."));
    const missing = [...new Set(names)].filter((name) => !docs.includes(`\`${name}\``));
    expect(missing).toEqual([]);
  });

  it("holds no NaN and no infinity", () => {
    const run = { ...testRun(), simulatedUs: Number.NaN };
    const text = reportJson(run);
    expect(text).not.toMatch(/NaN|Infinity/);
    expect((JSON.parse(text) as { simulatedUs: unknown }).simulatedUs).toBeNull();
  });

  it("is the same bytes for the same run", () => {
    expect(reportJson(testRun())).toBe(reportJson(testRun()));
  });
});

describe("the JSON lines", () => {
  it("have one operation a line behind a header", () => {
    const run = testRun();
    const lines = historyLines(run).trimEnd().split("\n");
    expect(lines.length).toBe(run.history.length + 1);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ schema: "azimuth-history/1", seed: 1 });
    expect(JSON.parse(lines[1] ?? "")).toEqual(run.history[0]);
  });

  it("have one event a line behind a header with the digest", () => {
    const run = testRun();
    const lines = traceLines(run, "full").trimEnd().split("\n");
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({
      schema: "azimuth-trace/1",
      detail: "full",
      digest: run.digest,
      events: run.trace.length,
    });
    expect(JSON.parse(lines.at(-1) ?? "")).toEqual(run.trace.at(-1));
  });
});
