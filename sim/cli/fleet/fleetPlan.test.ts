import { describe, expect, it } from "vitest";
import { swarm } from "../../../scenarios/swarm.ts";
import { resultsSchema, type ResultsHeader } from "../../../reports/resultsHeader.ts";
import { planFingerprint } from "../resultsFile.ts";
import {
  campaignName,
  cutRange,
  makePlan,
  planFrom,
  seedRangeFrom,
  seedResultFrom,
  whyNotMine,
} from "./fleetPlan.ts";

const header: ResultsHeader = {
  schema: resultsSchema,
  version: "0.1.0-aaaaaaaaaaaa",
  scenario: "swarm",
  overrides: { budget: "over" },
  plan: planFingerprint(swarm, { budget: "over" }),
  seeds: { first: 1, last: 100 },
  shard: { index: 1, count: 1 },
};

describe("a campaign's name", () => {
  it("is the same for the same code, plan and seeds, and fit for a subject", () => {
    const name = campaignName(header);
    expect(name).toMatch(/^swarm-1-100-[0-9a-f]{8}$/);
    expect(campaignName({ ...header })).toBe(name);
    expect(campaignName({ ...header, version: "0.1.0-bbbbbbbbbbbb" })).not.toBe(name);
    expect(campaignName({ ...header, plan: planFingerprint(swarm, {}) })).not.toBe(name);
  });
});

describe("a plan", () => {
  it("comes out of its JSON as it was", () => {
    const plan = makePlan(header, swarm, 15_000);
    expect(planFrom(JSON.stringify(plan), "x")).toEqual(plan);
  });

  it("that was changed on its way, or is none, is refused", () => {
    const plan = { ...makePlan(header, swarm, 15_000), scenario: { ...swarm, story: "another" } };
    expect(() => planFrom(JSON.stringify(plan), "x")).toThrow("x was changed on its way");
    expect(() => planFrom("{}", "x")).toThrow("x has no plan of schema azimuth-fleet/1");
    expect(() => planFrom("no", "x")).toThrow("x has no plan");
  });

  it("is for workers of the same code only", () => {
    const plan = makePlan(header, swarm, 15_000);
    expect(whyNotMine("x", plan, header.version)).toBe("");
    expect(whyNotMine("x", plan, "0.1.0-bbbbbbbbbbbb")).toContain(
      "submitted by version 0.1.0-aaaaaaaaaaaa, and this is version 0.1.0-bbbbbbbbbbbb",
    );
  });
});

it("a range is cut into ranges that hold every seed once", () => {
  expect(cutRange({ first: 3, last: 12 }, 4)).toEqual([
    { first: 3, last: 6 },
    { first: 7, last: 10 },
    { first: 11, last: 12 },
  ]);
  expect(cutRange({ first: 3, last: 3 }, 4)).toEqual([{ first: 3, last: 3 }]);
});

it("messages that are something else are refused by what they say", () => {
  expect(seedRangeFrom('{"first":1,"last":2}')).toEqual({ first: 1, last: 2 });
  expect(() => seedRangeFrom('{"first":2,"last":1}')).toThrow("no range of seeds: {");
  expect(() => seedResultFrom("[]")).toThrow("no result of a seed: []");
});
