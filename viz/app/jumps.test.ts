import { describe, expect, it } from "vitest";
import { nextEventUs } from "./jumps.ts";

/** Columns grow ahead of their rows: what stands behind `count` is not there. */
const events = { count: 5, timeUs: [10, 20, 20, 30, 40, 0, 0] };

describe("jumps through a film's events", () => {
  it("lead to the nearest time that is another", () => {
    expect(nextEventUs(events, 10, 1)).toBe(20);
    expect(nextEventUs(events, 20, 1)).toBe(30);
    expect(nextEventUs(events, 25, -1)).toBe(20);
    expect(nextEventUs(events, 20, -1)).toBe(10);
  });

  it("end at the ends", () => {
    expect(nextEventUs(events, 40, 1)).toBeUndefined();
    expect(nextEventUs(events, 10, -1)).toBeUndefined();
    expect(nextEventUs({ count: 0, timeUs: [] }, 5, 1)).toBeUndefined();
  });
});
