import { describe, expect, it } from "vitest";
import type { ScenarioInfo } from "../protocol.ts";
import { emptyForm, formOf, readForm } from "./runForm.ts";

const info: ScenarioInfo = {
  name: "az-outage",
  story: "",
  budget: "within",
  parameters: { leaseMs: 2000, commitRule: "majority" },
  parameterHelp: {},
};

describe("what was typed into the bar", () => {
  it("names a run; what is as it was is left out", () => {
    const form = { ...emptyForm, seed: " 7 ", values: { leaseMs: "2000", commitRule: "all" } };
    expect(readForm(form, info)).toEqual({
      kind: "run",
      spec: { scenario: "az-outage", seed: 7, overrides: { commitRule: "all" }, edits: [] },
    });
  });

  it("has a sentence for every wrong field", () => {
    const form = { ...emptyForm, seed: "4294967296", values: { leaseMs: "long", commitRule: "" } };
    const read = readForm(form, info);
    expect(read).toEqual({
      kind: "wrong",
      errors: {
        seed: "A seed is a whole number from 0 to 4294967295.",
        leaseMs: "leaseMs is a number, such as 2000.",
        commitRule: 'commitRule needs a value, such as "majority".',
      },
    });
  });

  it("an unknown scenario is wrong unless it comes from a file", () => {
    const form = { ...emptyForm, scenario: "mine" };
    expect(readForm(form, undefined)).toMatchObject({ kind: "wrong" });
    const file = { name: "mine", parameters: { faultAtMs: 5 }, nemesis: [] } as never;
    const read = readForm({ ...form, file, values: { faultAtMs: "9" } }, undefined);
    expect(read).toMatchObject({ kind: "run", spec: { file, overrides: { faultAtMs: 9 } } });
  });

  it("a run's form names that run again", () => {
    const edits = [{ kind: "removeFault", id: "0-zoneOutage" }] as const;
    const spec = { scenario: "az-outage", seed: 3, overrides: { leaseMs: 500 }, edits };
    expect(readForm(formOf(spec), info)).toEqual({ kind: "run", spec });
  });
});
