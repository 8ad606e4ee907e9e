import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { azOutage } from "../../scenarios/azOutage.ts";
import { scenarios } from "../../scenarios/registry.ts";
import { readScenarioFile, scenarioFrom } from "./scenarioFile.ts";
import { UsageError } from "./usageError.ts";

const good = { name: "mine", story: "Nothing.", budget: "within", parameters: { shards: 2 } };

describe("a scenario from a file", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "scenario-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("is the same as one from the registry, written as JSON", () => {
    const path = join(folder, "mine.json");
    writeFileSync(path, JSON.stringify(azOutage));
    expect(readScenarioFile(path)).toEqual(azOutage);
  });

  it("passes its checks for every scenario that we ship", () => {
    for (const scenario of scenarios) {
      expect(scenarioFrom(JSON.parse(JSON.stringify(scenario))).name).toBe(scenario.name);
    }
  });

  it("names the file when it is not JSON", () => {
    const path = join(folder, "mine.json");
    writeFileSync(path, "{ name: ");
    expect(() => readScenarioFile(path)).toThrow(`${path} is not JSON`);
  });

  it.each([
    [[], "the scenario must be an object"],
    [{ ...good, name: "../../etc" }, "name must be small letters, digits and dashes"],
    [{ ...good, story: 3 }, "story must be a text, got 3"],
    [{ ...good, budget: "some" }, "budget must be one of within, over, assumption-broken"],
    [{ ...good, nemsis: [] }, 'unknown field "nemsis". Did you mean nemesis?'],
    [{ ...good, nemesis: {} }, "nemesis must be a list"],
    [{ ...good, nemesis: [{ kind: "x" }] }, "nemesis[0].atMs is missing"],
    [{ ...good, nemesis: [{ kind: "x", atMs: "$faultAt" }] }, "Did you mean faultAtMs"],
    [
      { ...good, nemesis: [{ kind: "x", atMs: [1] }] },
      "nemesis[0].atMs must be a number or a text",
    ],
    [{ ...good, nemesis: [{ kind: "zoneOutrage", atMs: 1 }] }, 'unknown fault "zoneOutrage"'],
    [{ ...good, expect: [{ check: "nonsense" }] }, "nonsense"],
    [{ ...good, expect: [{ max: 3 }] }, "expect[0].check must be a text"],
    [{ ...good, parameters: { shards: "2" } }, "shards must be a number"],
    [{ ...good, parameters: { shards: 0 } }, "from 1 to 500"],
    [
      { ...good, nemesis: [{ kind: "machineCrash", atMs: 99_000 }] },
      "machineCrash at 99000 ms lies beyond horizonMs 60000: it would never begin",
    ],
  ])("refuses %j", (value, expected) => {
    expect(() => scenarioFrom(value)).toThrow(UsageError);
    expect(() => scenarioFrom(value)).toThrow(expected);
  });
});
