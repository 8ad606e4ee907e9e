import { describe, expect, it } from "vitest";
import { beginFrame, finishFrame } from "../engine/bytes/frame.ts";
import { ByteWriter } from "../engine/bytes/writer.ts";
import { linkRule, type LinkEffect } from "./linkRules.ts";
import { createFaultCounter, effectsOf } from "./place.ts";
import { bootToy, seenOf, toyWorld, type ToyMachine, type ToyWorld } from "./testKernel.ts";

const MS = 1000;

function frameOf(value: number): Uint8Array {
  const writer = new ByteWriter(32);
  beginFrame(writer, "logAppend").u32(value);
  return finishFrame(writer);
}

function valueOf(frame: Uint8Array): number {
  return new DataView(frame.buffer, frame.byteOffset).getUint32(12, true);
}

function received(toy: ToyMachine): number[] {
  return seenOf(toy, "peerMessage").map((seen) => valueOf(seen.input.bytes));
}

function two(): [ToyWorld, ToyMachine, ToyMachine] {
  const world = toyWorld(["db-0-a@a", "log-b@b"]);
  const [left, right] = world.toys as [ToyMachine, ToyMachine];
  return [world, left, right];
}

function sendMany(
  world: ToyWorld,
  from: ToyMachine,
  to: string,
  count: number,
  everyUs: number,
): void {
  for (let value = 1; value <= count; value++)
    world.inStep(from, value * everyUs, (effects) => effects.send(to, frameOf(value)));
}

