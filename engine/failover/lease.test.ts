import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { leastBackoffMs, timingWith } from "../timing.ts";
import { Backoff } from "./backoff.ts";
import { Lease } from "./lease.ts";

const timing = timingWith({});
const leaseUs = timing.leaseMs * 1000;

describe("a lease", () => {
  it("grants nothing before its first renewal has committed", () => {
    const lease = new Lease(timing);
    lease.sent(7, 1000);
    expect(lease.isServing(1000)).toBe(false);
    expect(lease.committed(6)).toBe(false);
    expect(lease.isServing(1001)).toBe(false);
  });

  it("rule 11: counts from the first send, however late the commit is known", () => {
    const lease = new Lease(timing);
    lease.sent(7, 1000);
    expect(lease.committed(9)).toBe(true);
    expect(lease.endUs).toBe(1000 + leaseUs);
    expect(lease.isServing(1000 + leaseUs - 1)).toBe(true);
    expect(lease.isServing(1000 + leaseUs)).toBe(false);
  });

  it("asks for the next renewal an interval after the last first send, and not while one is pending", () => {
    const lease = new Lease(timing);
    lease.sent(7, 1000);
    expect(lease.renewalDueUs).toBe(Infinity);
    lease.committed(7);
    expect(lease.renewalDueUs).toBe(1000 + timing.renewEveryMs * 1000);
  });

  it("forgets a pending renewal when it ends", () => {
    const lease = new Lease(timing);
    lease.sent(7, 1000);
    lease.end();
    expect(lease.committed(7)).toBe(false);
    expect(lease.endUs).toBe(-Infinity);
  });

  it("rules 11 and 12: ends before any replica stands, for every two clocks whose rates are within the bound", () => {
    const rho = timing.clockRateErrorRatio;
    const rate = fc.double({ min: 1 - rho, max: 1 + rho, noNaN: true });
    const delay = fc.integer({ min: 0, max: 5_000_000 });
    fc.assert(
      fc.property(
        rate,
        rate,
        delay,
        delay,
        fc.nat(1_000_000_000),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (primaryRate, replicaRate, toCommit, toApply, offset, draw) => {
          // True time 0 is the first send; clocks have arbitrary zeros and their own rates.
          const lease = new Lease(timing);
          lease.sent(1, offset);
          lease.committed(1);
          const leaseEndsTrueUs = (lease.endUs - offset) / primaryRate;
          const backoff = new Backoff(timing, () => draw);
          const appliedTrueUs = toCommit + toApply;
          backoff.restart(appliedTrueUs * replicaRate);
          const standsTrueUs = backoff.deadlineUs / replicaRate;
          expect(standsTrueUs).toBeGreaterThan(leaseEndsTrueUs);
        },
      ),
      { seed: 1, numRuns: 2000 },
    );
  });
});

describe("a backoff", () => {
  it("rule 12: refuses a Config that lets two leases overlap at the clock-rate bound", () => {
    const least = leastBackoffMs(2000, 0.1);
    expect(() => new Backoff({ ...timing, backoffMs: least - 1 }, () => 0)).toThrow(/unsafe/);
    expect(new Backoff({ ...timing, backoffMs: least }, () => 0).deadlineUs).toBe(Infinity);
  });

  it("refuses limits below one, with which nothing would ever leave", () => {
    for (const name of [
      "messageBytes",
      "pipelineMessages",
      "inFlightBytes",
      "checksumEveryEntries",
    ])
      expect(() => timingWith({ [name]: 0 })).toThrow(`${name} must be at least 1, got 0`);
  });

  it("rule 12: shortening the lease derives the backoff", () => {
    const short = timingWith({ leaseMs: 500 });
    expect(short.backoffMs).toBeGreaterThanOrEqual(leastBackoffMs(500, 0.1));
    expect(short.backoffMs).toBeLessThan(timing.backoffMs);
  });
});
