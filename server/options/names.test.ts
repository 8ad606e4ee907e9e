import { describe, expect, it } from "vitest";
import { whyNoName } from "./names.ts";
import { readSettings } from "./settings.ts";

describe("a name", () => {
  it.each(["a", "Z", "my-cluster", "a-1-b", "x9", "a".repeat(40)])("may be %s", (name) => {
    expect(whyNoName(name)).toBeUndefined();
  });

  it.each([
    ["", "must have 1 to 40 characters"],
    ["a".repeat(41), "must have 1 to 40 characters"],
    ["1a", "must begin with a letter"],
    ["-a", "must begin with a letter"],
    ["a--b", "may not hold two hyphens in a row"],
    ["a-", "may not end with a hyphen"],
    ["a_b", "may hold letters, digits and hyphens only"],
    ["a b", "may hold letters, digits and hyphens only"],
    ["a.b", "may hold letters, digits and hyphens only"],
    ["größe", "may hold letters, digits and hyphens only"],
  ])("may not be %j: it %s", (name, why) => {
    expect(whyNoName(name)).toBe(why);
  });

  it("is asked of the cluster's", () => {
    expect(readSettings(["cluster-name=shop-1"], () => "").clusterName).toBe("shop-1");
    expect(() => readSettings(["cluster-name=shop--1"], () => "")).toThrow(
      'cluster-name may not hold two hyphens in a row, not "shop--1"',
    );
  });
});
