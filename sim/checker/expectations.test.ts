import { describe, expect, it } from "vitest";
import { createFaultCounter } from "../place.ts";
import type { CheckResult } from "../run.ts";
import type { Expectation, ParameterValue } from "../scenario.ts";
import type { EventKind, TraceEvent } from "../trace/vocabulary.ts";
import { expectationKinds, judgeExpectations, planExpectations } from "./expectations.ts";
import type { ExpectationFacts } from "./expectations/expectation.ts";
import { operationOf } from "./testOperations.ts";

const SECOND = 1_000_000;

const facts: ExpectationFacts = {
  parameters: { leaseMs: 2000, limitMs: 300 },
  unavailability: [],
  failovers: [],
  latencies: [],
  faults: [],
  trace: [],
  history: [],
  operations: {
    offered: 10,
    acknowledged: 10,
    failed: 0,
    unknown: 0,
    lost: 0,
    offeredOutsideWindows: 10,
    acknowledgedOutsideWindows: 10,
  },
  loadedUs: SECOND,
  simulatedUs: 60 * SECOND,
  staleReads: 0,
  leaseOverlaps: 0,
};

function event(atS: number, kind: EventKind, node: string): TraceEvent {
  return { timeUs: atS * SECOND, node, kind, shard: 0, position: -1, value: -1, text: "" };
}

function judge(
  check: string,
  fields: Readonly<Record<string, ParameterValue>>,
  changes: Partial<ExpectationFacts>,
): CheckResult {
  const expectation: Expectation = { check, ...fields };
  const all = { ...facts, ...changes };
  return judgeExpectations(planExpectations([expectation], all.parameters), all)[0]!;
}

function verdict(
  check: string,
  fields: Readonly<Record<string, ParameterValue>>,
  changes: Partial<ExpectationFacts>,
): string {
  return judge(check, fields, changes).verdict;
}

describe("reading expectations", () => {
  const plan = (expectation: Expectation) => () =>
    planExpectations([expectation], facts.parameters);

  it("names the nearest check for a mistyped one", () => {
    expect(plan({ check: "electons" })).toThrow(
      'unknown check "electons" in expect; did you mean "elections"?',
    );
  });

  it("refuses unknown fields, missing fields and unknown parameters", () => {
    expect(plan({ check: "elections", most: 1 })).toThrow('no field "most": it has min, max');
    expect(plan({ check: "faultHadEffect", max: 1 })).toThrow("it has none");
    expect(plan({ check: "plannedFailover" })).toThrow('needs the field "maxMs"');
    expect(plan({ check: "plannedFailover", maxMs: "$nobody" })).toThrow(
      'unknown parameter "nobody"',
    );
  });

  it("puts parameters in their place", () => {
    const planned = planExpectations(
      [{ check: "plannedFailover", maxMs: "$limitMs" }],
      facts.parameters,
    );
    expect(planned[0]?.fields).toEqual({ maxMs: 300 });
  });

  it("knows every kind by one name and explains it", () => {
    const names = expectationKinds.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(expectationKinds.every(({ help }) => help.endsWith("."))).toBe(true);
  });
});

