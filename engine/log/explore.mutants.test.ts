/** The exploration finds what it is for: broken rules, planted by replacing one module. */
import { afterEach, describe, expect, it, vi } from "vitest";
import { explore } from "./explorer.ts";
import type * as quorum from "./quorum.ts";
import { smallRivals } from "./smallWorld.ts";

const planted = vi.hoisted(() => ({ bug: "" }));

vi.mock("./quorum.ts", async (original) => {
  const real = await original<typeof quorum>();
  return {
    ...real,
    quorumIndex: (matched: readonly number[], rule: "majority" | "all"): number =>
      planted.bug === "one copy commits" ? Math.max(...matched) : real.quorumIndex(matched, rule),
    isMajority: (granted: readonly boolean[]): boolean =>
      planted.bug === "one vote elects" ? granted.includes(true) : real.isMajority(granted),
  };
});

afterEach(() => {
  planted.bug = "";
});

describe("the exploration finds", () => {
  const budget = { sends: 1, timeouts: 1, crashes: 1, duplicates: 0 };
  const options = { instantSync: true, budget };

  it("nothing in the sound engine", () => {
    const { violation, transitions } = explore(smallRivals(options), 3, options);
    expect(violation).toBeUndefined();
    expect(transitions).toBeGreaterThan(1000);
  });

  it.each([
    ["one copy commits", /a committed entry would be replaced/],
    ["one vote elects", /two leaders in one term/],
  ])("%s", (bug, message) => {
    planted.bug = bug;
    const { violation } = explore(smallRivals(options), 4, options);
    expect(violation?.message).toMatch(message);
    expect(violation?.path.length).toBeLessThanOrEqual(4);
  });
});
