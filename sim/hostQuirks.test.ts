import { describe, expect, it } from "vitest";
import { Decisions } from "./decisions.ts";
import { HostQuirks, type QuirkSite } from "./hostQuirks.ts";
import { createFaultCounter, type FaultCounter } from "./place.ts";
import { Streams } from "./random.ts";
import { seenOf, toyWorld, type ToyMachine, type ToyWorld } from "./testKernel.ts";

const MS = 1000;

/** One toy whose host has one quirk that always fires. */
function quirky(site: QuirkSite): { world: ToyWorld; toy: ToyMachine; counter: FaultCounter } {
  const world = toyWorld(["db-0-a@a"]);
  const [toy] = world.toys as [ToyMachine];
  world.runTo(MS);
  const counter = createFaultCounter();
  const decisions = new Decisions(new Streams(1)).source("nemesis", "quirks");
  toy.machine.quirks = new HostQuirks(new Set([site]), 1, 5 * MS, decisions, counter);
  return { world, toy, counter };
}

function textsOf(toy: ToyMachine): string[] {
  return seenOf(toy, "clientBytes").map(({ input }) => String.fromCharCode(...input.bytes));
}

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

describe("quirks of a host", () => {
  it("split a client's bytes and lose none", () => {
    const { world, toy, counter } = quirky("splitBytes");
    world.kernel.at(2 * MS, () => toy.machine.receiveBytes(1, bytesOf("PING\r\n")));
    world.runTo(10 * MS);
    expect(textsOf(toy).length).toBe(2);
    expect(textsOf(toy).join("")).toBe("PING\r\n");
    expect(counter.inputsChanged).toBe(1);
  });

  it("join bytes of one client that still wait, and not those of another", () => {
    const { world, toy } = quirky("joinBytes");
    world.kernel.at(2 * MS, () => {
      for (const [client, text] of [
        [1, "a"],
        [1, "b"],
        [1, "c"],
        [2, "d"],
        [1, "e"],
      ] as const)
        toy.machine.receiveBytes(client, bytesOf(text));
    });
    world.runTo(10 * MS);
    // The first is taken at once, and what comes during its step waits.
    expect(textsOf(toy)).toEqual(["a", "bc", "d", "e"]);
  });

  it("ring an alarm late, once for each time they fire", () => {
    const { world, toy, counter } = quirky("lateWake");
    world.inStep(toy, 2 * MS, (effects) => effects.wakeAt(toy.machine.clock.monotonicAt(3 * MS)));
    world.kernel.at(20 * MS, () => {
      toy.machine.quirks = undefined;
    });
    world.runTo(40 * MS);
    const [wake] = seenOf(toy, "wake");
    expect(wake?.atUs).toBeGreaterThan(20 * MS);
    expect(counter.inputsChanged).toBeGreaterThan(2);
  });

  it("tell of a sync behind inputs that came later, and the disk holds what it covered before", () => {
    const { world, toy } = quirky("lateSync");
    world.inStep(toy, 2 * MS, (effects) => {
      effects.write("wal", 0, bytesOf("x"));
      effects.sync(7);
    });
    world.runTo(40 * MS);
    expect(seenOf(toy, "diskSynced").map(({ input }) => [input.ticket, input.ok])).toEqual([
      [7, true],
    ]);
    expect(seenOf(toy, "diskSynced")[0]?.atUs).toBeGreaterThan(2 * MS + 500);
    expect(toy.machine.disk.pendingCount).toBe(0);
  });

  it("let inputs gather and then take them one after another, in order", () => {
    const { world, toy } = quirky("batchInputs");
    for (const [index, text] of ["a", "b", "c"].entries())
      world.kernel.at(2 * MS + index, () => toy.machine.receiveBytes(1, bytesOf(text)));
    world.runTo(20 * MS);
    expect(textsOf(toy)).toEqual(["a", "b", "c"]);
    const [first, second] = seenOf(toy, "clientBytes");
    expect(first?.atUs).toBeGreaterThan(2 * MS + 2);
    expect((second?.atUs ?? 0) - (first?.atUs ?? 0)).toBeLessThan(20);
  });
});
