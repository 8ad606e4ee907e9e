import { describe, expect, it } from "vitest";
import { must } from "../../engine/assert.ts";
import { effectsOf } from "../place.ts";
import { quietObserver } from "../quietObserver.ts";
import type { FaultRecord, Run } from "../run.ts";
import { commonParameters, defineScenario, type FaultSpec } from "../scenario.ts";
import { runScenario } from "../world.ts";
import { faultKinds, planFault } from "./registry.ts";

function runWith(nemesis: readonly FaultSpec[], seed = 1): Run {
  const scenario = defineScenario({
    name: "test",
    story: "one fault",
    budget: "within",
    parameters: { horizonMs: 2500, faultAtMs: 500, faultForMs: 1200, clients: 4 },
    nemesis,
    expect: [],
  });
  return runScenario(scenario, {}, seed, { full: false, observer: quietObserver() }).run;
}

function faultOf(spec: Omit<FaultSpec, "atMs">): FaultRecord {
  const run = runWith([{ ...spec, kind: String(spec["kind"]), atMs: "$faultAtMs" }]);
  return must(run.faults[0], "its record");
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
  partition: { shape: "isolate", target: "log", forMs: 300 },
  randomClog: { everyMs: 5, clogMs: 20 },
  clockSlew: { periodMs: 100 },
  machineSuspend: { forMs: 300 },
  diskStall: { forMs: 100 },
  diskLostWrite: { forMs: 300 },
  hostQuirks: { active: 1 },
};

/** For each kind that finds a target even where every machine is down, fields that name one. */
const idle: Readonly<Record<string, readonly Omit<FaultSpec, "kind" | "atMs">[]>> = {
  zoneOutage: [{ target: "zone:a", forMs: 300 }],
  flap: [{ target: "zone:a" }],
  cut: [{ from: "log", to: "databases" }],
  clog: [{ from: "log", to: "databases" }],
  loss: [{ from: "log", to: "databases", ratio: 1 }],
  duplicate: [{ from: "log", to: "databases", ratio: 1 }],
  reorder: [{ from: "log", to: "databases", ratio: 1 }],
  clockDrift: [{ target: "everything" }],
  clockJump: [{ target: "everything" }],
  clockScatter: [{ target: "everything" }],
  clockSlew: [{ target: "everything" }],
  partition: [{ shape: "isolate" }],
  randomClog: [{}],
  hostQuirks: [{ active: 1 }],
};

