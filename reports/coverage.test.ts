import { describe, expect, it } from "vitest";
import { coverageOf, coverageProblems, type CoverageDemand, seedCoverageOf } from "./coverage.ts";
import { swarmDemand } from "./coverageDemand.ts";
import { coverageReport, coverageSummary } from "./coverageText.ts";
import { testRun } from "./testRun.ts";

const mark = "read waited for a dirty key";
const run = testRun();
const [fault] = run.faults;
if (fault === undefined) throw new Error("the run made by hand has a fault");

const demand: CoverageDemand = {
  marks: [mark],
  faultKinds: ["zoneOutage"],
  phases: ["steady", "appends in flight"],
  exempt: new Set(),
};
const coverage = coverageOf([{ coverage: seedCoverageOf(run) }]);
const mattered = new Map([["zoneOutage", 1]]);

describe("coverageProblems", () => {
  it("is silent when every mark was hit, every kind of fault mattered and no cell is empty", () => {
    expect(coverageProblems(coverage, mattered, demand)).toEqual([]);
  });

  it("names a mark that was never hit", () => {
    const marks = [mark, "foreign disk refused"];
    expect(coverageProblems(coverage, mattered, { ...demand, marks })).toEqual([
      'the mark "foreign disk refused" was never hit',
    ]);
  });

  it("names a kind of fault that was injected and never mattered", () => {
    expect(coverageProblems(coverage, new Map([["zoneOutage", 0]]), demand)).toEqual([
      "no fault of the kind zoneOutage mattered",
    ]);
  });

  it("names a phase that no fault met", () => {
    const phases = ["steady", "election"];
    expect(coverageProblems(coverage, mattered, { ...demand, phases })).toEqual([
      'no fault began in the phase "election"',
    ]);
  });

  it("names an empty cell of fault and phase that chance would have filled, unless it is exempt", () => {
    const calm = { ...fault, kind: "clog", phases: ["steady"] };
    const inElection = { ...fault, phases: ["election"] };
    const seedOf = (copies: number): { coverage: ReturnType<typeof seedCoverageOf> } => {
      const faults = Array.from({ length: copies }, () => [calm, inElection]).flat();
      return { coverage: seedCoverageOf({ ...run, faults }) };
    };
    const faultKinds = ["clog", "zoneOutage"];
    const asked = { ...demand, faultKinds, phases: ["election"] };
    const all = new Map(faultKinds.map((kind) => [kind, 1]));
    expect(coverageProblems(coverageOf([seedOf(10)]), all, asked)).toEqual([]);
    const large = coverageOf([seedOf(20)]);
    expect(coverageProblems(large, all, asked)).toEqual([
      'no clog began in the phase "election", by chance 10 would',
    ]);
    const exempt = new Set(["clog|election"]);
    expect(coverageProblems(large, all, { ...asked, exempt })).toEqual([]);
  });

  it("fails a campaign of no seeds for everything", () => {
    const problems = coverageProblems(coverageOf([]), new Map(), demand);
    expect(problems.length).toBe(4);
  });
});

describe("coverageOf", () => {
  it("adds seeds up, whatever their order, and passes over those that ended in an exception", () => {
    const other = seedCoverageOf({ ...run, marks: { [mark]: 2, "unknown, then committed": 1 } });
    const seeds = [{ coverage: seedCoverageOf(run) }, { coverage: undefined }, { coverage: other }];
    const added = coverageOf(seeds);
    expect(added.seeds).toBe(2);
    expect(added.marks.get(mark)).toEqual({ seeds: 2, hits: 5 });
    expect(added.marks.get("unknown, then committed")).toEqual({ seeds: 1, hits: 1 });
    expect(added.matrix.get("zoneOutage")?.get("steady")).toBe(2);
    expect(coverageOf(seeds.toReversed())).toEqual(added);
  });
});

describe("the variety of inputs", () => {
  it("knows pairs and triples of faults by what overlapped, not by what was drawn", () => {
    const at = (kind: string, fromUs: number, untilUs: number): typeof fault => ({
      ...fault,
      kind,
      fromUs,
      untilUs,
    });
    const faults = [at("cut", 0, 10), at("clog", 5, 20), at("loss", 8, 9), at("diskRot", 15, 15)];
    const { inputs } = seedCoverageOf({ ...run, faults });
    expect(inputs["pair of faults"]).toEqual([
      "clog + cut",
      "cut + loss",
      "clog + loss",
      "clog + diskRot",
    ]);
    expect(inputs["triple of faults"]).toEqual(["clog + cut + loss"]);
  });

  it("counts the operations open on a key, the attempts of an operation and its redirects", () => {
    const [one] = run.history;
    if (one === undefined) throw new Error("the run made by hand has operations");
    const input = { f: "get", key: "k" } as const;
    const operation = (offered: number, fromUs: number, untilUs: number, error: string) => ({
      ...one,
      input,
      offered,
      invokedUs: fromUs,
      completedUs: untilUs,
      error,
    });
    const history = [
      operation(1, 0, 10, "MOVED 866 10.0.0.1:6379"),
      operation(1, 11, 30, ""),
      operation(2, 12, 40, ""),
    ];
    const { inputs } = seedCoverageOf({ ...run, history });
    expect(inputs["operations on a key at once"]).toEqual(["1", "2"]);
    expect(inputs["attempts of an operation"]).toEqual(["2", "1"]);
    expect(inputs["redirects of an operation"]).toEqual(["1", "0"]);
  });
});

describe("coverage in words", () => {
  it("names what was never hit and the cells that the fewest seeds covered", () => {
    const text = coverageSummary(coverage, { ...demand, marks: [mark, "drain given up"] });
    expect(text).toContain("  Marks: 1 of 2 hit; never: drain given up");
    expect(text).toContain("  Faults met phases of the protocol: 2 of 2 cells");
    expect(text.join("\n")).toContain("1 × 3 nodes (1)");
  });

  it("shows every mark and every cell of fault and phase", () => {
    const text = coverageReport(coverage, swarmDemand).replaceAll(/\s+/g, " ");
    for (const name of [...swarmDemand.marks, ...swarmDemand.faultKinds, ...swarmDemand.phases])
      expect(text).toContain(name);
  });
});
