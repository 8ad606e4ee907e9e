import { describe, expect, it } from "vitest";
import { scenarios } from "../../scenarios/registry.ts";
import type { ParameterValue } from "../scenario.ts";
import type { Run } from "../run.ts";
import { drawScenario } from "../swarm/swarm.ts";
import { runScenario } from "../world.ts";
import { compare } from "./compare.ts";
import { LiveRun } from "./liveRun.ts";
import type { RunSpec } from "./runSpec.ts";

const short = { horizonMs: 6000, faultAtMs: 2000, faultForMs: 2500, leaseMs: 1000 };

function specOf(
  scenario: string,
  overrides: Readonly<Record<string, ParameterValue>> = short,
  edits: RunSpec["edits"] = [],
): RunSpec {
  return { scenario, seed: 1, overrides, edits };
}

function finish(live: LiveRun, sliceEvents: number = 700): Run {
  for (;;) {
    const run = live.advance(Infinity, sliceEvents);
    if (run !== undefined) return run;
  }
}

function plainRun(spec: RunSpec): Run {
  const scenario = scenarios.find(({ name }) => name === spec.scenario);
  if (scenario === undefined) throw new Error(`no scenario ${spec.scenario}`);
  const drawn = drawScenario(scenario, spec.overrides, spec.seed);
  return runScenario(drawn, spec.overrides, spec.seed, { full: false }).run;
}

describe("a run in pieces", () => {
  it.each(["az-outage", "planned-failover", "swarm"])(
    "%s is the run in one piece, filmed or not",
    (name) => {
      const spec = specOf(name, name === "swarm" ? {} : short);
      const run = finish(new LiveRun(spec, scenarios), 313);
      const plain = plainRun(spec);
      expect(run.digest).toBe(plain.digest);
      expect(run.checkpoints).toEqual(plain.checkpoints);
      expect(run.checks).toEqual(plain.checks);
    },
  );

  it("stops by the virtual clock too, and tells what it knows so far", () => {
    const live = new LiveRun(specOf("az-outage"), scenarios);
    expect(live.advance(6_000_000, Infinity)).toBeUndefined();
    expect(live.nowUs).toBe(6_000_000);
    const outline = live.outline();
    expect(outline.simulatedUs).toBe(6_000_000);
    expect(outline.faults.map(({ kind, id, untilUs }) => [kind, id, untilUs])).toEqual([
      ["zoneOutage", "0-zoneOutage", 6_000_000],
    ]);
    expect(
      outline.roles.some(({ role, untilUs }) => role === "down" && untilUs === 6_000_000),
    ).toBe(true);
  });

  it("ends where it is told to, without a judgement of liveness", () => {
    const live = new LiveRun(specOf("az-outage"), scenarios);
    live.advance(6_000_000, Infinity);
    live.giveUp();
    const run = finish(live);
    expect(run.simulatedUs).toBe(6_000_000);
    expect(run.checks.some(({ name }) => name === "liveness")).toBe(false);
  });
});

describe("looking at an instant", () => {
  const live = new LiveRun(specOf("az-outage"), scenarios);
  const run = finish(live);

  it("shows what was true then, whatever was looked at before", () => {
    const times = [run.simulatedUs, 1_000_000, 3_700_000, 5_200_000, 3_700_000, 0];
    const first = times.map((atUs) => live.stateAt(atUs));
    while (live.prepare(2000));
    const again = times.toReversed().map((atUs) => live.stateAt(atUs));
    expect(again.toReversed()).toEqual(first);
    expect(first[0]?.digest).toBe(run.digest);
    expect(first[2]).toEqual(first[4]);
  });

  it("agrees with the checkpoints of the run", () => {
    for (const { timeUs, digest, events } of run.checkpoints.slice(0, 5)) {
      // A checkpoint stands before the events of its own microsecond.
      const state = live.stateAt(timeUs - 1);
      expect([state.digest, state.events]).toEqual([digest, events]);
    }
  });

  it("shows roles, leases, sessions, keys and the tails of logs", () => {
    const [fault] = run.faults;
    const state = live.stateAt((fault?.fromUs ?? 0) - 1000);
    const primary = state.databases.find(({ role }) => role === "primary");
    expect(primary?.lease.believedUntilUs).toBeGreaterThan(state.atUs);
    expect(
      Math.abs((primary?.lease.trueUntilUs ?? 0) - (primary?.lease.believedUntilUs ?? 0)),
    ).toBeLessThan(5000);
    expect(primary?.sessions.length).toBeGreaterThan(0);
    const log = state.logs[0]?.shards[0];
    expect(log?.tail.at(-1)?.index).toBe(log?.lastIndex);
    expect(log?.tail.some(({ kind, text }) => kind === "effects" && text !== "")).toBe(true);
    const page = live.keysAt(state.atUs, primary?.node ?? "", {
      text: "counters",
      from: 0,
      count: 3,
    });
    expect(page.total).toBe(primary?.keyCount);
    expect(page.keys.map(({ key }) => key)).toEqual(page.keys.map(({ key }) => key).toSorted());
    expect(page.keys).toHaveLength(3);
    const dark = live.stateAt((fault?.fromUs ?? 0) + 1000);
    expect(dark.databases.filter(({ machine }) => machine === "down")).toHaveLength(1);
  });
});

