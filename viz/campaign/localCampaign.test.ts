import { describe, expect, it } from "vitest";
import { failedSeed, type SeedResult } from "../../reports/seedResult.ts";
import { LocalCampaign, type SeedRunner } from "./localCampaign.ts";

const plan = { scenario: "swarm", overrides: {}, seeds: { first: 1, last: 6 }, workers: 2 };

function resultOf(seed: number): SeedResult {
  return { ...failedSeed(seed, "", "", 1), verdict: "ok", digest: `d${seed}` };
}

/** Workers that do as they are told, and count themselves. */
function workers(run: (seed: number) => Promise<SeedResult>): {
  readonly connect: () => SeedRunner;
  readonly counts: { begun: number; closed: number };
} {
  const counts = { begun: 0, closed: 0 };
  const connect = (): SeedRunner => {
    counts.begun += 1;
    return { run: (_scenario, _overrides, seed) => run(seed), close: () => (counts.closed += 1) };
  };
  return { connect, counts };
}

describe("a campaign in the browser", () => {
  it("runs every seed once and ends its workers", async () => {
    const { connect, counts } = workers(async (seed) => resultOf(seed));
    const seeds: number[] = [];
    await new LocalCampaign(plan, connect, ({ seed }) => seeds.push(seed)).run();
    expect(seeds.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(counts).toEqual({ begun: 2, closed: 2 });
  });

  it("never begins more workers than there are seeds", async () => {
    const { connect, counts } = workers(async (seed) => resultOf(seed));
    const one = { ...plan, seeds: { first: 4, last: 4 }, workers: 8 };
    await new LocalCampaign(one, connect, () => undefined).run();
    expect(counts.begun).toBe(1);
  });

  it("goes on with another worker when one dies, and counts its seed as failed", async () => {
    const { connect, counts } = workers(async (seed) => {
      if (seed === 3) throw new Error("out of memory at 17");
      return resultOf(seed);
    });
    const results: SeedResult[] = [];
    await new LocalCampaign(plan, connect, (result) => results.push(result)).run();
    expect(results.length).toBe(6);
    const dead = results.find(({ seed }) => seed === 3);
    expect(dead?.verdict).toBe("harness");
    expect(dead?.signature).toBe("worker died: out of memory at N");
    expect(counts.begun).toBe(3);
  });

  it("gives up when workers die before any seed has ended", async () => {
    const { connect } = workers(() => Promise.reject(new Error("no script")));
    const campaign = new LocalCampaign(plan, connect, () => undefined);
    await expect(campaign.run()).rejects.toThrow(
      "The workers die before they have run a single seed: no script",
    );
  });

  it("ends at once when it is stopped, though a seed never ends", async () => {
    const { connect, counts } = workers((seed) =>
      seed === 1 ? Promise.resolve(resultOf(seed)) : new Promise(() => undefined),
    );
    const seeds: number[] = [];
    const campaign = new LocalCampaign(plan, connect, ({ seed }) => {
      seeds.push(seed);
      campaign.stop();
    });
    await campaign.run();
    expect(seeds).toEqual([1]);
    expect(counts.closed).toBe(counts.begun);
  });
});
