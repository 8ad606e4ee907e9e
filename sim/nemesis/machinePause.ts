import type { Machine } from "../machine.ts";
import {
  always,
  forField,
  nothing,
  numberOf,
  shardField,
  targetField,
  textOf,
  type FaultKind,
  type FaultContext,
  type Fields,
  type RunningFault,
} from "./fault.ts";
import { machineOf, tellRoles } from "./targets.ts";
import { machineDraw, midstDraws } from "./swarm.ts";

export const machinePause: FaultKind = {
  kind: "machinePause",
  help: "a process stands still, as in a long garbage collection: its clock runs on, its inputs wait",
  fields: { target: targetField, shard: shardField, forMs: forField },
  swarm: {
    group: "process",
    weight: 2,
    fields: {
      ...midstDraws,
      target: machineDraw,
      forMs: { from: 5, to: 2000, decimals: 0 },
    },
  },
  damages: nothing,
  probes: always,
  begin: (context, fields) => {
    const machine = machineOf(context, textOf(fields, "target"), numberOf(fields, "shard"));
    return machine === undefined ? undefined : beginPause(context, machine, fields, "paused");
  },
};

/** A running process stands still for `forMs`; undefined where none runs. */
export function beginPause(
  context: FaultContext,
  machine: Machine,
  fields: Fields,
  words: string,
): RunningFault | undefined {
  if (!machine.isRunning || machine.isPaused) return undefined;
  const { kernel, topology, counter } = context;
  const { process } = machine;
  const lastsUs = numberOf(fields, "forMs") * 1000;
  const roles = tellRoles(context, (other) => other === machine);
  machine.pause();
  topology.paused(machine);
  kernel.recorder.trace(kernel.nowUs, machine.name, "machine.paused", -1, -1, lastsUs, "");
  return {
    text: `${machine.name} ${words}${roles}`,
    targets: [machine.name],
    lastsUs,
    end: () => {
      if (machine.process !== process || !machine.isPaused) return;
      topology.resumed(machine);
      const waited = machine.resume();
      counter.inputsChanged += waited;
      kernel.recorder.trace(kernel.nowUs, machine.name, "machine.resumed", -1, -1, waited, "");
    },
  };
}
