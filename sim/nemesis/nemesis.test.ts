import { describe, expect, it } from "vitest";
import { quietObserver } from "../quietObserver.ts";
import type { FaultRecord, Run } from "../run.ts";
import { commonParameters, defineScenario, type FaultSpec } from "../scenario.ts";
import { runScenario } from "../world.ts";
import { faultKinds, planFault } from "./registry.ts";

function runWith(nemesis: readonly FaultSpec[]): Run {
  const scenario = defineScenario({
    name: "test",
    story: "one fault",
    budget: "within",
    parameters: { horizonMs: 2500, faultAtMs: 500, faultForMs: 1200, clients: 4 },
    nemesis,
    expect: [],
  });
  return runScenario(scenario, {}, 1, { full: false, observer: quietObserver() }).run;
}

function faultOf(spec: Omit<FaultSpec, "atMs">): FaultRecord {
  const run = runWith([{ ...spec, kind: String(spec["kind"]), atMs: "$faultAtMs" }]);
  return run.faults[0] as FaultRecord;
}

/** For each kind, fields that make it matter within the test's short run. */
const telling: Readonly<Record<string, Omit<FaultSpec, "kind" | "atMs">>> = {
  delayHints: { byMs: 300 },
  cut: { from: "primary", to: "log" },
  clog: { from: "primary", to: "log", forMs: 300 },
  loss: { from: "databases", to: "log", ratio: 0.2 },
  duplicate: { from: "databases", to: "log", ratio: 0.2 },
  reorder: { from: "databases", to: "log", ratio: 0.2 },
  flap: { periodMs: 100 },
  machineCrash: { forMs: 300 },
  crashAll: { forMs: 300 },
  rollingRestart: { everyMs: 300, targets: "log" },
  slowCpu: { factor: 3 },
};

describe("faults", () => {
  for (const { kind } of faultKinds) {
    it(`${kind} counts what it did`, () => {
      const own = { kind, ...telling[kind] };
      const isHint = kind === "delayHints";
      const specs: FaultSpec[] = [{ ...own, atMs: 500 }];
      if (isHint) specs.push({ kind: "plannedFailover", atMs: 600, to: "any" });
      const fault = runWith(specs).faults[0] as FaultRecord;
      expect(fault.text).not.toContain("nobody held");
      // A clock that runs wrong touches no message and no disk: what it overlapped is all that can be said.
      const { messagesCut, diskResultsChanged, operationsOverlapped } = fault;
      const effects = messagesCut + diskResultsChanged;
      expect(kind.startsWith("clock") ? operationsOverlapped : effects).toBeGreaterThan(0);
    });
  }

  it("count nothing when they meet nothing", () => {
    // Monitor and clients never speak, and no hint is given without a hand-over.
    const silent = { from: "monitor", to: "clients", forMs: 500 };
    for (const kind of ["cut", "loss", "duplicate", "reorder", "clog"])
      expect(faultOf({ kind, ...silent }).messagesCut).toBe(0);
    expect(faultOf({ kind: "delayHints" }).messagesCut).toBe(0);
  });

  it("that never find their target are told with no effects", () => {
    const fault = runWith([
      { kind: "crashAll", atMs: 100, forMs: 60_000 },
      { kind: "machineCrash", target: "primary", atMs: 500 },
    ]).faults[1] as FaultRecord;
    expect(fault.text).toBe("machineCrash: nobody held the roles it aims at");
    expect(fault.messagesCut + fault.diskResultsChanged + fault.operationsOverlapped).toBe(0);
  });

  it("name the machines that their roles resolved to", () => {
    const run = runWith([{ kind: "machineCrash", target: "primary", atMs: 500, forMs: 300 }]);
    const primary = run.roles.find((role) => role.role === "primary")?.node ?? "";
    expect(run.faults[0]?.text).toBe(`${primary} crashed (held the primary of shard 0)`);
    expect(run.faults[0]?.targets).toEqual([primary]);
    expect(run.failovers.map((failover) => failover.from)).toEqual([primary]);
  });

  it("of kind zoneOutage with target both take the primary and the log's leader at once", () => {
    const run = runWith([{ kind: "zoneOutage", target: "both", atMs: 1500, forMs: 1200 }]);
    expect(run.faults[0]?.text).toMatch(
      /^zone [abc] dark \(held the primary of shard 0 and the log's leader of shard 0\)$/,
    );
  });
});

describe("reading of faults", () => {
  const plan = (spec: FaultSpec): unknown => planFault(spec, { ...commonParameters, ratio: 0.2 });

  it("resolves parameters, negative ones too", () => {
    const planned = planFault(
      { kind: "clockDrift", atMs: "$faultAtMs", ratio: "-$ratio" },
      { ...commonParameters, ratio: 0.2 },
    );
    expect(planned.atUs).toBe(15_000_000);
    expect(planned.fields["ratio"]).toBe(-0.2);
    expect(planned.fields["forMs"]).toBe(20_000);
  });

  it("names what is wrong", () => {
    expect(() => plan({ kind: "cutt", atMs: 1 })).toThrow(
      /unknown fault "cutt": expected one of .*cut/,
    );
    expect(() => plan({ kind: "cut", atMs: 1, ratio: 1 })).toThrow(
      'fault cut has no field "ratio": it has atMs, probe, from, to, oneWay, shard, forMs',
    );
    expect(() => plan({ kind: "cut", atMs: "$nowhere" })).toThrow(
      'fault cut: atMs names the unknown parameter "nowhere"',
    );
    expect(() => plan({ kind: "loss", atMs: 1, ratio: "much" })).toThrow(
      'fault loss: ratio must be a number, got "much"',
    );
    expect(() => plan({ kind: "cut" } as unknown as FaultSpec)).toThrow(
      'fault cut needs the field "atMs"',
    );
  });
});
