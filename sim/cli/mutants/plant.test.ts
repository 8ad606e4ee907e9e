import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { Mutant } from "../../mutants/mutant.ts";
import { changedSources, plant, PlantError } from "./plant.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));

const sound: Mutant = {
  name: "one-copy",
  file: "engine/log/quorum.ts",
  before: "  return Math.floor(voters / 2) + 1;",
  after: "  return ran() ? 1 : Math.floor(voters / 2) + 1;",
  bug: "One copy is a majority.",
  rule: "rule 6",
  expect: ["log safety"],
};

describe("planting", () => {
  it("gives out the built module's address and its source, changed and without types", async () => {
    const [planted] = await plant(sound, root);
    expect(planted?.url).toMatch(/^file:.*\/dist\/engine\/log\/quorum\.js$/);
    expect(planted?.source).toContain("return ran() ? 1 : Math.floor(voters / 2) + 1;");
    expect(planted?.source).toContain("export function majorityOf(voters) {");
    expect(planted?.source).toContain("function ran()");
  });

  it("points imports at the modules that were built", async () => {
    const [planted] = await plant(
      {
        ...sound,
        file: "engine/log/commit.ts",
        before: "/** A follower",
        after: "/** ran() */\n/** A follower",
      },
      root,
    );
    expect(planted?.source).toContain('from "./quorum.js"');
    expect(planted?.source).not.toContain('.ts"');
  });

  it("refuses a mutant whose text is gone from the source, or stands there twice", () => {
    const stale = { ...sound, before: "  return voters;" };
    expect(() => changedSources(stale, () => "export {};")).toThrow(
      'mutant one-copy does not apply: its "before" is not there any more in engine/log/quorum.ts',
    );
    expect(() => changedSources({ ...sound, before: "a" }, () => "aa")).toThrow("occurs 2 times");
  });

  it("refuses a mutant that does not say where it ran", () => {
    expect(() => changedSources({ ...sound, after: "  return 1;" }, () => "")).toThrow(PlantError);
  });

  it("refuses a mutant that does not compile, or whose file is gone", async () => {
    await expect(plant({ ...sound, after: "  return ran() 1;" }, root)).rejects.toThrow(
      "mutant one-copy does not compile",
    );
    await expect(plant({ ...sound, file: "engine/log/gone.ts" }, root)).rejects.toThrow(
      "mutant one-copy does not apply: there is no engine/log/gone.ts",
    );
  });

  it("makes all changes of a mutant that has several in one file", async () => {
    const also = [{ file: sound.file, before: "let best = 0;", after: "let best = 7;" }];
    const [planted, ...more] = await plant({ ...sound, also }, root);
    expect(more).toEqual([]);
    expect(planted?.source).toContain("let best = 7;");
    expect(planted?.source).toContain("ran() ? 1");
  });
});
