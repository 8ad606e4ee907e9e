import { describe, expect, it } from "vitest";
import { reportOf } from "../reports/json.ts";
import { testRun } from "../reports/testRun.ts";
import { tickText } from "./frame.ts";
import { geometryFor } from "./geometry.ts";
import { barAt, firstMode, layoutLanes } from "./lanes.ts";
import { sharedRange } from "./latencyRanges.ts";

const small = reportOf(testRun());
const large = reportOf(testRun({ shards: 80, replicas: 5, operationsPerShard: 10 }));

describe("the lanes", () => {
  it("stand by zone, database nodes before log nodes, without overlap", () => {
    const { lanes, headings, height } = layoutLanes(small, "nodes");
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

  it("carry each node's roles and leases, counted from the load", () => {
    const [first] = layoutLanes(small, "nodes").lanes;
    expect(first?.bars.map((bar) => bar.role)).toEqual([
      "recovering",
      "replica",
      "primary",
      "down",
      "recovering",
      "replica",
    ]);
    expect(first?.bars[3]).toMatchObject({ fromUs: 15_000_000, untilUs: 35_000_000 });
    expect(first?.leases).toHaveLength(1);
  });

  it("become one a shard in a large cluster, of bearable height", () => {
    expect(firstMode(small)).toBe("nodes");
    expect(firstMode(large)).toBe("shards");
    const { lanes, height } = layoutLanes(large, "shards");
    expect(lanes).toHaveLength(83);
    expect(height).toBeLessThan(800);
    expect(lanes[0]?.bars.map((bar) => bar.node)).toEqual(["db-0-a", "db-0-b"]);
    expect(layoutLanes(large, "nodes").lanes).toHaveLength(483);
  });

  it("say what lies under the pointer", () => {
    const layout = layoutLanes(small, "nodes");
    const y = layout.lanes[2]?.y ?? 0;
    expect(barAt(layout, y + 2, 30_000_000)).toMatchObject({
      lane: { label: "db-0-b" },
      bar: { role: "primary", epoch: 2 },
    });
    expect(barAt(layout, 0, 0)).toBeUndefined();
  });
});

describe("the figure's geometry", () => {
  it("stacks its parts without overlap on wide and narrow pages", () => {
    for (const width of [1320, 340]) {
      const geometry = geometryFor(width, 300);
      const parts = [
        geometry.faults,
        geometry.throughput,
        geometry.latency,
        geometry.outages,
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
    const [lowest, highest] = sharedRange(small.latencies);
    expect([lowest, highest]).toEqual([1000, 1_000_000]);
    expect(sharedRange([])).toEqual([1, 10]);
  });
});
