import { describe, expect, it } from "vitest";
import { editDistance, nearest, unknownName } from "./nearest.ts";

describe("nearest names", () => {
  it("counts insertion, deletion, change and the swap of neighbours as one edit each", () => {
    expect(editDistance("lease", "leases")).toBe(1);
    expect(editDistance("shards", "shard")).toBe(1);
    expect(editDistance("seed", "seat")).toBe(2);
    expect(editDistance("oputage", "outage")).toBe(1);
    expect(editDistance("az-otuage", "az-outage")).toBe(1);
    expect(editDistance("", "abc")).toBe(3);
  });

  it("offers the nearest first, and nothing that is not alike", () => {
    const names = ["az-outage", "az-loss", "two-az-outage", "baseline"];
    expect(nearest("az-otage", names)[0]).toBe("az-outage");
    expect(nearest("outage", names)).toEqual(["az-outage", "two-az-outage"]);
    expect(nearest("zzzzzz", names)).toEqual([]);
  });

  it("names all valid ones when none is near", () => {
    expect(unknownName("scenario", "zzzzzz", ["a", "b"])).toBe(
      'unknown scenario "zzzzzz". Valid: a, b.',
    );
  });
});
