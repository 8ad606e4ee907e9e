import { describe, expect, it } from "vitest";
import { reportOf } from "../../reports/json.ts";
import { pageDataOf } from "../../reports/page.ts";
import { testRun } from "../../reports/testRun.ts";
import { sharedRange } from "../latencyRanges.ts";
import { reportRun } from "../reportRun.ts";
import { tickText } from "./frame.ts";
import { geometryFor } from "./geometry.ts";
import { firstMode, intervalAt, laneAt, layoutLanes, type LaneOptions } from "./lanes.ts";

const small = reportRun(pageDataOf(testRun())).outline;
const large = reportRun(
  pageDataOf(testRun({ shards: 80, replicas: 5, operationsPerShard: 10 })),
).outline;

function options(part: Partial<LaneOptions>): LaneOptions {
  return { mode: "nodes", hasDetail: false, fork: undefined, ...part };
}

describe("the lanes", () => {
  it("stand by zone, database nodes before log nodes, without overlap", () => {
    const { lanes, headings, height } = layoutLanes(small, options({}));
    expect(headings.map((heading) => heading.text)).toEqual(["zone a", "zone b", "zone c"]);
    expect(lanes.map((lane) => lane.label)).toEqual([
      "db-0-a",
      "log-a",
      "db-0-b",
      "log-b",
      "db-0-c",
      "log-c",
    ]);
    lanes.forEach((lane, index) => {
      const next = lanes[index + 1]?.y ?? height;
      expect(lane.y + lane.height).toBeLessThanOrEqual(next);
    });
  });

  it("carry each node's roles and leases", () => {
    const [first] = layoutLanes(small, options({})).lanes;
    expect(first?.bars.map((bar) => bar.role)).toEqual([
      "recovering",
      "replica",
      "primary",
      "down",
      "recovering",
      "replica",
    ]);
    expect(first?.bars[3]).toMatchObject({ fromUs: 18_400_000, untilUs: 38_400_000 });
    expect(first?.leases).toHaveLength(1);
  });

  it("have room for the monitor, for what happened to zones and for all parts where there is more to show", () => {
    const { lanes, headings } = layoutLanes(small, options({ hasDetail: true }));
    expect(lanes.map((lane) => lane.label)).toContain("monitor");
    expect(headings.map(({ place }) => place)).toEqual(["", "a", "b", "c"]);
    for (const { parts, height } of lanes) {
      const bands = Object.values(parts).toSorted((left, right) => left.top - right.top);
      bands.forEach((band, index) => {
        expect(band.top + band.height).toBeLessThanOrEqual(bands[index + 1]?.top ?? height);
      });
    }
  });

  it("are doubled beside a fork, its bars below their own", () => {
    const alone = layoutLanes(small, options({ hasDetail: true }));
    const { lanes, height } = layoutLanes(small, options({ hasDetail: true, fork: small }));
    expect(height).toBeGreaterThan(alone.height);
    for (const { parts, bars, forkBars, kind } of lanes) {
      expect(forkBars).toEqual(bars);
      if (kind === "monitor") continue;
      expect(parts.fork?.top).toBeGreaterThan(parts.role.top + parts.role.height);
      expect(parts.lease?.top).toBeGreaterThan(parts.fork?.top ?? Infinity);
    }
  });

  it("become one a shard in a large cluster, of bearable height", () => {
    expect(firstMode(small)).toBe("nodes");
    expect(firstMode(large)).toBe("shards");
    const { lanes, height } = layoutLanes(large, options({ mode: "shards" }));
    expect(lanes).toHaveLength(83);
    expect(height).toBeLessThan(800);
    expect(lanes[0]?.bars.map((bar) => bar.node)).toEqual(["db-0-a", "db-0-b"]);
    expect(layoutLanes(large, options({})).lanes).toHaveLength(483);
  });

  it("say what lies under the pointer", () => {
    const layout = layoutLanes(small, options({}));
    const lane = laneAt(layout, (layout.lanes[2]?.y ?? 0) + 2);
    expect(lane?.label).toBe("db-0-b");
    expect(intervalAt(lane?.bars ?? [], 33_400_000)).toMatchObject({ role: "primary", epoch: 2 });
    expect(laneAt(layout, 0)).toBeUndefined();
  });
});

describe("the picture's geometry", () => {
  it("stacks its parts without overlap on wide and narrow pages", () => {
    for (const width of [1320, 340]) {
      const geometry = geometryFor(width, 60, 300);
      const parts = [
        geometry.faults,
        geometry.throughput,
        geometry.latency,
        geometry.operations,
        geometry.outages,
        geometry.truths,
        geometry.lanes,
        geometry.axis,
      ];
      parts.forEach((part, index) => {
        const next = parts[index + 1]?.top ?? geometry.height;
        expect(part.top + part.height).toBeLessThanOrEqual(next);
      });
      expect(geometry.right).toBeGreaterThan(geometry.left + 200);
    }
  });

  it("labels ticks with the digits that tell them apart", () => {
    expect(tickText(15_000_000, 5_000_000)).toBe("15 s");
    expect(tickText(15_200_000, 200_000)).toBe("15.2 s");
    expect(tickText(15_002_000, 2000)).toBe("15.002 s");
    expect(tickText(15_002_050, 50)).toBe("15002.050 ms");
  });

  it("gives all latency rows one scale of whole powers of ten", () => {
    const [lowest, highest] = sharedRange(reportOf(testRun()).latencies);
    expect([lowest, highest]).toEqual([1000, 1_000_000]);
    expect(sharedRange([])).toEqual([1, 10]);
  });
});
