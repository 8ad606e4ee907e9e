/**
 * The kernel alone, with its digest: toy machines that pass frames and set their alarm anew with each of them, as machines
 * of the engine do. No engine, no disks, no clients, no checks: the bound of what any simulation can reach.
 */
import { beginFrame, finishFrame } from "../engine/bytes/frame.ts";
import { ByteWriter } from "../engine/bytes/writer.ts";
import { Kernel } from "../sim/kernel.ts";
import type { Program } from "../sim/machine.ts";
import type { Counted } from "./measured.ts";

const MACHINES = 9;
const ALARM_US = 250_000;

const zones: readonly string[] = ["a", "b", "c"];
const ignore = (): void => {};

export function runKernel(steps: number): Counted {
  const kernel = new Kernel(
    { seed: 1, full: false, wallSkewMs: 20, driftPpm: 500 },
    {
      afterStep: ignore,
      machineExited: ignore,
      provisionAsked: ignore,
      diskSynced: ignore,
      diskRemoved: ignore,
      diskChanged: ignore,
    },
  );
  const frame = toyFrame();
  for (let index = 0; index < MACHINES; index++) {
    const zone = zones[index % zones.length] as string;
    kernel.addMachine({ name: `toy-${index}`, zone, kind: "database", shard: 0 });
  }
  for (let index = 0; index < MACHINES; index++)
    kernel.machines[index]?.start({ step: passOn(`toy-${(index + 1) % MACHINES}`, frame) });
  let executed = 0;
  for (; executed < steps; executed++) kernel.runOne(Infinity);
  return {
    simulatedSeconds: kernel.nowUs / 1e6,
    steps: kernel.steps,
    events: kernel.recorder.count,
    operations: 0,
    syncs: 0,
    verdict: "ok",
  };
}

/** Starts by sending a frame of its own; then passes on each one it gets. */
function passOn(next: string, frame: Uint8Array): Program["step"] {
  return (now, input, effects) => {
    if (input.kind === "start") effects.send(next, frame.slice());
    else if (input.kind === "peerMessage") effects.send(next, input.bytes);
    effects.wakeAt(now.monotonicUs + ALARM_US);
  };
}

/** Of the size of an append reply. */
function toyFrame(): Uint8Array {
  const writer = beginFrame(new ByteWriter(), "statusAsk");
  for (let field = 0; field < 6; field++) writer.u53(field);
  return finishFrame(writer);
}
