import { describe, expect, it } from "vitest";
import { TestCluster } from "./testCluster.ts";

describe("rule 10: an idle shard", () => {
  it("costs its three log nodes at most 60 steps and 6 syncs a second, two renewals a second included", () => {
    const cluster = new TestCluster(3);
    cluster.startAll();
    const writer = cluster.addWriter("a");
    cluster.addReader("b");
    cluster.addReader("c");
    cluster.run(1200);
    writer.recover();
    cluster.run(500);
    expect(writer.isReady).toBe(true);
    const before = cluster.steps;
    const syncsBefore = cluster.syncs;
    const seconds = 20;
    for (let half = 0; half < 2 * seconds; half++) {
      writer.write("renewal");
      cluster.run(500);
    }
    const stepsPerSecond = (cluster.steps - before) / seconds;
    expect(writer.pendingCount).toBe(0);
    expect(stepsPerSecond).toBeGreaterThan(20);
    expect(stepsPerSecond).toBeLessThanOrEqual(60);
    expect((cluster.syncs - syncsBefore) / seconds).toBeLessThanOrEqual(6);
  });
});
