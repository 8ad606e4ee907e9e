import { describe, expect, it } from "vitest";
import { testRun } from "../../reports/testRun.ts";
import { baseline } from "../../scenarios/baseline.ts";
import type { ExecutedEvent } from "../trace/recorder.ts";
import { guardRun } from "./determinismGuard.ts";
import type { ExecutionTask } from "./execution.ts";
import { inThisProcess, type Executor } from "./executors.ts";
import type { Simulate } from "./simulation.ts";

const task: ExecutionTask = { scenario: baseline, overrides: {}, seed: 7 };

/** A world of ten events, whose digests follow from what is drawn from the fifth on. */
function worldThat(draw: () => number, verdict: "ok" | "stuck" = "ok"): Simulate {
  return (_scenario, _overrides, seed, { eventWindow }) => {
    const executed: ExecutedEvent[] = [];
    let digest = "d";
    for (let number = 0; number < 10; number++) {
      const text = number === 5 ? `delay ${draw()}` : `event ${number}`;
      digest = `${digest}/${text}`;
      executed.push({ number, timeUs: number * 10, text, digest });
    }
    const checkpoints = [4, 8].map((events) => ({
      timeUs: events * 10,
      events,
      digest: executed[events - 1]?.digest ?? "",
    }));
    const made = testRun({ seed, verdict, operationsPerShard: 10 });
    const run = { ...made, events: 10, digest, checkpoints };
    const decisions = {} as ReturnType<Simulate>["decisions"];
    return { run, executed: eventWindow === undefined ? [] : executed, decisions };
  };
}

const steady = (): number => 4;

function places(...worlds: readonly Simulate[]): readonly Executor[] {
  return worlds.map((world, index) => inThisProcess(`place ${index + 1}`, world));
}

describe("the determinism guard", () => {
  it("is silent when all executions agree", async () => {
    const world = worldThat(steady);
    expect(await guardRun(task, places(world, world, world))).toMatchObject({
      seed: 7,
      events: 10,
      difference: "",
    });
  });

  it("names the first event that a stray Math.random changes", async () => {
    const world = worldThat(() => Math.random());
    const { difference } = await guardRun(task, places(world, world));
    expect(difference).toMatch(/^place 1 \(left\) and place 2 \(right\) part at this event:/);
    expect(difference).toMatch(/last equal event: #4 at 0\.040 ms: event 4/);
    expect(difference).toMatch(/left: {2}#5 at 0\.050 ms: delay 0\.\d+/);
    expect(difference).toMatch(/right: #5 at 0\.050 ms: delay 0\.\d+/);
  });

  it("names the place that leaves the others", async () => {
    const { difference } = await guardRun(
      task,
      places(
        worldThat(steady),
        worldThat(steady),
        worldThat(() => 5),
      ),
    );
    expect(difference).toContain("place 1 (left) and place 3 (right) part at this event");
  });

  it("notices state that one run leaves to the next", async () => {
    let runs = 0;
    const world = worldThat(() => (runs += 1));
    const { difference } = await guardRun(task, places(world, world));
    expect(difference).toMatch(/left: {2}#5 .*delay 3 .*\nright: #5 .*delay 4 /);
  });

  it("says so when a difference does not come again", async () => {
    let runs = 0;
    const world = worldThat(() => ((runs += 1) === 2 ? 1 : 4));
    const { difference } = await guardRun(task, places(world, world));
    expect(difference).toContain(
      "parted between events 4 and 9, and not again in 5 more executions: chance plays a part",
    );
  });

  it("notices that equal events were judged differently", async () => {
    const judges = places(worldThat(steady), worldThat(steady, "stuck"));
    const { difference } = await guardRun(task, judges);
    expect(difference).toContain(
      "executed the same events and judged them differently:\nleft:  ok",
    );
    expect(difference).toContain("right: stuck: ");
  });

  it("takes an exception for a finding", async () => {
    const broken: Simulate = () => {
      throw new Error("position 7 twice");
    };
    expect((await guardRun(task, places(broken, broken))).difference).toBe("");
    const { difference } = await guardRun(task, places(worldThat(steady), broken));
    expect(difference).not.toBe("");
  });
});
