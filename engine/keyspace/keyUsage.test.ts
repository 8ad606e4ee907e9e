import { describe, expect, it } from "vitest";
import { KeyUsage } from "./keyUsage.ts";

function lfu(random: () => number): KeyUsage {
  const usage = new KeyUsage();
  usage.isLfu = true;
  usage.random = random;
  usage.unixSeconds = 1_700_000_000;
  return usage;
}

describe("KeyUsage", () => {
  it("counts the seconds since the last use", () => {
    const usage = new KeyUsage();
    usage.unixSeconds = 1000;
    const made = usage.fresh();
    usage.unixSeconds = 1030;
    expect(usage.idleSeconds(made)).toBe(30);
    expect(usage.idleSeconds(usage.used(made))).toBe(0);
    expect(usage.idleSeconds(usage.replaced(made))).toBe(0);
    usage.unixSeconds = 900;
    expect(usage.idleSeconds(made)).toBe(0);
  });

  it("raises the counter from five with a chance of one in ten times what it is above, plus one", () => {
    const usage = lfu(() => 0.4);
    let stamp = usage.fresh();
    expect(usage.frequency(stamp)).toBe(5);
    stamp = usage.used(stamp);
    expect(usage.frequency(stamp)).toBe(6);
    // One in eleven from here on: 0.4 is too much.
    expect(usage.frequency(usage.used(stamp))).toBe(6);
    usage.random = () => 0.09;
    stamp = usage.used(stamp);
    expect(usage.frequency(stamp)).toBe(7);
    usage.logFactor = 0;
    usage.random = () => 0.999;
    for (let use = 0; use < 300; use++) stamp = usage.used(stamp);
    expect(usage.frequency(stamp)).toBe(255);
  });

  it("lets the counter sink by one a decay time, through the turn of the sixteen bits, to zero", () => {
    const usage = lfu(() => 0);
    usage.unixSeconds = 65535 * 60;
    const stamp = usage.fresh();
    usage.unixSeconds += 2 * 60;
    expect(usage.frequency(stamp)).toBe(3);
    usage.decayMinutes = 2;
    expect(usage.frequency(stamp)).toBe(4);
    usage.unixSeconds += 20 * 60;
    expect(usage.frequency(stamp)).toBe(0);
    expect(usage.frequency(usage.replaced(stamp))).toBe(0);
    usage.decayMinutes = 0;
    expect(usage.frequency(stamp)).toBe(5);
  });

  it("tells no more than 255 of a key that was last used before the policy counted", () => {
    const usage = lfu(() => 0);
    usage.isLfu = false;
    const stamp = usage.fresh();
    usage.isLfu = true;
    usage.unixSeconds += 600;
    expect(usage.frequency(stamp)).toBeLessThanOrEqual(255);
  });
});
