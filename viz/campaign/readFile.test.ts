import { describe, expect, it } from "vitest";
import { swarmDemand } from "../../reports/coverageDemand.ts";
import { resultsSchema } from "../../reports/resultsHeader.ts";
import { failedSeed } from "../../reports/seedResult.ts";
import { readCampaignFile } from "./readFile.ts";

const header = {
  schema: resultsSchema,
  version: "v",
  scenario: "swarm",
  overrides: {},
  plan: "",
  seeds: { first: 1, last: 900 },
  shard: { index: 1, count: 1 },
};
const seeds = Array.from({ length: 900 }, (_, at) =>
  failedSeed(at + 1, "gap", "“ü” ".repeat(150), 1),
);
const text = [header, ...seeds].map((line) => `${JSON.stringify(line)}\n`).join("");
const viewer = { viewer: "./", names: ["swarm"] };

describe("a file of a campaign", () => {
  it("is read in pieces, wherever they cut its signs, with a share that grows to the whole", async () => {
    const shares: number[] = [];
    const onShare = (share: number): unknown => shares.push(share);
    const read = await readCampaignFile(new Blob([text]), { viewer, demand: swarmDemand, onShare });
    expect(read.remark).toBe("");
    expect(read.data).toMatchObject({ done: 900, asked: 900, verdict: "harness" });
    expect(read.data.failures[0]?.example.headline).toBe("“ü” ".repeat(150));
    expect(shares.length).toBeGreaterThan(3);
    expect(shares).toEqual(shares.toSorted((left, right) => left - right));
    expect(shares.at(-1)).toBe(1);
  });

  it("says what is missing when it was cut off", async () => {
    const file = new Blob([text.slice(0, -10)]);
    const read = await readCampaignFile(file, {
      viewer,
      demand: swarmDemand,
      onShare: () => undefined,
    });
    expect(read.remark).toMatch(/^The last line of the file is cut short.* 899 of 900 seeds/);
  });

  it("is refused in a sentence when it is none", async () => {
    const reading = { viewer, demand: swarmDemand, onShare: () => undefined };
    await expect(readCampaignFile(new Blob(["hello"]), reading)).rejects.toThrow(
      "This is no file of a campaign",
    );
    await expect(readCampaignFile(new Blob([]), reading)).rejects.toThrow("results.jsonl");
  });
});
