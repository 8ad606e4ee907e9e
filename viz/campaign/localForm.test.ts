import { describe, expect, it } from "vitest";
import type { ScenarioInfo } from "../protocol.ts";
import { type LocalForm, readLocalForm } from "./localForm.ts";

function scenario(name: string, parameters: ScenarioInfo["parameters"]): ScenarioInfo {
  return { name, story: "", budget: "within", parameters, parameterHelp: {} };
}

const swarm = scenario("swarm", { budget: "within", faults: 0 });
const form: LocalForm = {
  scenario: "swarm",
  first: "1",
  last: "100",
  budget: "over",
  workers: "2",
};

function sentence(part: Partial<LocalForm>): string {
  const read = readLocalForm({ ...form, ...part }, swarm, 4);
  return read.kind === "wrong" ? read.sentence : "";
}

describe("the form of a campaign in the browser", () => {
  it("names a campaign", () => {
    expect(readLocalForm(form, swarm, 4)).toEqual({
      kind: "plan",
      plan: {
        scenario: "swarm",
        overrides: { budget: "over" },
        seeds: { first: 1, last: 100 },
        workers: 2,
      },
    });
  });

  it("has no override for what is so anyway, nor for a scenario that has no such parameter", () => {
    const overrides = (info: ScenarioInfo, budget: string): unknown => {
      const read = readLocalForm({ ...form, budget }, info, 4);
      return read.kind === "plan" ? read.plan.overrides : read.sentence;
    };
    expect(overrides(swarm, "within")).toEqual({});
    expect(overrides(scenario("az-outage", { shards: 1 }), "over")).toEqual({});
  });

  it("says what is wrong, and where many seeds can be run", () => {
    expect(sentence({ first: "x" })).toContain("whole numbers");
    expect(sentence({ first: "9", last: "8" })).toContain("must not be above");
    expect(sentence({ last: "501" })).toContain("npm run sim -- swarm seeds=1..501");
    expect(sentence({ workers: "5" })).toContain("1 to 4");
    expect(sentence({ last: "500" })).toBe("");
    const read = readLocalForm(form, undefined, 4);
    expect(read).toEqual({ kind: "wrong", sentence: "There is no scenario “swarm”." });
  });
});
