import { describe, expect, it } from "vitest";
import { recogniseFile } from "./files.ts";

const line = (value: unknown): string => `${JSON.stringify(value)}\n`;

describe("a dropped file", () => {
  it("of a run is executed again and compared", () => {
    const report = {
      schema: "azimuth-report/1",
      scenario: "az-outage",
      seed: 4,
      overrides: { leaseMs: 1000 },
      digest: "abc",
    };
    expect(recogniseFile("report.json", JSON.stringify(report, undefined, 2))).toEqual({
      kind: "run",
      spec: { scenario: "az-outage", seed: 4, overrides: { leaseMs: 1000 }, edits: [] },
      digest: "abc",
    });
  });

  it("of lines is known by its first", () => {
    const header = { schema: "azimuth-trace/1", scenario: "swarm", seed: 9, digest: "d" };
    const text = line(header) + line({ timeUs: 0, kind: "run.started" });
    expect(recogniseFile("anything", text)).toMatchObject({
      kind: "run",
      spec: { scenario: "swarm", seed: 9, overrides: {} },
    });
    const history = { schema: "azimuth-history/1", scenario: "swarm", seed: 9, overrides: {} };
    expect(recogniseFile("h", line(history) + line({}))).toMatchObject({ digest: undefined });
  });

  it("may be a scenario", () => {
    const text = JSON.stringify({
      name: "found",
      seed: 12,
      nemesis: [],
      parameters: { shards: 2 },
    });
    expect(recogniseFile("s.json", text)).toEqual({ kind: "scenario" });
  });

  it("may belong to a campaign", () => {
    expect(recogniseFile("r", line({ schema: "azimuth-results/1" }) + line({}))).toEqual({
      kind: "campaign",
    });
  });

  it("that is something else is told what was expected", () => {
    const sentences = ["hello", "[1]", "{}", '{"schema":"other/1"}'].map((text) => {
      const opened = recogniseFile("x.txt", text);
      return opened.kind === "wrong" ? opened.sentence : "";
    });
    expect(sentences.map((each) => each.slice(0, each.indexOf(" Expected")))).toEqual([
      "x.txt is not JSON.",
      "x.txt is not JSON.",
      "x.txt says no schema.",
      'x.txt has the schema "other/1", which this page does not read.',
    ]);
  });
});
