import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Scheduler } from "./scheduler.ts";

describe("scheduler", () => {
  it("runs events in the order of time, and equal times in the order scheduled", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 400 }), (times) => {
        const scheduler = new Scheduler();
        times.forEach((time, index) => scheduler.schedule(time, 1, index, 0, undefined));
        const seen: [number, number][] = [];
        while (scheduler.next(Infinity)) seen.push([scheduler.nowUs, scheduler.a]);
        const expected = times
          .map((time, index): [number, number] => [time, index])
          .sort((x, y) => x[0] - y[0] || x[1] - y[1]);
        expect(seen).toEqual(expected);
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it("never runs a cancelled event, and ignores the token of one that has run", () => {
    const scheduler = new Scheduler();
    const first = scheduler.schedule(5, 1, 1, 0, undefined);
    const second = scheduler.schedule(6, 1, 2, 0, undefined);
    scheduler.cancel(first);
    expect(scheduler.next(100)).toBe(true);
    expect(scheduler.a).toBe(2);
    // The slot is used again: the old token must not touch the new event.
    scheduler.schedule(7, 1, 3, 0, "kept");
    scheduler.cancel(second);
    scheduler.cancel(first);
    expect(scheduler.next(100)).toBe(true);
    expect(scheduler.payload).toBe("kept");
    expect(scheduler.next(100)).toBe(false);
  });

  it("holds what is due later than asked for", () => {
    const scheduler = new Scheduler();
    scheduler.schedule(10, 1, 0, 0, undefined);
    expect(scheduler.next(9)).toBe(false);
    scheduler.advanceTo(9);
    expect(scheduler.nowUs).toBe(9);
    expect(scheduler.next(10)).toBe(true);
  });

  it("refuses to schedule into the past", () => {
    const scheduler = new Scheduler();
    scheduler.schedule(10, 1, 0, 0, undefined);
    scheduler.next(10);
    expect(() => scheduler.schedule(9, 1, 0, 0, undefined)).toThrow("before the present 10");
    expect(() => scheduler.schedule(Number.NaN, 1, 0, 0, undefined)).toThrow("scheduled at NaN");
  });
});
