import { describe, expect, it } from "vitest";
import { failedSeed, type SeedResult } from "../../../reports/seedResult.ts";
import { FleetResults } from "./fleetResults.ts";

const ok = (seed: number, digest: string): SeedResult => ({
  ...failedSeed(seed, "", "", 1),
  verdict: "ok",
  digest,
});
const dead = (seed: number): SeedResult => failedSeed(seed, "worker died: x", "x", 1);

describe("results of many machines", () => {
  it("count each seed once", () => {
    const results = new FleetResults();
    expect([ok(2, "b"), ok(1, "a"), ok(2, "b")].map((each) => results.add(each))).toEqual([
      true,
      true,
      false,
    ]);
    expect(results.inOrder().map((each) => each.seed)).toEqual([1, 2]);
    expect(results.repeated).toBe(1);
    expect(results.contradictions).toEqual([]);
  });

  it("name a seed of which two machines told different things", () => {
    const results = new FleetResults();
    for (const each of [ok(1, "a"), ok(1, "b"), ok(1, "b")]) results.add(each);
    expect(results.contradictions).toEqual(["seed 1: digests a and b"]);
  });

  it("believe a run before the death of a worker, whichever came first", () => {
    for (const order of [
      [dead(1), ok(1, "a")],
      [ok(1, "a"), dead(1)],
    ]) {
      const results = new FleetResults();
      for (const each of order) results.add(each);
      expect(results.inOrder()).toMatchObject([{ verdict: "ok", digest: "a" }]);
      expect(results.failed).toBe(0);
      expect(results.contradictions).toEqual([]);
    }
  });
});
