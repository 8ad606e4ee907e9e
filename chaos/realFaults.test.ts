import { describe, expect, it } from "vitest";
import { scenarios } from "../scenarios/registry.ts";
import type { FaultSpec, Scenario } from "../sim/scenario.ts";
import { planReal } from "./realRun.ts";

function scenarioOf(...nemesis: readonly FaultSpec[]): Scenario {
  const parameters = { faultForMs: 2000 };
  return { name: "test", story: "", budget: "within", parameters, nemesis, expect: [] };
}

const requestsOf = (fault: FaultSpec): unknown => planReal(scenarioOf(fault), {})[0]?.requests;

describe("a scenario's faults on a real cluster", () => {
  it("become requests with the scenario's own times", () => {
    const [outage] = planReal(
      scenarioOf({ kind: "zoneOutage", target: "primary", atMs: 500, forMs: "$faultForMs" }),
      { faultForMs: 3000 },
    );
    expect(outage).toEqual({
      kind: "zoneOutage",
      atMs: 500,
      forMs: 3000,
      isPlanned: false,
      probes: true,
      requests: [{ kind: "kill", role: "primary", shard: 0, wholeZone: true, disk: "kept" }],
    });
    expect(requestsOf({ kind: "zoneOutage", target: "zone:b", disks: "lost", atMs: 0 })).toEqual([
      { kind: "kill", zone: "b", disk: "lost" },
    ]);
    expect(requestsOf({ kind: "machinePause", target: "node:db-0-b", atMs: 0 })).toEqual([
      { kind: "pause", node: "db-0-b" },
    ]);
    expect(requestsOf({ kind: "cut", from: "logLeader", to: "log", oneWay: 1, atMs: 0 })).toEqual([
      { kind: "cut", role: "logLeader", shard: 0, to: "log", oneWay: true },
    ]);
    expect(requestsOf({ kind: "logSlow", target: "logFollower", factor: 7, atMs: 0 })).toEqual([
      { kind: "slow-log", role: "logFollower", shard: 0, factor: 7 },
    ]);
    expect(requestsOf({ kind: "plannedFailover", atMs: 0 })).toEqual([
      { kind: "failover", shard: 0, to: "" },
    ]);
    expect(requestsOf({ kind: "clockJump", target: "replica", byMs: -5, atMs: 0 })).toEqual([
      { kind: "skew-clock", role: "replica", shard: 0, byMs: -5 },
    ]);
    expect(requestsOf({ kind: "crashAll", targets: "log", atMs: 0 })).toEqual(
      ["a", "b", "c"].map((zone) => ({ kind: "kill", node: `log-${zone}` })),
    );
  });

  it("are refused by name where nothing does that to real processes", () => {
    const refused: readonly (readonly [FaultSpec, string])[] = [
      [{ kind: "reorder", from: "log", to: "log", atMs: 0 }, "fault reorder is for the simulator"],
      [{ kind: "diskRot", target: "node:log-a", atMs: 0 }, "fault diskRot"],
      [{ kind: "machineCrash", target: "candidate", atMs: 0 }, "target candidate cannot be found"],
      [
        { kind: "machineCrash", target: "primary", when: "electing", atMs: 0 },
        "fault machineCrash is for the simulator alone: when=electing",
      ],
      [{ kind: "crashAll", staggerMs: 5, atMs: 0 }, "staggerMs is for the simulator"],
    ];
    for (const [fault, why] of refused) {
      expect(() => planReal(scenarioOf(fault), {})).toThrow(why);
    }
  });

  it("are those of most stories that are about processes, zones and the log", () => {
    const isReal = (scenario: Scenario): boolean => {
      try {
        planReal(scenario, {});
        return true;
      } catch {
        return false;
      }
    };
    const names = scenarios.filter(isReal).map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining([
        "baseline",
        "az-outage",
        "az-loss",
        "primary-crash",
        "primary-pause",
        "planned-failover",
        "primary-cut-from-log",
        "primary-cut-from-clients",
        "log-leader-crash",
        "log-zone-slow",
        "two-az-outage",
        "all-nodes-crash",
        "all-log-nodes-crash",
      ]),
    );
  });
});
