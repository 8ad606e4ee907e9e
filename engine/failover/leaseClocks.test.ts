/**
 * Lease and backoff under clocks that an adversary turns: their rates change at any moment, within the bound or beyond it. Judged on
 * true time. The log between them is a list: a renewal sent may land after any time or never, and is applied and
 * acknowledged after any time more; a candidate that has not applied all of it is refused.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { timingWith } from "../timing.ts";
import { Backoff } from "./backoff.ts";
import { Lease } from "./lease.ts";

const timing = timingWith({ leaseMs: 200 });
const rho = timing.clockRateErrorRatio;

/** A clock with stretches of true time at different rates, the last of which goes on for ever. */
class BentClock {
  private readonly stretches: readonly { readonly rate: number; readonly forUs: number }[];
  private readonly zeroUs: number;

  constructor(stretches: BentClock["stretches"], zeroUs: number) {
    this.stretches = stretches;
    this.zeroUs = zeroUs;
  }

  at(trueUs: number): number {
    let left = trueUs;
    let local = this.zeroUs;
    let rate = 1;
    for (const stretch of this.stretches) {
      ({ rate } = stretch);
      const spent = Math.min(left, stretch.forUs);
      local += spent * rate;
      left -= spent;
    }
    return local + left * rate;
  }

  /** The true time at which it shows that; all rates are above 0. */
  trueWhen(localUs: number): number {
    let left = localUs - this.zeroUs;
    let trueUs = 0;
    let rate = 1;
    for (const stretch of this.stretches) {
      ({ rate } = stretch);
      const spent = Math.min(left / rate, stretch.forUs);
      trueUs += spent;
      left -= spent * rate;
    }
    return trueUs + left / rate;
  }
}

/** One renewal: when it is sent after the one before was acknowledged, and how long until the log, replica and primary have it. */
interface Renewal {
  readonly pauseUs: number;
  readonly toLogUs: number;
  readonly toReplicaUs: number;
  readonly toPrimaryUs: number;
}

interface Course {
  readonly primary: BentClock;
  readonly replica: BentClock;
  readonly renewals: readonly Renewal[];
  readonly jitter: number;
}

function courses(bound: number): fc.Arbitrary<Course> {
  const stretch = fc.record({
    rate: fc.double({ min: 1 - bound, max: 1 + bound, noNaN: true }),
    forUs: fc.integer({ min: 0, max: 400_000 }),
  });
  const clock = fc
    .tuple(fc.array(stretch, { minLength: 1, maxLength: 5 }), fc.nat(1_000_000_000))
    .map(([stretches, zero]) => new BentClock(stretches, zero));
  const delay = fc.oneof(
    { weight: 4, arbitrary: fc.nat(20_000) },
    { weight: 1, arbitrary: fc.nat(500_000) },
  );
  const renewal = fc.record({
    pauseUs: delay,
    toLogUs: delay,
    toReplicaUs: delay,
    toPrimaryUs: delay,
  });
  return fc.record({
    primary: clock,
    replica: clock,
    renewals: fc.array(renewal, { minLength: 1, maxLength: 6 }),
    jitter: fc.double({ min: 0, max: 0.999, noNaN: true }),
  });
}

/**
 * How long in true time the primary still serves when the replica wins; at or below 0 unless two leases overlap. `startOf`:
 * from when a renewal extends the lease, for a primary that counts wrongly.
 */
function overlapUs(course: Course, startOf: "firstSend" | "commit" = "firstSend"): number {
  const { primary, replica } = course;
  const lease = new Lease(timing);
  const backoff = new Backoff(timing, () => course.jitter);
  let trueUs = 0;
  let appliedUs = 0;
  /** The end of the lease in true time, after each renewal. */
  const ends: number[] = [];
  const landings: { readonly landsUs: number; readonly appliedUs: number }[] = [];
  course.renewals.forEach((renewal, index) => {
    trueUs += renewal.pauseUs;
    const landsUs = trueUs + renewal.toLogUs;
    appliedUs = Math.max(appliedUs, landsUs + renewal.toReplicaUs);
    const heardUs = landsUs + renewal.toPrimaryUs;
    lease.sent(index + 1, primary.at(startOf === "commit" ? heardUs : trueUs));
    lease.committed(index + 1);
    ends.push(primary.trueWhen(lease.endUs));
    landings.push({ landsUs, appliedUs });
    trueUs = heardUs;
  });
  const winsUs = winningMoment(landings, backoff, replica);
  const granted = ends.filter((_, index) => (landings[index]?.landsUs ?? 0) <= winsUs);
  return Math.max(...granted) - winsUs;
}

/** The first moment at which the replica's backoff is over and it has applied all that has landed. */
function winningMoment(
  landings: readonly { readonly landsUs: number; readonly appliedUs: number }[],
  backoff: Backoff,
  replica: BentClock,
): number {
  for (const [index, { appliedUs }] of landings.entries()) {
    backoff.restart(replica.at(appliedUs));
    const standsUs = replica.trueWhen(backoff.deadlineUs);
    const next = landings[index + 1];
    if (next === undefined || (standsUs < next.landsUs && standsUs < next.appliedUs))
      return standsUs;
  }
  throw new Error("the last renewal always leads to a stand");
}

/** Rounding of doubles over a second of microseconds. */
const ROUNDING_US = 0.01;

describe("a lease under clocks that an adversary turns", () => {
  it("rules 11 and 12: has ended in true time when another can begin, at any rates within the bound", () => {
    fc.assert(
      fc.property(courses(rho), (course) => {
        expect(overlapUs(course)).toBeLessThanOrEqual(ROUNDING_US);
      }),
      { seed: 1, numRuns: 2000 },
    );
  });

  it("overlaps the next one somewhere once rates go twice as far as the bound", () => {
    const found = fc.check(
      fc.property(courses(2 * rho), (course) => overlapUs(course) <= ROUNDING_US),
      { seed: 1, numRuns: 20_000 },
    );
    expect(found.failed).toBe(true);
  });

  it("rule 11: overlaps the next one somewhere if it counts from the acknowledgement, even with perfect clocks", () => {
    const found = fc.check(
      fc.property(courses(0), (course) => overlapUs(course, "commit") <= ROUNDING_US),
      { seed: 1, numRuns: 2000 },
    );
    expect(found.failed).toBe(true);
  });
});
