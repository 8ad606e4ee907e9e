import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openFrame } from "../bytes/frame.ts";
import { ByteWriter } from "../bytes/writer.ts";
import type { ClusterLayout } from "../contract.ts";
import { Topology } from "./topology.ts";

const layout: ClusterLayout = {
  clusterId: "test",
  shardCount: 2,
  databaseNodes: ["db-0-a", "db-0-b", "db-1-a"].map((nodeId, index) => ({
    nodeId,
    shard: index < 2 ? 0 : 1,
    zone: "a",
    host: `10.0.0.${index}`,
    hostname: "",
    port: 6379,
    tlsPort: 0,
    busPort: 0,
  })),
  logNodes: [],
};

describe("topology news", () => {
  it("rule 22: the higher (epoch, position) wins, in whatever order and however often the news comes", () => {
    const news = fc.record({
      epoch: fc.integer({ min: 1, max: 4 }),
      position: fc.integer({ min: 1, max: 4 }),
    });
    fc.assert(
      fc.property(fc.array(news, { minLength: 1, maxLength: 20 }), (all) => {
        const topology = new Topology(layout);
        const leaderOf = (epoch: number, position: number): string =>
          (epoch + position) % 2 === 0 ? "db-0-a" : "db-0-b";
        for (const { epoch, position } of all) {
          topology.learn(0, epoch, position, leaderOf(epoch, position));
        }
        const newest = all.reduce((best, one) =>
          one.epoch > best.epoch || (one.epoch === best.epoch && one.position > best.position)
            ? one
            : best,
        );
        expect(topology.epochOf(0)).toBe(newest.epoch);
        expect(topology.leaderOf(0)?.nodeId).toBe(leaderOf(newest.epoch, newest.position));
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it("tells who led before an epoch, a release and the epoch's own news regardless", () => {
    const topology = new Topology(layout);
    expect(topology.leaderBefore(0, 1)).toBeUndefined();
    topology.learn(0, 1, 1, "db-0-a");
    expect(topology.leaderBefore(0, 1)).toBeUndefined();
    expect(topology.leaderBefore(0, 2)).toBe("db-0-a");
    topology.learn(0, 1, 9, "");
    expect(topology.leaderBefore(0, 2)).toBe("db-0-a");
    topology.learn(0, 2, 10, "db-0-b");
    expect(topology.leaderBefore(0, 2)).toBe("db-0-a");
    expect(topology.leaderBefore(0, 3)).toBe("db-0-b");
  });

  it("crosses the wire", () => {
    const teller = new Topology(layout);
    teller.learn(0, 3, 17, "db-0-b");
    teller.learn(1, 2, 5, "db-1-a");
    const hearer = new Topology(layout);
    expect(hearer.hear(openFrame(teller.encodeAll(new ByteWriter())).body)).toBe(true);
    expect(hearer.leaderOf(0)?.nodeId).toBe("db-0-b");
    expect(hearer.leaderOf(1)?.host).toBe("10.0.0.2");
    expect(hearer.hear(openFrame(teller.encodeOne(new ByteWriter(), 1)).body)).toBe(true);
  });

  it("a release leaves the shard without a leader until the next epoch", () => {
    const topology = new Topology(layout);
    topology.learn(0, 1, 3, "db-0-a");
    expect(topology.learn(0, 1, 9, "")).toBe(true);
    expect(topology.leaderOf(0)).toBeUndefined();
    expect(topology.learn(0, 1, 3, "db-0-a")).toBe(false);
    expect(topology.learn(0, 2, 10, "db-0-b")).toBe(true);
    expect(topology.leaderOf(0)?.nodeId).toBe("db-0-b");
  });

  it("news of a node or shard that is not in the layout says nothing", () => {
    const topology = new Topology(layout);
    expect(topology.learn(0, 1, 3, "db-9-z")).toBe(false);
    expect(topology.learn(7, 1, 3, "db-0-a")).toBe(false);
  });
});
