import { describe, expect, it } from "vitest";
import type { UnitComparison } from "./baseline.ts";
import { problemLines, replaceSection, unitLine, unitTable } from "./tables.ts";

const geo: UnitComparison = {
  unit: "unit/geo",
  passed: new Set(["A"]),
  failed: ["B in tests/unit/geo.tcl"],
  broken: "",
  seconds: 2.34,
  known: 3,
  leftOut: 1,
  agreed: 1,
  missing: ["B"],
  late: ["C"],
};

describe("tables of a run", () => {
  it("gives each unit a line and the run a sum", () => {
    expect(unitLine(geo)).toBe(
      `${"unit/geo".padEnd(28)}      1    3         1        1       1      2.3`,
    );
    expect(unitTable([geo, { ...geo, unit: "unit/sort", known: 4, agreed: 3 }])).toContain(
      "| unit/sort | 4 | 3 | 1 | 1 |\n| all | 7 | 4 | 2 | 2 |",
    );
  });

  it("names what is missing and what failed", () => {
    expect(problemLines(geo)).toEqual([
      "missing  unit/geo: B",
      "late     unit/geo: C (passed when the unit ran again)",
      "failed   unit/geo: B in tests/unit/geo.tcl",
    ]);
  });

  it("replaces one section of a page and leaves the rest", () => {
    const page = "a\n<!-- x: written by npm run compat -->\nold\n<!-- end of x -->\nb";
    expect(replaceSection(page, "x", "new")).toBe(
      "a\n<!-- x: written by npm run compat -->\n\nnew\n\n<!-- end of x -->\nb",
    );
    expect(() => replaceSection(page, "y", "new")).toThrow('no section "y"');
  });
});
