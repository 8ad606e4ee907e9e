import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { commonParameters } from "../sim/scenario.ts";
import { scenarios } from "./registry.ts";

describe("the registry of scenarios", () => {
  it("holds the scenario of every file beside it", () => {
    const files = readdirSync(new URL(".", import.meta.url)).filter(
      (name) => name.endsWith(".ts") && !name.endsWith(".test.ts") && name !== "registry.ts",
    );
    const named = files.map((file) => {
      const text = readFileSync(new URL(file, import.meta.url), "utf8");
      return /^ {2}name: "(.*)",$/m.exec(text)?.[1] ?? `${file} has no name`;
    });
    expect(named.toSorted()).toEqual(scenarios.map((scenario) => scenario.name).toSorted());
  });

  it("names each once, in small letters and dashes, as folders are named after them", () => {
    const names = scenarios.map((scenario) => scenario.name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => !/^[a-z0-9][a-z0-9-]*$/.test(name))).toEqual([]);
  });

  it("explains every parameter that a scenario adds", () => {
    for (const scenario of scenarios) {
      const added = Object.keys(scenario.parameters).filter((name) => !(name in commonParameters));
      expect(added.toSorted()).toEqual(Object.keys(scenario.parameterHelp ?? {}).toSorted());
    }
  });
});
