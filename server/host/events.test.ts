import { describe, expect, it } from "vitest";
import { Events } from "./events.ts";
import { Layout, nowhere } from "./layout.ts";

function laboratory(isNew: boolean): { events: Events; told: string[]; leaders: string[] } {
  const membership = { clusterId: "x", shards: 2, replicas: 2, logCopies: 3, clusterEnabled: true };
  const { cluster } = new Layout(membership, () => nowhere);
  const told: string[] = [];
  const leaders: string[] = [];
  const events = new Events({
    clusterName: "shop",
    layout: cluster,
    isNew: () => isNew,
    leaderBefore: (shard, epoch) => leaders[shard + epoch],
    tell: (event) => told.push(event),
  });
  return { events, told, leaders };
}

describe("events of a cluster", () => {
  it("name nodes as the service does", () => {
    const { events } = laboratory(true);
    expect(["db-0-a", "db-0-c", "db-1-b", "log-a"].map((one) => events.nameOf(one))).toEqual([
      "shop-0001-001",
      "shop-0001-003",
      "shop-0002-002",
      "log-a",
    ]);
  });

  it("tell of a failover once there was a primary, and of one that was asked for", () => {
    const { events, told, leaders } = laboratory(true);
    events.told("db-0-a", "role.primary", 0, 0, "");
    leaders[0] = "db-0-a";
    events.told("db-0-a", "role.primary", 0, 0, "");
    expect(told).toEqual([]);
    events.told("db-0-b", "role.primary", 0, 0, "");
    events.told("db-1-a", "role.handover", 1, 0, "");
    events.told("db-1-a", "role.handover", 1, 0, "db-1-b");
    expect(told).toEqual([
      "Failover from primary node shop-0001-001 to replica node shop-0001-002 completed",
      "FailoverShard API called for shard 0002",
    ]);
  });

  it.each([
    [true, []],
    [false, ["Recovering nodes shop-0002-001", "Finished recovery for nodes shop-0002-001"]],
  ])("tell of recovery, but not where all is new (%s)", (isNew, atStart) => {
    const { events, told } = laboratory(isNew);
    events.told("db-1-a", "node.recovering", 1, -1, "start");
    events.told("db-1-a", "node.recovered", 1, -1, "");
    expect(told).toEqual(atStart);
    events.told("db-1-a", "node.recovering", 1, -1, "fenced");
    events.told("db-1-a", "node.recovered", 1, -1, "");
    expect(told).toEqual([
      ...atStart,
      "Recovering nodes shop-0002-001",
      "Finished recovery for nodes shop-0002-001",
    ]);
  });
});
