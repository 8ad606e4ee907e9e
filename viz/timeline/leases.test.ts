import { describe, expect, it } from "vitest";
import { LeaseTrack, trueLeads } from "./leases.ts";
import { packRows } from "./packing.ts";

describe("who led", () => {
  it("is as long as the renewals reach, in one piece while the epoch stays", () => {
    const track = new LeaseTrack("a");
    track.note(0, 0, -Infinity, -Infinity);
    track.note(100, 1, 600, 590);
    track.note(400, 1, 900, 890);
    expect(track.believed).toEqual([{ node: "a", epoch: 1, fromUs: 100, untilUs: 900 }]);
    expect(track.held).toEqual([{ node: "a", epoch: 1, fromUs: 100, untilUs: 890 }]);
  });

  it("ends at once for a node that dies, but truly only when its lease does", () => {
    const track = new LeaseTrack("a");
    track.note(100, 1, 600, 600);
    track.note(300, 0, -Infinity, -Infinity);
    expect(track.believed[0]?.untilUs).toBe(300);
    expect(track.held[0]?.untilUs).toBe(600);
  });

  it("begins anew after a lapse", () => {
    const track = new LeaseTrack("a");
    track.note(100, 1, 200, 200);
    track.note(500, 1, 800, 800);
    expect(track.believed.map(({ fromUs, untilUs }) => [fromUs, untilUs])).toEqual([
      [100, 200],
      [500, 800],
    ]);
  });

  it("may be two at once as believed, by a clock that runs slow, but never two in truth", () => {
    const [slow, next] = [new LeaseTrack("slow"), new LeaseTrack("next")];
    slow.note(0, 1, 1500, 1000);
    next.note(1200, 2, 2200, 2200);
    expect(slow.believed[0]?.untilUs).toBeGreaterThan(next.believed[0]?.fromUs ?? Infinity);
    expect(trueLeads([slow.held, next.held])).toEqual([
      { node: "slow", epoch: 1, fromUs: 0, untilUs: 1000 },
      { node: "next", epoch: 2, fromUs: 1200, untilUs: 2200 },
    ]);
  });

  it("passes on when a newer leadership begins, even if the older lease would run on", () => {
    const [old, next] = [new LeaseTrack("old"), new LeaseTrack("next")];
    old.note(0, 1, 1000, 1000);
    next.note(400, 2, 1400, 1400);
    const leads = trueLeads([next.held, old.held]);
    expect(leads.map(({ node, untilUs }) => [node, untilUs])).toEqual([
      ["old", 400],
      ["next", 1400],
    ]);
  });
});

describe("packing", () => {
  it("puts intervals that overlap into rows of their own, and no more rows than needed", () => {
    const intervals = [
      { fromUs: 0, untilUs: 10 },
      { fromUs: 5, untilUs: 30 },
      { fromUs: 10, untilUs: 20 },
      { fromUs: 12, untilUs: 15 },
    ];
    expect(packRows(intervals)).toEqual({ rowOf: [0, 1, 0, 2], rows: 3 });
    expect(packRows([])).toEqual({ rowOf: [], rows: 0 });
  });
});