describe("faults", () => {
  for (const { kind } of faultKinds) {
    it(`${kind} matters, and counts what it did`, () => {
      const own = { kind, ...telling[kind] };
      const isHint = kind === "delayHints";
      const specs: FaultSpec[] = [{ ...own, atMs: 500 }];
      if (isHint) specs.push({ kind: "plannedFailover", atMs: 600, to: "any" });
      const fault = must(runWith(specs).faults[0], "its record");
      expect(fault.text).not.toContain("nobody held");
      expect(effectsOf(fault.effects) + fault.effects.processesEnded).toBeGreaterThan(0);
      expect(fault.mattered).toBe(true);
    });

    it(`${kind} changes nothing where nobody runs or listens, and is told so`, () => {
      const specs = idle[kind] ?? [{}];
      const dead: FaultSpec[] = [
        { kind: "crashAll", targets: "database", atMs: 100, forMs: 60_000 },
        { kind: "crashAll", targets: "log", atMs: 100, forMs: 60_000 },
        { kind: "machineCrash", target: "monitor", atMs: 100, forMs: 60_000 },
      ];
      const faults = runWith([
        ...dead,
        ...specs.map((fields) => ({ atMs: 600, ...fields, kind })),
      ]).faults.slice(dead.length);
      expect(faults.map((fault) => [fault.mattered, effectsOf(fault.effects)])).toEqual(
        specs.map(() => [false, 0]),
      );
    });
  }

  it("count nothing when they meet nothing", () => {
    // Monitor and clients never speak, and no hint is given without a hand-over.
    const silent = { from: "monitor", to: "clients", forMs: 500 };
    for (const kind of ["cut", "loss", "duplicate", "reorder", "clog"])
      expect(faultOf({ kind, ...silent }).mattered).toBe(false);
    expect(faultOf({ kind: "delayHints" }).mattered).toBe(false);
  });

  it("that never find their target are told with no effects", () => {
    const fault = must(
      runWith([
        { kind: "crashAll", atMs: 100, forMs: 60_000 },
        { kind: "machineCrash", target: "primary", atMs: 500 },
      ]).faults[1],
      "the second fault",
    );
    expect(fault.text).toBe("machineCrash: nobody held the roles it aims at");
    expect(effectsOf(fault.effects) + fault.operationsOverlapped).toBe(0);
    expect(fault.mattered).toBe(false);
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

describe("a fault with a moment to wait for", () => {
  const crash = { kind: "machineCrash", target: "primary", forMs: 300, atMs: 500 };

  it("begins when it has come, not before", () => {
    const handover = { kind: "plannedFailover", atMs: 900, to: "any" };
    const run = runWith([{ ...crash, target: "handingOver", when: "handover" }, handover]);
    const [late] = run.faults;
    expect(must(late, "the crash").fromUs - run.loadedUs).toBeGreaterThanOrEqual(900_000);
    expect(must(late, "the crash").fromUs - run.loadedUs).toBeLessThan(910_000);
  });

  it("dies with appends in flight, every time", () => {
    for (let seed = 1; seed <= 5; seed++) {
      const run = runWith([{ ...crash, when: "appendInFlight" }], seed);
      expect(run.history.some((operation) => operation.outcome === "unknown")).toBe(true);
    }
  });

  it("begins without it after a while", () => {
    const run = runWith([{ ...crash, when: "leaseAboutToEnd", waitMs: 200 }]);
    const fault = must(run.faults[0], "its record");
    expect(fault.fromUs - run.loadedUs).toBe(700_000);
    expect(fault.mattered).toBe(true);
  });

  it("names the moments there are when its own is none of them", () => {
    expect(() => runWith([{ ...crash, when: "tomorrow" }])).toThrow(
      /^fault machineCrash: no moment "tomorrow": expected now, appendInFlight, electing/,
    );
  });
});

describe("faults with targets that last for moments", () => {
  it("hit the node that recovers", () => {
    const run = runWith([
      { kind: "machineCrash", target: "node:db-0-b", atMs: 500, forMs: 200 },
      { kind: "machineCrash", target: "recovering", atMs: 600, forMs: 100, when: "recovering" },
    ]);
    expect(run.faults[1]?.targets).toEqual(["db-0-b"]);
  });
});

describe("a partition", () => {
  const sidesOf = (fields: Omit<FaultSpec, "kind" | "atMs">, seed = 1): string[][] => {
    const run = runWith([{ kind: "partition", atMs: 500, forMs: 100, ...fields }], seed);
    const [, left = "", right = ""] =
      /partition: (.*) (?:→\||\|) (.*)/.exec(run.faults[0]?.text ?? "") ?? [];
    return [left.split(" "), right.split(" ")];
  };

  it("of halves has as many on either side", () => {
    const [left = [], right = []] = sidesOf({ shape: "halves" });
    expect([left.length, right.length]).toEqual([3, 4]);
    expect(new Set([...left, ...right]).size).toBe(7);
  });

  it("isolates one machine, or one zone", () => {
    expect(sidesOf({ shape: "isolate", target: "log" }).map((side) => side.length)).toEqual([1, 2]);
    const [zone = []] = sidesOf({ shape: "zone", target: "databases" });
    expect(zone.length).toBe(1);
  });

  it("with a bridge has one machine on both sides", () => {
    const [left = [], right = []] = sidesOf({ shape: "bridge" });
    expect(left.filter((name) => right.includes(name)).length).toBe(1);
  });

  it("divides otherwise with another seed", () => {
    const drawn = new Set(Array.from({ length: 6 }, (_, seed) => sidesOf({}, seed).join(" | ")));
    expect(drawn.size).toBeGreaterThan(3);
  });

  it("of the clients from the primary's side stops service, and it returns", () => {
    const run = runWith([
      {
        kind: "partition",
        target: "replicas",
        shape: "subsets",
        clients: "first",
        atMs: 500,
        forMs: 400,
      },
    ]);
    expect(run.faults[0]?.mattered).toBe(true);
    expect(run.verdict).not.toBe("stuck");
  });
});

describe("faults on connections", () => {
  it("of kind tearStreams break in the middle of a message, and outcomes are unknown, never wrong", () => {
    const run = runWith([{ kind: "tearStreams", target: "primary", atMs: 500 }]);
    const fault = must(run.faults[0], "its record");
    expect(fault.effects.connectionsBroken).toBeGreaterThan(0);
    expect(fault.effects.messagesCut).toBe(fault.effects.connectionsBroken);
    expect(run.history.some((operation) => operation.outcome === "unknown")).toBe(true);
  });

  for (const believer of ["machine", "others"]) {
    it(`of kind halfOpen in which ${believer} believes heal when they are used`, () => {
      const run = runWith([{ kind: "halfOpen", target: "primary", believer, atMs: 500 }]);
      const fault = must(run.faults[0], "its record");
      expect(fault.effects.connectionsBroken).toBeGreaterThan(4);
      expect(fault.effects.messagesCut).toBeGreaterThan(0);
      const after = run.history.filter(
        ({ invokedUs, outcome }) => invokedUs > run.loadedUs + 1_500_000 && outcome === "ok",
      );
      expect(after.length).toBeGreaterThan(50);
    });
  }
});

describe("faults on disks", () => {
  const eventsOf = (spec: Omit<FaultSpec, "atMs">): readonly string[] => {
    const run = runWith([
      { ...spec, kind: String(spec["kind"]), target: "logFollower", atMs: 500 },
    ]);
    return run.trace
      .filter((event) => event.node.startsWith("log"))
      .map(({ kind, text }) => `${kind} ${text}`.trim());
  };

  it("of kind diskWriteFail end the process, as an error on sync does", () => {
    const events = eventsOf({ kind: "diskWriteFail" });
    expect(events).toContain("disk.failed");
    expect(events).toContain("machine.crashed a sync failed");
  });

  it("of kind diskSwap are refused by the disk's identity until the own disk is back", () => {
    const events = eventsOf({ kind: "diskSwap", forMs: 900 });
    expect(
      events.filter((event) => /crashed the disk belongs to log-[abc] of/.test(event)).length,
    ).toBeGreaterThan(0);
    expect(events).not.toContain("log.formatted");
    expect(events.at(-1)).not.toMatch(/crashed/);
  });

  it("of kind diskSwap give no disk that is blank: the own one would be fenced when it is put back", () => {
    const target = "node:log-a";
    const run = runWith([
      { kind: "blankRestart", target: "node:log-b", atMs: 400, forMs: 1500 },
      { kind: "diskSwap", target, atMs: 500, forMs: 900 },
    ]);
    expect(run.faults[1]?.text).toBe("log-a crashed and starts with the disk of log-c");
    const formatted = run.trace.filter((event) => event.kind === "log.formatted");
    expect(formatted.map((event) => event.node)).toEqual(["log-b"]);
  });

  it("of kind diskSwap give no disk that is another's already: it might be an old copy of the taker's own", () => {
    const run = runWith([
      { kind: "diskSwap", target: "node:log-b", atMs: 400, forMs: 1500 },
      { kind: "diskSwap", target: "node:log-a", atMs: 800, forMs: 600 },
    ]);
    expect(run.faults.map(({ text }) => text)).toEqual([
      "log-b crashed and starts with the disk of log-a",
      "log-a crashed and starts with the disk of log-c",
    ]);
  });

  it("of kind blankRestart have the disk formatted anew and repaired", () => {
    const events = eventsOf({ kind: "blankRestart", forMs: 100 });
    expect(events).toContain("log.blank");
    expect(events).toContain("log.formatted");
    expect(events).toContain("log.repaired");
  });

  it("of kind diskLostWrite are found as damage below the end, and repaired", () => {
    const events = eventsOf({ kind: "diskLostWrite", forMs: 300 });
    expect(events).toContain("log.damaged wal-1");
    expect(events).toContain("log.repaired");
  });

  it("of kind diskReadFail and diskReadRot are repaired from the peers", () => {
    // The first read is that of the format marker: an error there may pass, and the next process reads again.
    const failed = eventsOf({ kind: "diskReadFail", reads: 2 });
    expect(failed).toContain("machine.crashed the disk's format marker cannot be read");
    expect(failed).toContain("log.started");
    expect(eventsOf({ kind: "diskReadRot", reads: 2 })).toContain("log.repaired");
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
      /^fault cut has no field "ratio": it has atMs, .*when.*, from, to, oneWay, shard, forMs$/,
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
