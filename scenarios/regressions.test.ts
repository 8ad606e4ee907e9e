/**
 * Seeds that once failed, each with what it showed. A seed stays here after the mend; the digest may change, the verdict not.
 */
import { describe, expect, it } from "vitest";
import { must } from "../engine/assert.ts";
import type { CheckResult } from "../sim/run.ts";
import type { Parameters } from "../sim/scenario.ts";
import { runScenario } from "../sim/world.ts";
import { drawScenario } from "../sim/swarm/swarm.ts";
import type { TraceEvent } from "../sim/trace/vocabulary.ts";
import { scenarios } from "./registry.ts";
import { swarm } from "./swarm.ts";

function isBad({ verdict }: CheckResult): boolean {
  return verdict !== "ok" && verdict !== "expected violation";
}

function badChecksOf(name: string, seed: number, overrides: Parameters = {}): readonly string[] {
  const scenario = must(
    scenarios.find((one) => one.name === name),
    `scenario ${name}`,
  );
  const { run } = runScenario(scenario, overrides, seed, { full: false });
  expect(run.operations.acknowledged).toBeGreaterThan(1000);
  return run.checks.filter(isBad).map((check) => `${check.name}: ${check.sentence}`);
}

describe("seeds that once failed", () => {
  it("planned-failover 2: a log leader took one more entry after telling its successor to stand, and nobody voted", () => {
    expect(badChecksOf("planned-failover", 2)).toEqual([]);
  });

  it("dirty-demotion 25: two answers to DEL overtook each other, and the zero-loss check cried wolf", () => {
    expect(badChecksOf("dirty-demotion", 25)).toEqual([]);
  });

  it("flapping-network 140: a key lived through the millisecond of its deadline, and the checker did not allow it", () => {
    expect(badChecksOf("flapping-network", 140)).toEqual([]);
  });

  it("baseline 11: a primary asked once for a near log leader, was refused, and waited ten seconds to ask again", () => {
    expect(badChecksOf("baseline", 11)).toEqual([]);
  });

  it("primary-cut-from-clients 3: the ECHO behind a refused request was taken for a later request's reply", () => {
    expect(badChecksOf("primary-cut-from-clients", 3)).toEqual([]);
  });
});

describe("values that are far longer than what is on the way to the log at once", () => {
  it("baseline 1: while one of them was on its way it was sent again and again, and each time took longer for it", () => {
    const scenario = must(
      scenarios.find((one) => one.name === "baseline"),
      "baseline",
    );
    const long = {
      valueBytes: 60_000,
      entryBytes: 4096,
      messageBytes: 1024,
      inFlightBytes: 16_384,
      opsPerSecond: 3,
      clients: 2,
      horizonMs: 4000,
      keys: 3,
    };
    const { run } = runScenario(scenario, long, 1, { full: false });
    expect(run.operations.acknowledged).toBe(38);
    // Latencies are promised of short values.
    const bad = run.checks.filter(({ verdict }) => verdict !== "ok").map(({ name }) => name);
    expect(bad).toEqual(["writeLatency (all)"]);
    // The candidate of the start still looks for the log's leader.
    const retries = run.trace.filter(
      (event) => event.kind === "append.retried" && event.position > 1,
    );
    expect(retries).toEqual([]);
  });
});

