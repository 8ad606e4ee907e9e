import { describe, expect, it } from "vitest";
import { shorten, storyOf, type Moment } from "./story.ts";
import { testRun } from "./testRun.ts";

describe("the story of a run", () => {
  it("tells fault, lease, election and first write in this order, counted from the load", () => {
    const texts = storyOf(testRun()).map((moment) => `${moment.atUs} ${moment.text}`);
    const at = (part: string): number => texts.findIndex((text) => text.includes(part));
    expect(texts[at("zone a goes dark")]).toMatch(/^15000000 /);
    expect(at("zone a goes dark")).toBeLessThan(at("lease of the dead db-0-a runs out"));
    expect(at("lease of the dead db-0-a runs out")).toBeLessThan(
      at("db-0-b is elected primary of shard 0"),
    );
    expect(at("is elected")).toBeLessThan(at("first write acknowledged on db-0-b, 3.19 s"));
    expect(at("over after 20.0 s: zone a goes dark")).toBeGreaterThan(0);
  });

  it("says so when a fault changed nothing", () => {
    const run = testRun();
    const fault = { ...run.faults[0]!, mattered: false };
    const texts = storyOf({ ...run, faults: [fault] }).map((moment) => moment.text);
    expect(texts).toContain(
      "zone a goes dark (held the primary of shard 0) — and it changed nothing",
    );
  });

  it("marks a failover that broke its promise as bad", () => {
    const run = testRun();
    const late = { ...run.failovers[0]!, planned: true };
    const moment = storyOf({ ...run, failovers: [late] }).find((m) =>
      m.text.includes("over the <"),
    );
    expect(moment?.tone).toBe("bad");
    expect(moment?.text).toContain("(over the < 200 ms)");
  });

  it("does not tell a lease as ended that the same leader's next interval continues", () => {
    const run = testRun();
    const lease = run.leases[1]!;
    const halves = [
      { ...lease, untilUs: lease.fromUs + 5_000_000 },
      { ...lease, fromUs: lease.fromUs + 5_000_000 },
    ];
    const texts = storyOf({ ...run, leases: halves }).map((moment) => moment.text);
    expect(texts.some((text) => text.startsWith("lease of db-0-b"))).toBe(false);
  });

  it("drops the lightest moments first when it must be short, and never the last", () => {
    const moment = (atUs: number, weight: 1 | 2 | 3): Moment => ({
      atUs,
      weight,
      text: "",
      tone: "plain",
    });
    const moments = [moment(1, 3), moment(2, 1), moment(3, 2), moment(4, 1), moment(5, 3)];
    const short = shorten(moments, 3);
    expect(short.moments.map((each) => each.atUs)).toEqual([2, 3, 4, 5]);
    expect(short.left).toBe(1);
  });
});
