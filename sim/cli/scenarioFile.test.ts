import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { azOutage } from "../../scenarios/azOutage.ts";
import { scenarios } from "../../scenarios/registry.ts";
import { scenarioFrom } from "../input/scenarioFrom.ts";
import { readScenarioFile } from "./scenarioFile.ts";
import { UsageError } from "../input/usageError.ts";

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

  it("may list its operations, of which the rarer fields are 0 unless told", () => {
    const operations = [{ atMs: 1.5, access: "write", workload: "registers" }];
    expect(scenarioFrom({ ...good, operations }).operations).toEqual([
      { atMs: 1.5, access: "write", workload: "registers", shard: 0, key: 0, draw: 0 },
    ]);
  });

  it("may bring its seed and decisions that differ from the seed's", () => {
    const decisions = [
      { stream: "network", value: 0.5 },
      { stream: "disk", entity: "log-a", ordinal: 17, value: 0.99 },
    ];
    expect(scenarioFrom({ ...good, seed: 7, decisions })).toMatchObject({ seed: 7, decisions });
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
    [{ ...good, endsOn: "luck" }, "endsOn must be one of zero loss, no dirty reads"],
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
    [{ ...good, operations: [{ at: 1 }] }, 'operations[0]: unknown field "at"'],
    [{ ...good, operations: [{}] }, "operations[0].atMs must be a number, got nothing"],
    [
      { ...good, operations: [{ atMs: 1, access: "scan" }] },
      'operations[0].access must be one of write, read, replica read; got "scan"',
    ],
    [{ ...good, operations: [{ atMs: 1, access: "read", workload: "register" }] }, "register"],
    [
      { ...good, operations: [{ atMs: 1, access: "read", workload: "registers", shard: 2 }] },
      "operation 0: shard must be a whole number below 2, got 2",
    ],
    [{ ...good, seed: -1 }, "seed must be a whole number from 0 to 4294967295, got -1"],
    [{ ...good, decisions: {} }, "decisions must be a list […], got {}"],
    [{ ...good, decisions: [{ stream: "netwrk" }] }, "Did you mean network"],
    [{ ...good, decisions: [{ stream: "disk", valu: 1 }] }, 'decisions[0]: unknown field "valu"'],
    [
      { ...good, decisions: [{ stream: "disk", value: 1 }] },
      "decisions[0].value must be a number from 0 to below 1, got 1",
    ],
    [
      { ...good, decisions: [{ stream: "disk", ordinal: 1, value: 0 }] },
      "decisions[0].ordinal needs an entity beside it",
    ],
    [
      { ...good, nemesis: [{ kind: "machineCrash", atMs: 99_000 }] },
      "machineCrash at 99000 ms lies beyond horizonMs 60000: it would never begin",
    ],
  ])("refuses %j", (value, expected) => {
    expect(() => scenarioFrom(value)).toThrow(UsageError);
    expect(() => scenarioFrom(value)).toThrow(expected);
  });
});
