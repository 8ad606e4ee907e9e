import { describe, expect, it } from "vitest";
import { Decisions, type DecisionOptions } from "./decisions.ts";
import { Streams } from "./random.ts";
import { defineScenario, type Scenario } from "./scenario.ts";
import { runScenario } from "./world.ts";

function decisions(options: DecisionOptions): Decisions {
  return new Decisions(new Streams(1), options, () => 7);
}

function draw(made: Decisions, stream: string, entity: string, count: number): number[] {
  const source = made.source(stream, entity);
  return Array.from({ length: count }, () => source.next());
}

describe("decisions", () => {
  it("takes the most specific edit: an ordinal before an entity, an entity before its stream", () => {
    const seeds = draw(decisions({}), "network", "c→d", 3);
    const made = decisions({
      edits: [
        { stream: "disk", value: 0.9 },
        { stream: "network", entity: "a→b", ordinal: 1, value: 0.25 },
        { stream: "network", entity: "a→b", value: 0.5 },
        { stream: "network", entity: "c→d", ordinal: 1, value: 0 },
        { stream: "disk", entity: "log-a", value: 0.1 },
      ],
    });
    expect(draw(made, "network", "a→b", 3)).toEqual([0.5, 0.25, 0.5]);
    expect(draw(made, "network", "c→d", 3)).toEqual([seeds[0], 0, seeds[2]]);
    expect(draw(made, "disk", "log-a", 1)).toEqual([0.1]);
    expect(draw(made, "disk", "log-b", 2)).toEqual([0.9, 0.9]);
  });

  it("keeps what was drawn, by source, edits included", () => {
    const made = decisions({ keepsDrawn: true, edits: [{ stream: "disk", value: 0.5 }] });
    const values = draw(made, "network", "a→b", 2);
    draw(made, "disk", "log-a", 1);
    made.source("clock", "log-a");
    expect([...made.drawn()]).toEqual([
      ["disk/log-a", [0.5]],
      ["network/a→b", values],
    ]);
  });

  it("repeats what was recorded, takes the seed's decision of the same ordinal where one is missing, and says so", () => {
    const seeds = draw(decisions({}), "network", "a→b", 4);
    const made = decisions({
      recorded: new Map([
        ["network/a→b", [0.125, 0.25]],
        ["network/b→a", [0.5, 0.5, 0.5]],
      ]),
    });
    expect(draw(made, "network", "a→b", 4)).toEqual([0.125, 0.25, seeds[2], seeds[3]]);
    draw(made, "network", "b→a", 1);
    draw(made, "network", "new→b", 1);
    expect(made.firstMissing).toEqual({ stream: "network", entity: "a→b", ordinal: 2, atUs: 7 });
    expect([...made.unused()]).toEqual([["network/b→a", 2]]);
  });
});

const crashes: Scenario = defineScenario({
  name: "test-crashes",
  story: "two crashes",
  budget: "within",
  parameters: { horizonMs: 4000, opsPerSecond: 100 },
  nemesis: [
    { kind: "machineCrash", target: "node:db-0-c", atMs: 800, forMs: 300 },
    { kind: "reorder", from: "clients", atMs: 1000, forMs: 300, ratio: 0.5 },
    { kind: "machineCrash", target: "logFollower", atMs: 2500, forMs: 500 },
  ],
  expect: [],
});

describe("a run and its decisions", () => {
  it("is repeated exactly from what it drew", () => {
    const first = runScenario(crashes, {}, 3, { full: false, keepsDrawn: true });
    const { drawn } = first.decisions;
    expect(drawn.get("nemesis/0-machineCrash")).toBeUndefined();
    expect((drawn.get("network/log-a→log-b") ?? []).length).toBeGreaterThan(100);
    const again = runScenario(crashes, {}, 3, { full: false, recorded: drawn });
    expect(again.run.digest).toBe(first.run.digest);
    expect(again.decisions.firstMissing).toBeUndefined();
    expect(again.decisions.unused.size).toBe(0);
  });

  it("says where it left the record, and goes on", () => {
    const first = runScenario(crashes, {}, 3, { full: false, keepsDrawn: true });
    const shorter: Scenario = { ...crashes, nemesis: crashes.nemesis.slice(0, 2) };
    const recorded = new Map(first.decisions.drawn);
    const cut = (recorded.get("disk/log-b") ?? []).slice(0, 5);
    recorded.set("disk/log-b", cut);
    const again = runScenario(shorter, {}, 3, { full: false, recorded });
    expect(again.run.verdict).toBe("ok");
    expect(again.decisions.firstMissing).toMatchObject({ entity: "log-b", ordinal: 5 });
  });

  it("shifts no stream of another fault or machine when a fault is dropped", () => {
    const all = runScenario(crashes, {}, 5, { full: false, keepsDrawn: true }).decisions.drawn;
    const named: Scenario = {
      ...crashes,
      nemesis: crashes.nemesis.map((spec, index) => ({ ...spec, id: `${index}-${spec.kind}` })),
    };
    const left: Scenario = { ...named, nemesis: named.nemesis.slice(1) };
    const some = runScenario(left, {}, 5, { full: false, keepsDrawn: true }).decisions.drawn;
    const explicit = runScenario(named, {}, 5, { full: false, keepsDrawn: true });
    expect(explicit.run.digest).toBe(runScenario(crashes, {}, 5, { full: false }).run.digest);
    for (const [source, values] of some) {
      const length = Math.min(values.length, all.get(source)?.length ?? 0);
      expect([source, values.slice(0, length)]).toEqual([
        source,
        all.get(source)?.slice(0, length) ?? [],
      ]);
    }
  });

  it("changes by one edited decision, and by no edit that repeats what the seed says", () => {
    const first = runScenario(crashes, {}, 3, { full: false, keepsDrawn: true });
    const entity = "log-a→log-b";
    const values = first.decisions.drawn.get(`network/${entity}`) ?? [];
    const edited = (value: number): string => {
      const edits = [{ stream: "network", entity, ordinal: 50, value }];
      return runScenario({ ...crashes, decisions: edits }, {}, 3, { full: false }).run.digest;
    };
    expect(edited(values[50] ?? -1)).toBe(first.run.digest);
    expect(edited(0.999)).not.toBe(first.run.digest);
  });

  it("has many futures: a branch is the run itself up to its moment, and another one after it", () => {
    const own = runScenario(crashes, {}, 3, { full: false }).run;
    const atUs = 3_000_000;
    const futures = [1, 2, 1].map(
      (seed) => runScenario(crashes, {}, 3, { full: false, branch: { atUs, seed } }).run,
    );
    const before = own.checkpoints.filter((checkpoint) => checkpoint.timeUs <= atUs);
    expect(before.length).toBe(3);
    for (const future of futures) {
      expect(future.checkpoints.slice(0, before.length)).toEqual(before);
      expect(future.digest).not.toBe(own.digest);
    }
    expect(futures[1]?.digest).not.toBe(futures[0]?.digest);
    expect(futures[2]?.digest).toBe(futures[0]?.digest);
  });

  it("is given up at a moment, without a word on its liveness", () => {
    const { run } = runScenario(crashes, {}, 3, { full: false, giveUpAtUs: 2_000_000 });
    expect(run.simulatedUs).toBe(2_000_000);
    expect(run.checks.find((check) => check.name === "liveness")).toBeUndefined();
    expect(run.trace.at(-1)?.text).toBe("given up");
  });
});
