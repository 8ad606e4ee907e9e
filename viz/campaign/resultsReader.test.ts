import { describe, expect, it } from "vitest";
import { swarmDemand } from "../../reports/coverageDemand.ts";
import { type ResultsHeader, resultsSchema } from "../../reports/resultsHeader.ts";
import { seedResultOf } from "../../reports/seedResult.ts";
import { sweepJson } from "../../reports/sweep.ts";
import { testRun } from "../../reports/testRun.ts";
import { ResultsReader, summaryData } from "./resultsReader.ts";

const header: ResultsHeader = {
  schema: resultsSchema,
  version: "0.1.0-0123456789ab",
  scenario: "az-outage",
  overrides: { leaseMs: 900 },
  plan: "aa",
  seeds: { first: 1, last: 5 },
  shard: { index: 1, count: 1 },
};
const results = ([1, 2, 3] as const).map((seed) =>
  seedResultOf(
    testRun({ seed, verdict: seed === 2 ? "violation" : "ok", operationsPerShard: 50 }),
    seed * 10,
    "",
  ),
);
const lines = [header, ...results].map((line) => `${JSON.stringify(line)}\n`).join("");
const viewer = { viewer: "./", names: ["az-outage"] };

function read(text: string, pieceChars: number): { reader: ResultsReader; isCut: boolean } {
  const reader = new ResultsReader();
  for (let at = 0; at < text.length; at += pieceChars) reader.push(text.slice(at, at + pieceChars));
  return { reader, isCut: reader.end() };
}

describe("results.jsonl", () => {
  it("comes out the same however it was cut into pieces", () => {
    const whole = read(lines, lines.length).reader.data(viewer, swarmDemand);
    expect(read(lines, 97).reader.data(viewer, swarmDemand)).toEqual(whole);
    expect(whole).toMatchObject({ asked: 5, done: 3, verdict: "violation" });
    expect(whole.failures[0]?.example.replay).toContain("seed=2 leaseMs=900");
    expect(whole.seeds?.unplanned.seed).toEqual([1, 2, 3]);
    expect(whole.seeds?.work.slowest).toEqual({ seed: 3, wallMs: 30 });
    expect(whole.seeds?.latencies[0]).toMatchObject({ access: "write", quantile: "p50" });
  });

  it("says that its last line was cut off, and keeps the others", () => {
    const { reader, isCut } = read(lines.slice(0, -40), 1000);
    expect(isCut).toBe(true);
    expect(reader.tally.results.length).toBe(2);
  });

  it("is refused, in a sentence, when it is another file or was damaged", () => {
    expect(() => read('{"schema":"azimuth-trace/1"}\n', 50)).toThrow("This is no file of a");
    expect(() => read("", 50)).toThrow("expected results.jsonl or summary.json");
    expect(() => read(lines.replace('{"seed":2', '"seed":2'), 500)).toThrow(
      "Line 3 is not the result of a seed",
    );
  });

  it("has no links where the viewer does not know its scenario", () => {
    const { reader } = read(lines, 500);
    expect(reader.data(viewer, swarmDemand).watched.viewer).toBe("./");
    expect(reader.data({ viewer: "./", names: [] }, swarmDemand).watched.viewer).toBe("");
  });

  it("has neither latencies nor gaps in files from before latencies were kept", () => {
    const old = lines.replaceAll(/"latencies":\[.*?\],/g, "");
    expect(read(old, 500).reader.data(viewer, swarmDemand).seeds?.latencies).toEqual([]);
  });
});

describe("summary.json", () => {
  it("gives what it has, without single seeds", () => {
    const { version, scenario, overrides } = header;
    const watched = { viewer: "", version, scenario, overrides };
    const rest = { asked: 3, speed: undefined, minimal: new Map(), missedGoals: [] };
    const data = summaryData(sweepJson({ ...watched, ...rest, results }), viewer);
    expect(data.seeds).toBeUndefined();
    expect(data.figures.failovers.unplanned.count).toBe(3);
    expect(data.failures[0]).toMatchObject({ verdict: "violation", seeds: [2] });
    expect(data.watched.viewer).toBe("./");
    expect(() => summaryData("{}", viewer)).toThrow("This is no file of a campaign");
  });
});