describe("judging expectations", () => {
  it("measures unavailability by its longest window", () => {
    const window = { shard: 0, access: "write", fromUs: 0, untilUs: 3 * SECOND } as const;
    const changes = { unavailability: [window] };
    expect(verdict("unavailability", { access: "write", maxMs: 3000 }, changes)).toBe("ok");
    expect(verdict("unavailability", { access: "read", maxMs: 0 }, changes)).toBe("ok");
    const result = judge("unavailability", { access: "write", maxMs: 2000 }, changes);
    expect(result.verdict).toBe("missed");
    expect(result.sentence).toBe(
      "the longest time without an answer to waiting writes was 3000 ms (at most 2000 ms allowed)",
    );
  });

  it("measures failovers by kind, and fails when none was measured", () => {
    const failover = {
      shard: 0,
      cause: "x",
      planned: true,
      faultUs: SECOND,
      firstAckUs: SECOND + 150_000,
      from: "a",
      to: "b",
    };
    expect(verdict("plannedFailover", { maxMs: 200 }, { failovers: [failover] })).toBe("ok");
    expect(verdict("plannedFailover", { maxMs: 100 }, { failovers: [failover] })).toBe("missed");
    expect(verdict("unplannedFailover", { maxMs: 100 }, { failovers: [failover] })).toBe(
      "nothing examined",
    );
    const crash = { failovers: [{ ...failover, planned: false }] };
    expect(verdict("unplannedFailover", { maxMs: 200 }, crash)).toBe("ok");
    expect(verdict("unplannedFailover", { maxMs: 100 }, crash)).toBe("missed");
    const never = { ...failover, firstAckUs: -1 };
    expect(judge("plannedFailover", { maxMs: 200 }, { failovers: [never] }).sentence).toContain(
      "for ever",
    );
  });

  it("measures latencies of a phase", () => {
    const summary = {
      phase: "fault",
      access: "write",
      count: 9,
      p50Us: 2500,
      p99Us: 7000,
      p999Us: 8000,
      maxUs: 9000,
    } as const;
    const changes = { latencies: [summary] };
    expect(verdict("writeLatency", { phase: "fault", p50Ms: 3, p99Ms: 8 }, changes)).toBe("ok");
    expect(verdict("writeLatency", { phase: "fault", p50Ms: 2 }, changes)).toBe("missed");
    expect(verdict("writeLatency", { p50Ms: 3 }, changes)).toBe("nothing examined");
    expect(verdict("readLatency", { phase: "fault", p99Ms: 8 }, changes)).toBe("nothing examined");
    const reads = { latencies: [{ ...summary, access: "read" as const }] };
    expect(verdict("readLatency", { phase: "fault", p50Ms: 3, p99Ms: 8 }, reads)).toBe("ok");
    expect(verdict("readLatency", { phase: "fault", p50Ms: 2 }, reads)).toBe("missed");
  });

  it("leaves reads of keys with a write under way out of cleanReads", () => {
    const history = [
      operationOf({ f: "set", key: "x", value: "a" }, null, 0, 9000),
      operationOf({ f: "get", key: "x" }, "a", 100, 9100),
      operationOf({ f: "get", key: "y" }, null, 200, 1200),
    ];
    const result = judge("cleanReads", { p99Ms: 2 }, { history });
    expect(result).toMatchObject({ verdict: "ok", examined: 1 });
    expect(verdict("cleanReads", { p99Ms: 0.5 }, { history })).toBe("missed");
  });

  it("counts elections after the load began", () => {
    const trace = [event(0, "role.primary", "a"), event(9, "role.primary", "b")];
    expect(verdict("elections", { min: 1, max: 1 }, { trace })).toBe("ok");
    expect(verdict("elections", { max: 0 }, { trace })).toBe("missed");
    expect(judge("elections", { min: 2 }, { trace }).sentence).toContain("1 database elections");
    expect(verdict("logElections", { max: 0 }, { trace })).toBe("ok");
    const led = [...trace, event(10, "log.leader", "log-a")];
    expect(verdict("logElections", { max: 0 }, { trace: led })).toBe("missed");
    expect(verdict("traceHas", { event: "role.primary" }, { trace })).toBe("ok");
    expect(verdict("traceHas", { event: "append.conflict" }, { trace })).toBe("nothing examined");
  });

  it("counts demotions, but no hand-over and no crash", () => {
    const primary = event(0, "role.primary", "a");
    const fenced = [primary, event(9, "node.recovering", "a")];
    expect(verdict("demotions", { max: 0 }, { trace: fenced })).toBe("missed");
    const handed = [primary, event(8, "role.released", "a"), event(9, "role.replica", "a")];
    expect(verdict("demotions", { max: 0 }, { trace: handed })).toBe("ok");
    const crashed = [primary, event(8, "machine.crashed", "a"), event(9, "node.recovering", "a")];
    expect(verdict("demotions", { max: 0 }, { trace: crashed })).toBe("ok");
  });

  it("finds an election within the lease of another node, unless that one released it", () => {
    const trace = [event(5, "lease.renewed", "a"), event(6, "role.primary", "b")];
    const result = judge("electionsNotFasterThanBackoff", {}, { trace });
    expect(result.verdict).toBe("violation");
    expect(result.sentence).toContain(
      "b became primary of shard 0 at 5.000000 s, only 1.000000 s after a",
    );
    const released = [trace[0]!, event(5.5, "role.released", "a"), trace[1]!];
    expect(verdict("electionsNotFasterThanBackoff", {}, { trace: released })).toBe("ok");
  });

  it("wants replica reads while no writes are answered", () => {
    const window = { shard: 0, access: "write", fromUs: 100, untilUs: 200 } as const;
    const read = { ...operationOf({ f: "get", key: "x" }, null, 140, 150), readonlyReplica: true };
    const changes = { unavailability: [window], history: [read] };
    expect(verdict("replicaReadsDuringFailover", { min: 1 }, changes)).toBe("ok");
    expect(verdict("replicaReadsDuringFailover", { min: 2 }, changes)).toBe("missed");
  });

  it("finds a write acknowledged while no majority was up", () => {
    const fault = {
      kind: "zoneOutage",
      text: "zones a and b dark",
      targets: [],
      fromUs: 0,
      untilUs: 9 * SECOND,
      effects: { ...createFaultCounter(), messagesCut: 1 },
      operationsOverlapped: 0,
      mattered: true,
      phases: [],
    };
    const write = operationOf({ f: "set", key: "x", value: "a" }, null, 3 * SECOND, 4 * SECOND);
    const changes = { faults: [fault], history: [write] };
    expect(verdict("noWritesDuringFault", {}, changes)).toBe("violation");
    const silent = { ...write, outcome: "unknown" } as const;
    expect(verdict("noWritesDuringFault", {}, { ...changes, history: [silent] })).toBe("ok");
    expect(verdict("faultHadEffect", {}, changes)).toBe("ok");
    const idle = { ...fault, mattered: false };
    expect(judge("faultHadEffect", {}, { faults: [idle] }).sentence).toContain("changed nothing");
    expect(verdict("faultHadEffect", {}, { faults: [] })).toBe("nothing examined");
  });

  it("wants broken assumptions to show", () => {
    const history = [operationOf({ f: "get", key: "x" }, null, 1, 2)];
    expect(verdict("staleReads", { min: 1 }, { history })).toBe("nothing examined");
    expect(verdict("staleReads", { min: 1 }, { history, staleReads: 2 })).toBe("ok");
    expect(verdict("leaseOverlap", { min: 1 }, { history })).toBe("nothing examined");
    expect(verdict("leaseOverlap", { min: 1 }, { history, leaseOverlaps: 1 })).toBe("ok");
  });
});
