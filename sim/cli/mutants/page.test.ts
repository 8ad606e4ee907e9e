import { describe, expect, it } from "vitest";
import type { Mutant } from "../../mutants/mutant.ts";
import { pageWith } from "./page.ts";

const mutant: Mutant = {
  name: "one-copy",
  file: "engine/log/quorum.ts",
  before: "a",
  after: "ran()",
  bug: "One copy | a majority.",
  rule: "rule 6",
  expect: ["log safety"],
  seenIn: "a dream",
};
const known = (tried: number) => ({ seed: tried, tried, check: "log safety", signature: "" });
const page = `# Bugs

<!-- written by: npm run mutants -- record -->
old
<!-- end of what is written -->

More.
`;

describe("the page of the mutants", () => {
  it("holds a row a mutant between its marks, with the median over all searches", () => {
    const detected = { "one-copy": [known(7), known(3), known(900)] };
    const written = pageWith(page, [mutant], detected, 3);
    expect(written).toContain(
      "| one-copy | One copy \\| a majority. (seen in: a dream) | rule 6 | log safety | 7 | 7, 3, 900 |",
    );
    expect(written).toContain("1 mutants; 1 found, 1 of them with a median of at most 200 seeds.");
    expect(written).toMatch(/^# Bugs\n/);
    expect(written).toMatch(/\nMore\.\n$/);
    expect(written).not.toContain("old");
    expect(pageWith(written, [mutant], detected, 3)).toBe(written);
  });

  it("says where searches found nothing", () => {
    expect(pageWith(page, [mutant], { "one-copy": [known(7)] }, 5)).toContain("| none | 7 |");
  });

  it("needs its marks", () => {
    expect(() => pageWith("# Bugs", [mutant], {}, 5)).toThrow("lacks the marks");
  });
});