describe("the console", () => {
  const live = new LiveRun(specOf("az-outage"), scenarios);
  const run = finish(live);
  const beforeUs = (run.faults[0]?.fromUs ?? 0) - 1000;
  const primary = live.stateAt(beforeUs).databases.find(({ role }) => role === "primary");
  const node = primary?.node ?? "";
  const replica =
    live.stateAt(beforeUs).databases.find(({ role }) => role === "replica")?.node ?? "";
  const key = live.keysAt(beforeUs, node, { text: "counters", from: 0, count: 1 }).keys[0];

  it("reads what the node holds", () => {
    expect(live.ask(beforeUs, node, `GET ${key?.key}`)).toEqual({
      kind: "reply",
      values: [{ type: "bulk", text: key?.value }],
    });
  });

  it("keeps the session of an instant and node", () => {
    const redirect = live.ask(beforeUs, replica, `GET ${key?.key}`);
    expect(redirect).toMatchObject({ values: [{ type: "error" }] });
    expect(live.ask(beforeUs, replica, "READONLY")).toMatchObject({ values: [{ text: "OK" }] });
    expect(live.ask(beforeUs, replica, `GET ${key?.key}`)).toMatchObject({
      values: [{ type: "bulk" }],
    });
    expect(live.ask(beforeUs, node, "HELLO 3")).toMatchObject({ values: [{ type: "map" }] });
  });

  it("changes nothing: the state and the rest of the run are as before", () => {
    const before = live.stateAt(beforeUs);
    live.ask(beforeUs, node, "CLIENT SETNAME me");
    expect(live.stateAt(beforeUs)).toEqual(before);
    expect(live.stateAt(run.simulatedUs).digest).toBe(run.digest);
  });

  it("asks for a fork where something would change", () => {
    expect(live.ask(beforeUs, node, "SET mine 'a b'")).toEqual({
      kind: "write",
      words: ["SET", "mine", "a b"],
    });
    expect(live.ask(beforeUs, replica, "SET mine 1")).toMatchObject({
      values: [{ type: "error", text: expect.stringMatching(/^MOVED /) as string }],
    });
    expect(live.ask(beforeUs, node, "CLIENT KILL TYPE normal")).toMatchObject({ kind: "write" });
  });

  it("says why nobody answers", () => {
    const afterUs = beforeUs + 2000;
    expect(live.ask(afterUs, node, "PING")).toEqual({
      kind: "silent",
      sentence: `${node} is down at this instant: nothing answers`,
    });
    expect(live.ask(beforeUs, "log-a", "PING")).toMatchObject({ kind: "bad" });
    expect(live.ask(beforeUs, node, "GET 'a")).toEqual({
      kind: "bad",
      sentence: "the quotes do not match",
    });
  });
});

