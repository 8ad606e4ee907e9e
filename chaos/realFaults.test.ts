import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { scenarios } from "../scenarios/registry.ts";
import type { FaultSpec, Scenario } from "../sim/scenario.ts";
import { faultKinds } from "../sim/nemesis/registry.ts";
import { refusedKinds } from "./realFaults.ts";
import { planReal } from "./realPlan.ts";

function scenarioOf(...nemesis: readonly FaultSpec[]): Scenario {
  const parameters = { faultForMs: 2000 };
  return { name: "test", story: "", budget: "within", parameters, nemesis, expect: [] };
}

const requestsOf = (fault: FaultSpec): unknown =>
  planReal(scenarioOf(fault), {}, 1).faults[0]?.steps.map(({ request }) => request);

describe("a scenario's faults on a real cluster", () => {
  it("become requests with the scenario's own times", () => {
    const { faults } = planReal(
      scenarioOf({ kind: "zoneOutage", target: "primary", atMs: 500, forMs: "$faultForMs" }),
      { faultForMs: 3000 },
      1,
    );
    expect(faults).toEqual([
      {
        kind: "zoneOutage",
        atMs: 500,
        lastsMs: 3000,
        isPlanned: false,
        probes: true,
        steps: [
          {
            afterMs: 0,
            request: {
              kind: "kill",
              role: "primary",
              shard: 0,
              wholeZone: true,
              disk: "kept",
              forMs: 3000,
            },
          },
        ],
      },
    ]);
    const forMs = 2000;
    expect(requestsOf({ kind: "zoneOutage", target: "zone:b", disks: "lost", atMs: 0 })).toEqual([
      { kind: "kill", zone: "b", disk: "lost", forMs },
    ]);
    expect(requestsOf({ kind: "cut", from: "logLeader", to: "log", oneWay: 1, atMs: 0 })).toEqual([
      { kind: "cut", role: "logLeader", shard: 0, to: "log", oneWay: true, forMs },
    ]);
    expect(
      requestsOf({ kind: "reorder", from: "log", to: "primary", ratio: 1, byMs: 400, atMs: 0 }),
    ).toEqual([
      {
        kind: "reorder",
        group: "log",
        shard: 0,
        to: "primary",
        oneWay: false,
        percent: 100,
        byMs: 400,
        forMs,
      },
    ]);
    expect(requestsOf({ kind: "plannedFailover", atMs: 0 })).toEqual([
      { kind: "failover", shard: 0, to: "" },
    ]);
    expect(requestsOf({ kind: "clockJump", target: "replicas", byMs: -5, atMs: 0 })).toEqual([
      { kind: "skew-clock", group: "replicas", shard: 0, byMs: -5, forMs },
    ]);
    expect(requestsOf({ kind: "crashAll", targets: "log", atMs: 0 })).toEqual([
      { kind: "kill", group: "log", forMs },
    ]);
    expect(
      requestsOf({ kind: "machineCrash", target: "primary", when: "electing", atMs: 0 }),
    ).toEqual([{ kind: "kill", role: "primary", shard: 0, forMs, when: "electing", waitMs: 1000 }]);
  });

  it("that go on by themselves become steps in time, drawn by the seed", () => {
    const nemesis: readonly FaultSpec[] = [
      { kind: "crashAll", staggerMs: 5, atMs: 0 },
      { kind: "crashLoop", atMs: 0 },
      { kind: "clockSlew", periodMs: 300, atMs: 0 },
      { kind: "randomClog", atMs: 0 },
    ];
    const steps = (seed: number) =>
      planReal(scenarioOf(...nemesis), {}, seed).faults.map((fault) =>
        fault.steps.map(({ afterMs, request }) => [afterMs, request["node"] ?? request["role"]]),
      );
    expect(steps(1)[0]).toEqual([
      [0, "db-0-a"],
      [5, "db-0-b"],
      [10, "db-0-c"],
    ]);
    expect(steps(1)[2]?.map(([afterMs]) => afterMs)).toEqual([0, 300, 600, 900, 1200, 1500, 1800]);
    expect(steps(1)).toEqual(steps(1));
    expect(steps(1)).not.toEqual(steps(2));
  });

  it("are either requests or refused with a reason, whatever the kind", () => {
    const told = faultKinds.map(({ kind }) => {
      try {
        planReal(scenarioOf({ kind, atMs: 0 }), {}, 1);
        return [kind, ""];
      } catch (error) {
        return [kind, String(error)];
      }
    });
    const refused = told.filter(([, why]) => why !== "");
    const kinds = refused.map(([kind]) => String(kind));
    expect(kinds.toSorted()).toEqual([...refusedKinds, "halfOpen"].toSorted());
    for (const [kind, why] of refused) {
      expect(why).toContain(`fault ${kind} is for the simulator alone: `);
    }
  });

  it("are refused by name where nothing does that to real processes", () => {
    const refused: readonly (readonly [FaultSpec, string])[] = [
      [{ kind: "diskSwap", target: "node:log-a", atMs: 0 }, "fault diskSwap is for the simulator"],
      [{ kind: "machineCrash", target: "monitor", atMs: 0 }, "a monitor of its own"],
      [
        { kind: "machineCrash", target: "primary", when: "leaseAboutToEnd", atMs: 0 },
        "when=leaseAboutToEnd: the last 50 ms",
      ],
    ];
    for (const [fault, why] of refused) {
      expect(() => planReal(scenarioOf(fault), {}, 1)).toThrow(why);
    }
  });
});

describe("every scenario", () => {
  /** As they stand in docs/CHAOS.md. */
  const rows = scenarios.map((scenario) => {
    if (scenario.generator !== undefined) {
      return `| \`${scenario.name}\` | by seed | what a seed draws is refused by name where a real cluster cannot have it |`;
    }
    try {
      const { own } = planReal(scenario, {}, 1);
      return `| \`${scenario.name}\` | runs | ${own.map((one) => `\`${one}\``).join(", ")} |`;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return `| \`${scenario.name}\` | refused | ${why.replace(/\. A running cluster takes.*/, "")} |`;
    }
  });

  it("either runs on real processes or says why not, as docs/CHAOS.md tells", () => {
    const page = readFileSync(fileURLToPath(new URL("../docs/CHAOS.md", import.meta.url)), "utf8");
    const told = page
      .split("\n")
      .filter((line) => /^\| `[a-z-]+` \| (runs|refused|by seed) \|/.test(line));
    expect(told).toEqual(rows);
  });
});