describe("network between machines", () => {
  it("delivers in order, each after a delay of the link's class", () => {
    const [world, left, right] = two();
    sendMany(world, left, "log-b", 200, 20);
    world.runTo(100 * MS);
    expect(received(right)).toEqual(Array.from({ length: 200 }, (_, index) => index + 1));
    const firstUs = seenOf(right, "peerMessage")[0]?.atUs ?? 0;
    expect(firstUs).toBeGreaterThan(300);
    expect(firstUs).toBeLessThan(5 * MS);
  });

  it("a cut swallows what is in flight at its start, and nothing sent during it comes later", () => {
    const [world, left, right] = two();
    const counter = createFaultCounter();
    sendMany(world, left, "log-b", 10, 1000);
    const rule = linkRule("cut", (from) => from.name === "db-0-a", counter);
    // The fifth frame leaves at 5.004 ms and is on its way at 5.1 ms.
    world.kernel.at(5100, () => world.kernel.addRule(rule));
    world.kernel.at(8500, () => world.kernel.removeRule(rule));
    world.runTo(100 * MS);
    expect(received(right)).toEqual([1, 2, 3, 4, 9, 10]);
    expect(counter.messagesCut).toBe(4);
    // The fifth: a fault that spares what is in flight would show none.
    expect(counter.metInFlight).toBe(1);
  });

  it("is as slow as the slowest of two faults makes it, and not slower than both together", () => {
    const [world, left, right] = two();
    const isLeft = (from: { readonly name: string }): boolean => from.name === "db-0-a";
    for (const factor of [100, 150])
      world.kernel.addRule(linkRule("slow", isLeft, createFaultCounter(), { factor }));
    sendMany(world, left, "log-b", 20, 1000);
    // A cross-zone delay is 3.8 ms at most.
    world.runTo(20 * MS + 150 * 4 * MS);
    expect(received(right)).toHaveLength(20);
  });

  it("a one-way cut leaves the other direction open", () => {
    const [world, left, right] = two();
    world.kernel.addRule(linkRule("cut", (from) => from.name === "db-0-a", createFaultCounter()));
    world.inStep(left, 10, (effects) => effects.send("log-b", frameOf(1)));
    world.inStep(right, 10, (effects) => effects.send("db-0-a", frameOf(2)));
    world.runTo(50 * MS);
    expect(received(right)).toEqual([]);
    expect(received(left)).toEqual([2]);
  });

  it("a clog holds frames back and releases them in order", () => {
    const [world, left, right] = two();
    const counter = createFaultCounter();
    sendMany(world, left, "log-b", 10, 1000);
    const rule = linkRule("clog", () => true, counter);
    world.kernel.at(3500, () => world.kernel.addRule(rule));
    world.kernel.at(50 * MS, () => world.kernel.removeRule(rule));
    world.runTo(49 * MS);
    expect(received(right).length).toBeLessThanOrEqual(3);
    world.runTo(100 * MS);
    expect(received(right)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(counter.messagesDelayed).toBeGreaterThanOrEqual(7);
    expect(counter.messagesCut).toBe(0);
  });

  function underRule(effect: LinkEffect): { values: number[]; met: number } {
    const [world, left, right] = two();
    const counter = createFaultCounter();
    const details = { ratio: 0.3, byUs: 20 * MS };
    world.kernel.addRule(linkRule(effect, () => true, counter, details));
    sendMany(world, left, "log-b", 200, 1000);
    world.runTo(300 * MS);
    const met = effectsOf(counter);
    expect(met).toBeGreaterThan(30);
    expect(met).toBeLessThan(90);
    return { values: received(right), met };
  }

  it("loses by chance, and counts what it lost", () => {
    const { values, met } = underRule("lose");
    expect(values.length).toBe(200 - met);
  });

  it("doubles by chance, and counts what it doubled", () => {
    const { values, met } = underRule("duplicate");
    expect(values.length).toBe(200 + met);
    expect(new Set(values).size).toBe(200);
  });

  it("reorders by chance, and loses nothing", () => {
    const { values } = underRule("reorder");
    const ascending = values.toSorted((x, y) => x - y);
    expect(ascending).toEqual(Array.from({ length: 200 }, (_, index) => index + 1));
    expect(values).not.toEqual(ascending);
  });

  it("a broken connection cuts what is in flight and tells both ends", () => {
    const [world, left, right] = two();
    const counter = createFaultCounter();
    world.inStep(left, 1000, (effects) => effects.send("log-b", frameOf(1)));
    world.kernel.at(1100, () =>
      world.kernel.network.breakBetween(left.machine, right.machine, counter),
    );
    world.inStep(left, 20 * MS, (effects) => effects.send("log-b", frameOf(2)));
    world.runTo(50 * MS);
    expect(received(right)).toEqual([2]);
    expect(seenOf(right, "peerLost").map((seen) => seen.input.from)).toEqual(["db-0-a"]);
    expect(seenOf(left, "peerLost").filter((seen) => seen.input.from === "log-b").length).toBe(1);
    expect(counter.messagesCut).toBe(1);
  });

  it("a half-open connection refuses what the believer sends, and then tells it", () => {
    const [world, left, right] = two();
    const counter = createFaultCounter();
    world.inStep(left, 1000, (effects) => effects.send("log-b", frameOf(1)));
    world.kernel.at(10 * MS, () =>
      world.kernel.network.breakBetween(left.machine, right.machine, counter, left.machine),
    );
    world.runTo(20 * MS);
    const tolds = (): number[] =>
      [left, right].map(
        (toy) => seenOf(toy, "peerLost").filter((seen) => seen.input.from !== "test").length,
      );
    expect(tolds()).toEqual([0, 1]);
    world.inStep(left, 20 * MS, (effects) => effects.send("log-b", frameOf(2)));
    world.runTo(40 * MS);
    expect(tolds()).toEqual([1, 1]);
    world.inStep(left, 40 * MS, (effects) => effects.send("log-b", frameOf(3)));
    world.runTo(60 * MS);
    expect(received(right)).toEqual([1, 3]);
    expect(counter.messagesCut).toBe(1);
  });

  it("gives each receiver of a broadcast bytes of its own", () => {
    const world = toyWorld(["db-0-a@a", "log-a@a", "log-b@b"]);
    const [source, one, other] = world.toys as [ToyMachine, ToyMachine, ToyMachine];
    world.inStep(source, 10, (effects) => {
      const frame = frameOf(5);
      effects.send("log-a", frame);
      effects.send("log-b", frame);
    });
    world.runTo(50 * MS);
    const first = seenOf(one, "peerMessage")[0]?.input.bytes;
    const second = seenOf(other, "peerMessage")[0]?.input.bytes;
    expect(first).toEqual(second);
    expect(first?.buffer === second?.buffer).toBe(false);
  });
});

describe("machines", () => {
  it("take one input at a time: a burst queues behind the service time of each step", () => {
    const [world, left] = two();
    world.runTo(MS);
    world.kernel.at(2 * MS, () => {
      for (let index = 0; index < 5; index++) left.machine.receivePeerLost("x");
    });
    world.runTo(3 * MS);
    const times = seenOf(left, "peerLost").map((seen) => seen.atUs - 2 * MS);
    expect(times).toEqual([0, 4, 8, 12, 16]);
  });

  it("take as many times longer as their processor is slowed", () => {
    const [world, left] = two();
    world.runTo(MS);
    left.machine.cpu.add(10, createFaultCounter());
    world.kernel.at(2 * MS, () => {
      for (let index = 0; index < 3; index++) left.machine.receivePeerLost("x");
    });
    world.runTo(3 * MS);
    expect(seenOf(left, "peerLost").map((seen) => seen.atUs - 2 * MS)).toEqual([0, 40, 80]);
  });

  it("ring the newest alarm only, by their own clock", () => {
    const [world, left] = two();
    world.runTo(MS);
    const startUs = left.seen[0]?.monotonicUs ?? 0;
    left.machine.clock.addRate(MS, 100_000, createFaultCounter());
    world.inStep(left, 2 * MS, (effects) => {
      effects.wakeAt(startUs + 5 * MS);
      effects.wakeAt(startUs + 50 * MS);
    });
    world.inStep(left, 3 * MS, (effects) => effects.wakeAt(startUs + 12 * MS));
    world.runTo(100 * MS);
    const wakes = seenOf(left, "wake");
    // 1 ms at the true rate, then 11 ms of its own time pass in 10 true ones.
    expect(wakes.map((seen) => [seen.atUs, seen.monotonicUs - startUs])).toEqual([
      [11 * MS, 12 * MS],
    ]);
  });

  it("keep inputs while paused, read the clock when they take them, and lose them at a crash", () => {
    const [world, left, right] = two();
    world.kernel.at(2 * MS, () => left.machine.pause());
    world.inStep(right, 3 * MS, (effects) => effects.send("db-0-a", frameOf(1)));
    world.runTo(50 * MS);
    expect(received(left)).toEqual([]);
    world.kernel.at(60 * MS, () => left.machine.resume());
    world.runTo(70 * MS);
    expect(seenOf(left, "peerMessage").map((seen) => seen.atUs)).toEqual([60 * MS]);
    world.kernel.at(80 * MS, () => left.machine.pause());
    world.inStep(right, 81 * MS, (effects) => effects.send("db-0-a", frameOf(2)));
    world.kernel.at(90 * MS, () =>
      world.kernel.crash(left.machine, "test", false, createFaultCounter()),
    );
    world.kernel.at(91 * MS, () => bootToy(world.kernel, left));
    world.runTo(120 * MS);
    expect(received(left)).toEqual([1]);
  });

  it("take an alarm that rang during a pause behind the inputs that came after it", () => {
    const [world, left, right] = two();
    world.inStep(left, MS, (effects) => effects.wakeAt(left.machine.clock.monotonicAt(3 * MS)));
    world.kernel.at(2 * MS, () => left.machine.pause());
    world.inStep(right, 10 * MS, (effects) => effects.send("db-0-a", frameOf(1)));
    world.kernel.at(60 * MS, () => left.machine.resume());
    world.runTo(70 * MS);
    const kinds = left.seen.map((seen) => seen.input.kind);
    expect(kinds.slice(-2)).toEqual(["peerMessage", "wake"]);
  });

  it("hear that a peer's process died, and nothing when its power went", () => {
    for (const isDark of [false, true]) {
      const [world, left, right] = two();
      sendMany(world, left, "log-b", 3, MS);
      world.kernel.at(10 * MS, () =>
        world.kernel.crash(right.machine, "test", isDark, createFaultCounter()),
      );
      world.inStep(left, 20 * MS, (effects) => effects.send("log-b", frameOf(9)));
      world.runTo(100 * MS);
      const lost = seenOf(left, "peerLost").filter((seen) => seen.input.from === "log-b");
      // Once at the crash, once when a new connection is refused.
      expect(lost.length).toBe(isDark ? 0 : 2);
    }
  });

  it("reset a connection that was made with an earlier process of theirs", () => {
    const [world, left, right] = two();
    world.inStep(left, MS, (effects) => effects.send("log-b", frameOf(1)));
    world.kernel.at(10 * MS, () => {
      world.kernel.crash(right.machine, "test", true, createFaultCounter());
      bootToy(world.kernel, right);
    });
    world.inStep(left, 20 * MS, (effects) => effects.send("log-b", frameOf(2)));
    world.inStep(left, 40 * MS, (effects) => effects.send("log-b", frameOf(3)));
    world.runTo(100 * MS);
    expect(received(right)).toEqual([1, 3]);
    expect(seenOf(left, "peerLost").filter((seen) => seen.input.from === "log-b").length).toBe(1);
  });

  it("answer reads and syncs after a while, and not to a later process", () => {
    const [world, left] = two();
    world.inStep(left, MS, (effects) => {
      effects.write("f", 0, new Uint8Array([1, 2, 3]));
      effects.sync(7);
      effects.read(8, "f", 1, 10);
    });
    world.runTo(20 * MS);
    expect(seenOf(left, "diskSynced").map((seen) => [seen.input.ticket, seen.input.ok])).toEqual([
      [7, true],
    ]);
    expect([...(seenOf(left, "diskRead")[0]?.input.bytes ?? [])]).toEqual([2, 3]);
    world.inStep(left, 30 * MS, (effects) => effects.sync(9));
    world.kernel.at(30 * MS + 50, () => {
      world.kernel.crash(left.machine, "test", false, createFaultCounter());
      bootToy(world.kernel, left);
    });
    world.runTo(60 * MS);
    expect(seenOf(left, "diskSynced").length).toBe(1);
  });

  it("end by exit, and the disk keeps of the unsynced what it would at a crash", () => {
    const kept = new Set<number>();
    for (let seed = 0; seed < 20; seed++) {
      const world = toyWorld(["log-a@a"], seed);
      const [toy] = world.toys as [ToyMachine];
      world.inStep(toy, MS, (effects) => {
        effects.write("f", 0, new Uint8Array([1, 2, 3]));
        effects.exit("bad disk");
      });
      world.runTo(20 * MS);
      expect(world.exits).toEqual(["log-a: bad disk"]);
      expect(toy.machine.isRunning).toBe(false);
      kept.add(toy.machine.disk.read("f", 0, 3).length);
    }
    expect([...kept].sort((x, y) => x - y)).toEqual([0, 3]);
  });
});

describe("digest", () => {
  function digestOf(seed: number, change: (frame: Uint8Array) => Uint8Array): string {
    const world = toyWorld(["db-0-a@a", "log-b@b"], seed);
    const [left, right] = world.toys as [ToyMachine, ToyMachine];
    right.react = (_now, input, effects) => {
      if (input.kind === "peerMessage" && valueOf(input.bytes) < 50)
        effects.send("db-0-a", change(frameOf(valueOf(input.bytes) + 1)));
    };
    left.react = (_now, input, effects) => {
      if (input.kind === "peerMessage") effects.send("log-b", frameOf(valueOf(input.bytes) + 1));
    };
    world.inStep(left, 10, (effects) => effects.send("log-b", frameOf(1)));
    world.runTo(100 * MS);
    return world.kernel.recorder.digest.toString();
  }

  it("is the same for the same seed and differs for another", () => {
    const same = (frame: Uint8Array): Uint8Array => frame;
    expect(digestOf(1, same)).toBe(digestOf(1, same));
    expect(digestOf(1, same)).not.toBe(digestOf(2, same));
  });

  it("differs when one byte of one message differs", () => {
    const changed = digestOf(1, (frame) => {
      if (valueOf(frame) !== 40) return frame;
      const writer = new ByteWriter(32);
      beginFrame(writer, "logAppend").u32(40);
      writer.u8(1);
      return finishFrame(writer);
    });
    expect(changed).not.toBe(digestOf(1, (frame) => frame));
  });
});