describe("seeds of the swarm that once failed when records shared entries", () => {
  const badChecksIn = (seed: number, budget: string): readonly string[] => {
    const overrides = { types: "strings", sharedEntries: 1, budget };
    const { run } = runScenario(drawScenario(swarm, overrides, seed), overrides, seed, {
      full: false,
    });
    expect(run.operations.acknowledged).toBeGreaterThan(50);
    return run.checks.filter(isBad).map((check) => `${check.name}: ${check.sentence}`);
  };

  it("403 and 515: a full window did not count the header of the entry that was still gathering; a DBSIZE between two records of an entry fitted no position", () => {
    expect([403, 515].flatMap((seed) => badChecksIn(seed, "within"))).toEqual([]);
  });

  it("190: a key that an entry set, flushed and set again was absent between two of its records", () => {
    const { run } = runScenario(drawScenario(swarm, {}, 190), {}, 190, { full: false });
    expect(run.checks.filter(isBad).map(({ name }) => name)).toEqual([]);
    expect(run.operations.acknowledged).toBeGreaterThan(100);
  });

  it("896: a log node forgot the term in which it had stood, since an older batch was damaged, and voted in it again", () => {
    const { run } = runScenario(drawScenario(swarm, {}, 896), {}, 896, { full: false });
    expect(run.checks.filter(isBad).map(({ name }) => name)).toEqual([]);
    expect(run.operations.acknowledged).toBeGreaterThan(100);
  });

  it("11456: a primary that had begun to hand over to a silent log told its readers nothing when its lease ended and another led", () => {
    const { run } = runScenario(drawScenario(swarm, {}, 11456), {}, 11456, { full: false });
    expect(run.checks.filter(isBad).map(({ name }) => name)).toEqual([]);
    expect(run.operations.acknowledged).toBeGreaterThan(50);
  });

  it("11672: a BLMPOP that had waited was served from the key that became ready, which the specification did not allow", () => {
    const { run } = runScenario(drawScenario(swarm, {}, 11672), {}, 11672, { full: false });
    expect(run.checks.filter(isBad).map(({ name }) => name)).toEqual([]);
    expect(run.operations.acknowledged).toBeGreaterThan(50);
  });

  it("12914 and 13474: of twenty changes that timed out few took effect, and the search tried every set of them until it was given up", () => {
    for (const seed of [12914, 13474]) {
      const { run } = runScenario(drawScenario(swarm, {}, seed), {}, seed, { full: false });
      expect(run.checks.filter(isBad).map(({ name }) => name)).toEqual([]);
      expect(run.operations.acknowledged).toBeGreaterThan(100);
    }
  });

  it("30470: an XREAD that had waited was told no entry, since the XADD that served it trimmed its own, which the specification did not allow", () => {
    const { run } = runScenario(drawScenario(swarm, {}, 30470), {}, 30470, { full: false });
    expect(run.checks.filter(isBad).map(({ name }) => name)).toEqual([]);
    expect(run.operations.acknowledged).toBeGreaterThan(50);
  });

  it("11278 with clocks beyond the bound: an old answer was taken for proof of a DEL that had timed out, and a COPY that was rightly refused for impossible", () => {
    const overrides = { budget: "assumption-broken" };
    const { run } = runScenario(drawScenario(swarm, overrides, 11278), overrides, 11278, {
      full: false,
    });
    expect(run.checks.filter(isBad).map(({ name }) => name)).toEqual([]);
    expect(run.checks.find(({ name }) => name === "linearizability")?.verdict).toBe(
      "expected violation",
    );
    expect(run.operations.acknowledged).toBeGreaterThan(100);
  });

  it("13 and 28 with maxmemory: the record of keys that went filled the log, and the write for which they went ran all the same", () => {
    for (const seed of [13, 28]) {
      const overrides = { types: "evicted" };
      const { run } = runScenario(drawScenario(swarm, overrides, seed), overrides, seed, {
        full: false,
      });
      expect(run.checks.filter(isBad).map(({ name }) => name)).toEqual([]);
      expect(run.operations.acknowledged).toBeGreaterThan(50);
    }
  });

  it("16 and 180, over the budget: the same", () => {
    expect([16, 180].flatMap((seed) => badChecksIn(seed, "over"))).toEqual([]);
  });
});

describe("where the log is led from", () => {
  const eventsOf = (logLeader: string): readonly TraceEvent[] => {
    const scenario = must(
      scenarios.find((one) => one.name === "planned-failover"),
      "planned-failover",
    );
    return runScenario(scenario, { logLeader }, 1, { full: false }).run.trace;
  };
  const isMove = ({ kind }: TraceEvent): boolean => kind === "log.transfer";

  it("a new primary draws the leader of its log near, a second behind its first writes, unless told to leave it anywhere", () => {
    const events = eventsOf("near");
    const moves = events.filter(isMove);
    expect(moves.length).toBeGreaterThanOrEqual(2);
    const elected = events.filter(({ kind }) => kind === "role.primary").slice(1);
    expect(elected.length).toBe(3);
    for (const { timeUs } of elected) {
      const early = moves.filter((move) => move.timeUs > timeUs && move.timeUs < timeUs + 1e6);
      expect(early).toEqual([]);
    }
    expect(eventsOf("anywhere").filter(isMove)).toEqual([]);
  });
});
