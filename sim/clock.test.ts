import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MachineClock } from "./clock.ts";
import { createFaultCounter } from "./place.ts";

describe("machine clock", () => {
  it("maps a reading back to the first true time that shows it, across changes of rate", () => {
    const rate = fc.integer({ min: -700_000, max: 700_000 });
    const span = fc.integer({ min: 1, max: 50_000_000 });
    fc.assert(
      fc.property(
        rate,
        fc.array(fc.tuple(span, rate), { maxLength: 5 }),
        span,
        (ppm, changes, last) => {
          const clock = new MachineClock(123_456, ppm, 0);
          const forward: [number, number][] = [];
          let trueUs = 0;
          for (const [passed, next] of [...changes, [last, 0] as const]) {
            for (const part of [3, 2, 1]) {
              const at = trueUs + Math.floor(passed / part);
              forward.push([at, clock.monotonicAt(at)]);
            }
            trueUs += passed;
            clock.addRate(trueUs, next, createFaultCounter());
          }
          for (const [at, local] of forward) {
            const first = clock.trueWhen(local);
            expect(first).toBeLessThanOrEqual(at);
            // No earlier true time shows it: of all the noted readings, those before `first` are smaller.
            const earlier = forward.filter(([other]) => other < first);
            expect(earlier.every(([, otherLocal]) => otherLocal < local)).toBe(true);
          }
        },
      ),
      { seed: 1, numRuns: 300 },
    );
  });

  it("is exact where the clock runs true or fast: every microsecond has its own reading", () => {
    const clock = new MachineClock(1000, 100_000, 0);
    for (const trueUs of [0, 1, 9, 10, 11, 999_999, 60_000_000, 60_000_001])
      expect(clock.trueWhen(clock.monotonicAt(trueUs))).toBe(trueUs);
  });

  it("gains a tenth in ten seconds at +100,000 ppm and does not jump when the rate changes", () => {
    const clock = new MachineClock(0, 100_000, 0);
    expect(clock.monotonicAt(10_000_000)).toBe(11_000_000);
    clock.addRate(10_000_000, -100_000, createFaultCounter());
    expect(clock.monotonicAt(10_000_000)).toBe(11_000_000);
    expect(clock.monotonicAt(20_000_000)).toBe(20_000_000);
  });

  it("stands still at -1,000,000 ppm and says that a later reading never comes", () => {
    const clock = new MachineClock(5, -1_000_000, 0);
    expect(clock.monotonicAt(1_000_000)).toBe(5);
    expect(clock.trueWhen(6)).toBe(Infinity);
  });

  it("lets the wall clock jump either way and leaves the monotonic one alone", () => {
    const clock = new MachineClock(0, 0, 250);
    const before = clock.unixAt(1000);
    const jump = clock.addJump(-10_000_000, createFaultCounter());
    expect(clock.unixAt(1000) - before).toBe(-10_000_000);
    expect(clock.monotonicAt(1000)).toBe(1000);
    clock.addJump(3_000_000, createFaultCounter());
    clock.removeJump(jump);
    expect(clock.unixAt(1000) - before).toBe(3_000_000);
  });

  it("of several rates keeps the newest that lasts, and is its own again when all have ended", () => {
    const clock = new MachineClock(0, 200, 0);
    const slow = clock.addRate(0, -100_000, createFaultCounter());
    const fast = clock.addRate(1_000_000, 100_000, createFaultCounter());
    expect(clock.monotonicAt(2_000_000)).toBe(900_000 + 1_100_000);
    clock.removeRate(2_000_000, slow);
    expect(clock.monotonicAt(3_000_000)).toBe(2_000_000 + 1_100_000);
    clock.removeRate(3_000_000, fast);
    expect(clock.monotonicAt(4_000_000)).toBe(3_100_000 + 1_000_200);
    expect(clock.isDisturbed).toBe(false);
  });

  it("counts the readings that a fault changed, not those that it left as they were", () => {
    const clock = new MachineClock(0, 0, 0);
    const drift = createFaultCounter();
    const jump = createFaultCounter();
    clock.addRate(0, 1000, drift);
    clock.addJump(5, jump);
    clock.noteReading(999, true); // not yet a microsecond off
    expect([drift.clockReadingsSkewed, jump.clockReadingsSkewed]).toEqual([0, 1]);
    clock.noteReading(1000, false);
    expect([drift.clockReadingsSkewed, jump.clockReadingsSkewed]).toEqual([1, 1]);
  });
});
