import { defineScenario, runSystem, type FaultSpec, type SystemRun } from "azimuth/kernel";
import { describe, expect, it } from "vitest";
import type { RegisterBug } from "./register.ts";
import { registerSystem, type Request, type Value } from "./registerSystem.ts";

const storm: readonly FaultSpec[] = [
  { kind: "cut", atMs: 200, from: "writer", to: "machines", forMs: 400 },
  { kind: "machineCrash", atMs: 300, target: "writer", forMs: 200 },
  { kind: "loss", atMs: 500, from: "machines", to: "machines", ratio: 0.2, forMs: 400 },
  { kind: "reorder", atMs: 700, from: "machines", to: "machines", ratio: 0.3, forMs: 800 },
  { kind: "zoneOutage", atMs: 1200, target: "zone:a", forMs: 300 },
  { kind: "crashAll", atMs: 1600, forMs: 100 },
];

function run(bug: RegisterBug, seed: number, nemesis = storm): SystemRun<Request, Value> {
  const scenario = defineScenario({
    name: "register",
    story: "A replicated register under faults answers as one register would.",
    budget: "within",
    parameters: { clients: 6, opsPerSecond: 300, keys: 3, horizonMs: 2000, clientTimeoutMs: 300 },
    nemesis,
    expect: [],
  });
  return runSystem(() => registerSystem(bug), scenario, seed);
}

/** The first seed whose run fails; the signature of its failure. */
function firstFailure(bug: RegisterBug, seeds: number): string {
  for (let seed = 1; seed <= seeds; seed++) {
    const { signature } = run(bug, seed);
    if (signature !== "") return signature;
  }
  return "";
}

describe("a replicated register in the simulated world", () => {
  it("answers as one register would, whatever breaks", () => {
    for (let seed = 1; seed <= 5; seed++) {
      const { checks, faults } = run("", seed);
      expect(checks.map(({ verdict }) => verdict)).toEqual(["ok"]);
      expect(faults.every(({ mattered }) => mattered)).toBe(true);
    }
  });

  for (const bug of ["smallQuorum", "noWriteBack", "earlyAck"] as const) {
    it(`is caught when it has the bug ${bug}`, () => {
      expect(firstFailure(bug, 40)).toBe("linearizability: impossible answer to a read");
    });
  }

  it("runs the same way twice from one seed, and another way from another", () => {
    expect(run("", 3).digest).toBe(run("", 3).digest);
    expect(run("", 3).digest).not.toBe(run("", 4).digest);
  });

  it("is told in words which fault it cannot have, and which targets it has", () => {
    expect(() => run("", 1, [{ kind: "plannedFailover", atMs: 1 }])).toThrow(
      "fault plannedFailover speaks Azimuth's own protocol: no other system has it",
    );
    expect(() => run("", 1, [{ kind: "machineCrash", atMs: 1 }])).toThrow(
      'fault machineCrash: target "primary" is unknown: expected one of everything, machines, clients, writer, zone:a',
    );
  });

  it("is stuck, and said to be, when its machines never answer again", () => {
    const scenario = { name: "mute", story: "Nobody answers.", budget: "within" as const };
    const mute = { step: () => {} };
    const { verdict, signature } = runSystem(
      () => ({ ...registerSystem(""), boot: () => mute }),
      { ...scenario, parameters: { horizonMs: 100 }, nemesis: [], expect: [] },
      1,
    );
    expect(verdict).toBe("stuck");
    expect(signature).toBe("liveness: no fresh answers after all faults had ended");
  });
});
