import { describe, expect, it } from "vitest";
import { CommitTimes } from "./commitTimes.ts";
import { PeakRate } from "./peakRate.ts";

describe("the times of commits", () => {
  it("are those of each request, from its step to the log's word", () => {
    const times = new CommitTimes();
    times.wrote(7, 1000);
    times.wrote(7, 1000);
    times.wrote(8, 2000);
    times.committed(7, 4000);
    expect([times.histogram.total, times.histogram.sumUs]).toEqual([2, 6000]);
    times.wrote(9, 5000);
    times.committed(9, 7000);
    expect([times.histogram.total, times.histogram.sumUs]).toEqual([4, 13_000]);
    expect(times.histogram.countUpTo(3100)).toBe(3);
    expect(times.histogram.countUpTo(5100)).toBe(4);
  });

  it("tell nothing of writes that were lost", () => {
    const times = new CommitTimes();
    times.wrote(7, 1000);
    times.forget();
    times.committed(20, 9000);
    expect(times.histogram.total).toBe(0);
  });

  it("go on through a queue that never empties", () => {
    const times = new CommitTimes();
    for (let position = 1; position <= 5000; position++) {
      times.wrote(position, position * 10);
      if (position > 10) times.committed(position - 10, position * 10);
    }
    expect([times.histogram.total, times.histogram.sumUs]).toEqual([4990, 4990 * 100]);
  });
});

describe("a peak", () => {
  it("is the highest rate of this minute and the one before", () => {
    const peak = new PeakRate();
    const at = (seconds: number): number => 600_000_000 + seconds * 1_000_000;
    let value = 0;
    const grow = (fromSeconds: number, perSecond: number): void => {
      for (let tenth = 0; tenth <= 20; tenth++) {
        peak.look(at(fromSeconds + tenth / 10), value);
        value += perSecond / 10;
      }
    };
    grow(0, 1000);
    grow(10, 200);
    expect(peak.perSecond(at(59))).toBeCloseTo(1000);
    grow(70, 300);
    expect(peak.perSecond(at(80))).toBeCloseTo(1000);
    expect(peak.perSecond(at(121))).toBeCloseTo(300);
    expect(peak.perSecond(at(300))).toBe(0);
  });
});