describe("a fork", () => {
  const base = specOf("az-outage");

  it("is the same run up to what was changed", () => {
    const fault = { kind: "machinePause", id: "fork-1", target: "primary", atMs: 1200, forMs: 300 };
    const fork: RunSpec = { ...base, edits: [{ kind: "addFault", fault }] };
    const { firstDifference } = compare(base, fork, scenarios);
    const loadedUs = finish(new LiveRun(base, scenarios)).loadedUs;
    expect(firstDifference?.atUs).toBe(loadedUs + 1_200_000);
    expect(compare(base, base, scenarios).firstDifference).toBeUndefined();
  });

  it("moves and removes faults by their names", () => {
    const change = { kind: "changeFault", id: "0-zoneOutage", fields: { atMs: 3000 } } as const;
    const moved = finish(new LiveRun({ ...base, edits: [change] }, scenarios));
    expect(moved.faults[0]?.fromUs).toBe(moved.loadedUs + 3_000_000);
    const removed = finish(
      new LiveRun({ ...base, edits: [{ kind: "removeFault", id: "0-zoneOutage" }] }, scenarios),
    );
    expect(removed.faults).toEqual([]);
    expect(
      () => new LiveRun({ ...base, edits: [{ kind: "removeFault", id: "9-none" }] }, scenarios),
    ).toThrow('there is no fault "9-none": the run has 0-zoneOutage');
  });

  it("makes an onlooker's write a part of the run, which still holds", () => {
    const live = new LiveRun(base, scenarios);
    const { loadedUs } = finish(live);
    const node =
      live.stateAt(loadedUs + 900_000).databases.find(({ role }) => role === "primary")?.node ?? "";
    const request = { atMs: 1000, node, words: ["SET", "mine", "a b"] };
    const fork = new LiveRun({ ...base, edits: [{ kind: "request", request }] }, scenarios);
    const run = finish(fork);
    expect(run.verdict).toBe("ok");
    expect(run.trace.filter(({ kind }) => kind.startsWith("request."))).toMatchObject([
      { kind: "request.made", text: "SET mine a b" },
      { kind: "request.answered", text: "+OK" },
    ]);
    for (const { node: each } of fork.stateAt(run.simulatedUs).databases)
      expect(
        fork.keysAt(run.simulatedUs, each, { text: "mine", from: 0, count: 9 }).keys,
      ).toMatchObject([{ key: "mine", value: "a b" }]);
  });

  it("leaves the keys of the load alone", () => {
    const request = { atMs: 1000, node: "db-0-a", words: ["DEL", "counters:0:{0}"] };
    const edits = [{ kind: "request", request }] as const;
    expect(() => new LiveRun({ ...base, edits }, scenarios)).toThrow(
      "counters:0:{0} is a key of the load",
    );
  });
});

describe("an operation's way", () => {
  const live = new LiveRun(specOf("az-outage"), scenarios);
  const run = finish(live);

  it("goes from the client over two disks back to the client", () => {
    const write = run.history.find(
      ({ input, outcome }) =>
        input.f === "set" && outcome === "ok" && input.key.startsWith("registers"),
    );
    const { steps, headline, entry } = live.explain(write?.id ?? -1);
    const kinds = steps.map(({ what }) => what);
    expect(kinds.slice(0, 4)).toEqual(["invoked", "arrived", "executed", "parked"]);
    expect(kinds.indexOf("durable")).toBeLessThan(kinds.indexOf("committed"));
    expect(kinds.indexOf("committed")).toBeLessThan(kinds.indexOf("known committed"));
    expect(kinds.indexOf("known committed")).toBeLessThanOrEqual(kinds.indexOf("released"));
    expect(kinds.indexOf("released")).toBeLessThan(kinds.indexOf("completed"));
    expect(headline).toContain("ok");
    expect(entry?.position).toBeGreaterThan(0);
    if (entry === undefined) throw new Error("an acknowledged write has an entry");
    const { copies, lastDiedUs } = live.copiesOf(entry);
    expect(lastDiedUs).toBeUndefined();
    expect(copies.filter(({ medium }) => medium === "disk").length).toBeGreaterThanOrEqual(2);
  });

  it("says that a clean read waits for nothing", () => {
    const read = run.history.find(
      ({ input, outcome, readonlyReplica }) =>
        input.f === "get" && outcome === "ok" && readonlyReplica,
    );
    const explanation = live.explain(read?.id ?? -1);
    expect(explanation.entry).toBeUndefined();
    expect(explanation.sentences).toEqual([
      "Its node knew of nothing undurable in what it saw, and answered at once.",
    ]);
  });

  it("says why an operation has no answer", () => {
    const lost = run.history.find(({ outcome }) => outcome === "unknown");
    expect(live.explain(lost?.id ?? -1).sentences.at(-1)).toMatch(/^The client does not know/);
    expect(() => live.explain(1e9)).toThrow("the run has no operation 1000000000");
  });
});
