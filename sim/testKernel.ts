/** For tests: a kernel with toy machines that write down what they were given. */
import type { Effects, Input, Now } from "../engine/contract.ts";
import { Kernel, type KernelListener } from "./kernel.ts";
import type { Machine } from "./machine.ts";

export interface SeenInput {
  readonly atUs: number;
  readonly monotonicUs: number;
  readonly input: Input;
}

export interface ToyMachine {
  readonly machine: Machine;
  readonly seen: SeenInput[];
  /** What the machine does with each input; replaceable. */
  react: (now: Now, input: Input, effects: Effects) => void;
}

export interface ToyWorld {
  readonly kernel: Kernel;
  readonly toys: readonly ToyMachine[];
  readonly exits: string[];
  readonly provisions: string[];
  /** Executes everything due by then. */
  runTo(trueUs: number): void;
  /** Runs `action` inside a step of a toy, as the reaction to a wake at that time. */
  inStep(toy: ToyMachine, atUs: number, action: (effects: Effects) => void): void;
}

/** A toy at each place "name@zone". Exact clocks. */
export function toyWorld(places: readonly string[], seed = 1): ToyWorld {
  const exits: string[] = [];
  const provisions: string[] = [];
  const listener: KernelListener = {
    afterStep: () => {},
    machineExited: (machine, reason) => exits.push(`${machine.name}: ${reason}`),
    provisionAsked: (node) => provisions.push(node),
    diskSynced: () => {},
    diskRemoved: () => {},
    diskChanged: () => {},
  };
  const kernel = new Kernel({ seed, full: false, wallSkewMs: 0, driftPpm: 0 }, listener);
  const toys = places.map((place) => addToy(kernel, place));
  return {
    kernel,
    toys,
    exits,
    provisions,
    runTo: (trueUs) => {
      while (kernel.runOne(trueUs));
    },
    inStep: (toy, atUs, action) => {
      kernel.at(atUs, () => {
        const reaction = toy.react;
        toy.react = (now, input, effects) => {
          toy.react = reaction;
          reaction(now, input, effects);
          action(effects);
        };
        toy.machine.receivePeerLost("test");
      });
    },
  };
}

function addToy(kernel: Kernel, place: string): ToyMachine {
  const [name = "", zone = "a"] = place.split("@");
  const machine = kernel.addMachine({
    name,
    zone,
    kind: name.startsWith("log") ? "log" : "database",
    shard: 0,
  });
  const toy: ToyMachine = { machine, seen: [], react: () => {} };
  bootToy(kernel, toy);
  return toy;
}

export function bootToy(kernel: Kernel, toy: ToyMachine): void {
  toy.machine.isDark = false;
  toy.machine.start({
    step: (now, input, effects) => {
      toy.seen.push({ atUs: kernel.nowUs, monotonicUs: now.monotonicUs, input });
      toy.react(now, input, effects);
    },
  });
}

/** The inputs of one kind that a toy saw. */
export function seenOf(toy: ToyMachine, kind: Input["kind"]): SeenInput[] {
  return toy.seen.filter((seen) => seen.input.kind === kind);
}
