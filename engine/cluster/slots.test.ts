import { describe, expect, it } from "vitest";
import { commonSlot, crossSlot, firstSlotOf, noSlot, shardOfSlot, slotOf } from "./slots.ts";

describe("slots", () => {
  it("places keys as Redis Cluster does", () => {
    // From the cluster specification and CLUSTER KEYSLOT of a Redis 7 server.
    expect(slotOf("123456789")).toBe(12739);
    expect(slotOf("foo")).toBe(12182);
    expect(slotOf("somekey")).toBe(11058);
    expect(slotOf("")).toBe(0);
  });

  it("hashes only what stands in the first braces, unless they are empty or never close", () => {
    expect(slotOf("{user1000}.following")).toBe(slotOf("user1000"));
    expect(slotOf("foo{{bar}}zap")).toBe(slotOf("{bar"));
    expect(slotOf("foo{bar}{zap}")).toBe(slotOf("bar"));
    expect(slotOf("foo{}{bar}")).not.toBe(slotOf("bar"));
    expect(slotOf("foo{bar")).not.toBe(slotOf("bar"));
  });

  it("finds the slot that keys share", () => {
    expect(commonSlot([])).toBe(noSlot);
    expect(commonSlot(["{a}1", "{a}2"])).toBe(slotOf("a"));
    expect(commonSlot(["a", "b"])).toBe(crossSlot);
  });

  it("gives every slot to exactly one shard, in ranges without gap", () => {
    for (const shardCount of [1, 2, 3, 5, 7, 80, 500]) {
      for (let shard = 0; shard < shardCount; shard++) {
        expect(shardOfSlot(firstSlotOf(shard, shardCount), shardCount)).toBe(shard);
        expect(shardOfSlot(firstSlotOf(shard + 1, shardCount) - 1, shardCount)).toBe(shard);
      }
      expect(firstSlotOf(shardCount, shardCount)).toBe(16384);
    }
  });
});
