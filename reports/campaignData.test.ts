import { describe, expect, it } from "vitest";
import { campaignData, type CampaignData, CampaignTally } from "./campaignData.ts";
import { swarmDemand } from "./coverageDemand.ts";
import { campaignPage } from "./html.ts";
import { failedSeed, seedResultOf, type SeedResult } from "./seedResult.ts";
import { testRun } from "./testRun.ts";

function resultOf(seed: number): SeedResult {
  const verdict = seed % 3 === 0 ? "violation" : "ok";
  return seedResultOf(testRun({ seed, verdict, operationsPerShard: 50 }), seed, "");
}

function dataOf(results: readonly SeedResult[], scenario: string): CampaignData {
  const tally = new CampaignTally();
  for (const result of results) tally.add(result);
  const watched = { viewer: "http://view/", version: "v1", scenario, overrides: {} };
  const frame = { ...watched, asked: 9, speed: undefined, minimal: new Map(), missedGoals: [] };
  return campaignData(tally, frame, swarmDemand);
}

const results = [1, 2, 3, 4, 5, 6].map(resultOf);

describe("what a campaign's page is drawn from", () => {
  it("does not depend on the order in which seeds ended", () => {
    const data = dataOf(results, "swarm");
    expect(data.seeds?.seed).toEqual([1, 2, 3, 4, 5, 6]);
    const backwards = dataOf(results.toReversed(), "swarm");
    // Only the seeds named for a cell are those that came first.
    expect({ ...backwards.seeds, coverage: 0 }).toEqual({ ...data.seeds, coverage: 0 });
    expect(backwards.failures).toEqual(data.failures);
  });

  it("says in which seeds durations were measured, and leaves out what did not happen", () => {
    const idle = { ...failedSeed(7, "gap", "no run", 5), latencies: [] };
    const { seeds, failures } = dataOf([...results, idle], "swarm");
    expect(seeds?.unplanned.seed).toEqual([1, 2, 3, 4, 5, 6]);
    expect(seeds?.writeOutages.seed).not.toContain(7);
    expect(seeds?.latencies.map(({ access, quantile }) => `${access} ${quantile}`)).toContain(
      "write p99",
    );
    expect(failures.map(({ verdict, seeds: failed }) => [verdict, failed])).toEqual([
      ["violation", [3, 6]],
      ["harness", [7]],
    ]);
  });

  it("counts which fault met which phase, and shows all that could be where seeds are drawn", () => {
    const drawn = dataOf(results, "swarm").seeds?.coverage;
    expect(drawn?.kinds).toEqual(swarmDemand.faultKinds);
    expect(drawn?.cells).toContainEqual({
      kind: "zoneOutage",
      phase: "steady",
      faults: 6,
      seeds: 6,
      examples: [1, 2, 3, 4, 5, 6],
    });
    const fixed = dataOf(results, "az-outage").seeds?.coverage;
    expect(fixed?.kinds).toEqual(["zoneOutage"]);
    expect(fixed?.drawn).toBeUndefined();
  });

  it("comes back from the page that it stands in", () => {
    const data = dataOf(results, "swarm");
    const html = campaignPage(data, { script: "draw()", style: "" });
    expect(html).toContain(
      "<noscript><h1>VIOLATION: swarm, 9 seeds</h1><p>4 of 6 seeds passed.</p>",
    );
    const json = /id="data">(.*?)<\/script>/s.exec(html)?.[1] ?? "";
    expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(data)));
  });
});
