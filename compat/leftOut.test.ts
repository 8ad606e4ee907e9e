import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { leftOut, needs } from "./leftOut.ts";
import { leftOutTable } from "./tables.ts";

it("gives each test that is left out one of five reasons, and a sentence", () => {
  for (const { reason } of leftOut) {
    expect(needs).toContain(reason.need);
    expect(reason.text.length).toBeGreaterThan(20);
  }
});

it("stands in docs/COMPATIBILITY.md as it is", () => {
  const page = readFileSync(new URL("../docs/COMPATIBILITY.md", import.meta.url), "utf8");
  const begin = "<!-- tests left out: written by npm run compat -->";
  const end = "<!-- end of tests left out -->";
  const section = page.slice(page.indexOf(begin) + begin.length, page.indexOf(end));
  expect(section.trim()).toBe(leftOutTable());
});
