import { describe, expect, it } from "vitest";
import { inspectLog } from "./inspectLog.ts";
import { logNames, TestCluster } from "./testCluster.ts";

function running(seed: number): TestCluster {
  const cluster = new TestCluster(seed);
  cluster.startAll();
  expect(cluster.runUntil(() => cluster.leader() !== undefined, 5000)).toBe(true);
  return cluster;
}

describe("a cluster of three log nodes", () => {
  it("elects one leader within a second and commits what a writer appends", () => {
    const cluster = running(1);
    expect(cluster.nowUs).toBeLessThan(1_000_000);
    const writer = cluster.addWriter("a");
    writer.recover();
    expect(cluster.runUntil(() => writer.isReady, 1000)).toBe(true);
    for (let count = 0; count < 20; count++) {
      writer.write(`value ${count}`);
      cluster.run(5);
    }
    expect(cluster.acknowledged.size).toBe(20);
    cluster.run(300);
    for (const name of logNames) {
      const view = inspectLog(cluster.node(name), 0);
      expect([name, view.commitPosition, view.lastPosition]).toEqual([name, 20, 20]);
    }
  });
});
