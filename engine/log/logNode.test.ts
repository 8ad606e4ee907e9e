import { describe, expect, it } from "vitest";
import { diskSpace } from "../contract.ts";
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

describe("disks that are nearly full", () => {
  it("are told to writers once a majority of them is, and again when there is room", () => {
    const cluster = running(6);
    const writer = cluster.addWriter("a");
    writer.recover();
    cluster.run(500);
    const told = (): boolean => {
      writer.write("value");
      cluster.run(50);
      writer.write("value");
      cluster.run(50);
      return writer.appender.isLogLow;
    };
    expect(told()).toBe(false);
    cluster.inject("log-b", diskSpace(false));
    expect(told()).toBe(false);
    cluster.inject("log-c", diskSpace(false));
    expect(told()).toBe(true);
    cluster.inject("log-b", diskSpace(true));
    expect(told()).toBe(false);
    expect(cluster.acknowledged.size).toBe(8);
  });

  it("are told when it is the only one", () => {
    const cluster = new TestCluster(7, { copies: 1 });
    cluster.startAll();
    const writer = cluster.addWriter("a");
    writer.recover();
    cluster.run(2000);
    cluster.inject("log-a", diskSpace(false));
    writer.write("value");
    cluster.run(50);
    expect(writer.appender.isLogLow).toBe(true);
  });
});

describe("a single log node, the only copy", () => {
  const alone = (seed: number): TestCluster => new TestCluster(seed, { copies: 1 });

  it("elects itself, and commits what its own disk has synced and nothing before", () => {
    const cluster = alone(2);
    cluster.startAll();
    const writer = cluster.addWriter("a");
    writer.recover();
    expect(cluster.runUntil(() => writer.isReady, 2000)).toBe(true);
    cluster.run(100);
    cluster.holdSyncs = true;
    writer.write("held");
    cluster.run(300);
    expect(cluster.acknowledged.size).toBe(0);
    cluster.holdSyncs = false;
    cluster.crash("log-a");
    cluster.start("log-a");
    expect(cluster.runUntil(() => cluster.acknowledged.size === 1, 3000)).toBe(true);
  });

  it("keeps everything acknowledged through a hundred crashes", () => {
    const cluster = alone(3);
    cluster.startAll();
    const writer = cluster.addWriter("a");
    const reader = cluster.addReader("a");
    writer.recover();
    for (let crash = 0; crash < 100; crash++) {
      cluster.run(600 + 10 * crash);
      writer.write(`one ${crash}`);
      cluster.run(crash % 3);
      cluster.crash("log-a");
      cluster.start("log-a");
    }
    cluster.run(3000);
    expect(cluster.acknowledged.size).toBeGreaterThan(90);
    expect(inspectLog(cluster.node("log-a"), 0).commitPosition).toBe(cluster.committed.length);
    expect(reader.follower.nextPosition).toBe(cluster.committed.length + 1);
  });

  it("answers a tail at once when nothing is written", () => {
    const cluster = alone(4);
    cluster.startAll();
    cluster.run(2000);
    const writer = cluster.addWriter("a");
    const askedUs = cluster.nowUs;
    writer.recover();
    expect(cluster.runUntil(() => writer.isReady, 1000)).toBe(true);
    expect(cluster.nowUs - askedUs).toBeLessThan(5000);
  });

  it("ends with a reason when its log is damaged below the final batch", () => {
    const cluster = alone(5);
    cluster.startAll();
    const writer = cluster.addWriter("a");
    writer.recover();
    cluster.run(1500);
    for (let count = 0; count < 5; count++) {
      writer.write(`value ${count}`);
      cluster.run(50);
    }
    cluster.crash("log-a");
    cluster.machine("log-a").disk.rot("wal-1", 2 * 512 + 50);
    cluster.start("log-a");
    cluster.run(1000);
    expect(cluster.machine("log-a").node).toBeUndefined();
    expect(cluster.traces.at(-1)).toBe(
      "log-a exit the only copy of the log is damaged: wal-1 cannot be read from byte 1024 on, and more was written behind it; put a sound copy of the file in its place",
    );
  });
});
