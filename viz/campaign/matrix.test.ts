import { describe, expect, it } from "vitest";
import type { CoverageData } from "../../reports/campaignData.ts";
import { matrixView } from "./matrix.ts";

const coverage: CoverageData = {
  kinds: ["clog", "cut", "loss"],
  phases: ["steady", "election"],
  cells: [
    { kind: "cut", phase: "steady", faults: 900, seeds: 40, examples: [1, 2] },
    { kind: "cut", phase: "election", faults: 1, seeds: 1, examples: [7] },
    { kind: "loss", phase: "election", faults: 9, seeds: 3, examples: [4] },
  ],
  drawn: undefined,
};
const unordered = { kindsBy: undefined, phasesBy: undefined };

describe("the matrix of faults and phases", () => {
  it("shows empty cells, and sums of rows and columns", () => {
    const view = matrixView(coverage, unordered);
    expect(view.kinds).toEqual(["clog", "cut", "loss"]);
    expect(view.cell("clog", "steady")).toMatchObject({ faults: 0, seeds: 0, examples: [] });
    expect(view.ofKind("cut")).toBe(901);
    expect(view.ofPhase("election")).toBe(10);
    expect(view.filled).toBe(3);
  });

  it("is put in order by a column, a row or the sums", () => {
    expect(matrixView(coverage, { ...unordered, kindsBy: "election" }).kinds).toEqual([
      "loss",
      "cut",
      "clog",
    ]);
    expect(matrixView(coverage, { ...unordered, kindsBy: "" }).kinds[0]).toBe("cut");
    expect(matrixView(coverage, { ...unordered, phasesBy: "loss" }).phases[0]).toBe("election");
  });

  it("colours nothing where nothing was, and one fault so that it is seen beside nine hundred", () => {
    const { heat } = matrixView(coverage, unordered);
    expect(heat(0)).toBe(0);
    expect(heat(1)).toBeGreaterThan(0.1);
    expect(heat(900)).toBeCloseTo(1);
    expect(heat(9)).toBeGreaterThan(heat(1));
  });
});
