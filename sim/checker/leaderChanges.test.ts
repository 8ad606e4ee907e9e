import { describe, expect, it } from "vitest";
import type { RoleInterval } from "../run.ts";
import { countLeaderChanges } from "./leaderChanges.ts";
import type { Operation } from "./history.ts";

function led(node: string, epoch: number, fromUs: number, untilUs: number): RoleInterval {
  return { node, role: "primary", epoch, fromUs, untilUs };
}

function asked(shard: number, invokedUs: number, completedUs: number): Operation {
  return { shard, invokedUs, completedUs } as Operation;
}

const roles = [led("b", 2, 2000, 3000), led("a", 1, 0, 1000)];

describe("countLeaderChanges", () => {
  it("counts an election that an operation waited for", () => {
    expect(countLeaderChanges(roles, [asked(0, 900, 2100)], () => 0, 0)).toBe(1);
    expect(countLeaderChanges(roles, [asked(0, 1500, -1)], () => 0, 0)).toBe(1);
  });

  it("passes over one that nobody saw, one before the load, and operations of other shards", () => {
    expect(countLeaderChanges(roles, [asked(0, 100, 900)], () => 0, 0)).toBe(0);
    expect(countLeaderChanges(roles, [asked(0, 900, 2100)], () => 0, 2000)).toBe(0);
    expect(countLeaderChanges(roles, [asked(1, 900, 2100)], () => 0, 0)).toBe(0);
  });

  it("passes over a pause of the same leadership", () => {
    const paused = [led("a", 1, 0, 1000), led("a", 1, 2000, 3000)];
    expect(countLeaderChanges(paused, [asked(0, 900, 2100)], () => 0, 0)).toBe(0);
  });
});
