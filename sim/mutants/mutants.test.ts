import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { changedSources } from "../cli/mutants/plant.ts";
import { mutants } from "./registry.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const read = (file: string): string => readFileSync(`${root}${file}`, "utf8");

describe("the planted bugs", () => {
  it("have names that nobody else has", () => {
    const names = mutants.map((mutant) => mutant.name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z][a-z0-9-]+$/);
  });

  it.each(mutants)("$name applies to the source as it is", (mutant) => {
    const sources = changedSources(mutant, read);
    for (const [file, source] of sources) expect(source).not.toBe(read(file));
  });

  it("say in a sentence what is wrong, what it breaks and who may notice", () => {
    for (const { bug, rule, expect: notices } of mutants) {
      expect(bug).toMatch(/^[A-Z].*\.$/s);
      expect(rule).not.toBe("");
      expect(notices.length).toBeGreaterThan(0);
    }
  });

  it("that make a check blind name canaries that are there", () => {
    const names = new Set(mutants.map((mutant) => mutant.name));
    for (const { expect: notices, blinds } of mutants) {
      expect(notices.includes("canary")).toBe(blinds !== undefined);
      for (const canary of blinds ?? []) expect(names).toContain(canary);
    }
  });
});
