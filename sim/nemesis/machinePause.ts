import {
  always,
  forField,
  numberOf,
  shardField,
  targetField,
  textOf,
  type FaultKind,
} from "./fault.ts";
import { machineOf, tellRoles } from "./targets.ts";

export const machinePause: FaultKind = {
  kind: "machinePause",
  help: "a process stands still, as in a long garbage collection: its clock runs on, its inputs wait",
  fields: { target: targetField, shard: shardField, forMs: forField },
  probes: always,
  begin: (context, fields) => {
    const { kernel, cluster, counter } = context;
    const machine = machineOf(context, textOf(fields, "target"), numberOf(fields, "shard"));
    if (machine === undefined || !machine.isRunning || machine.isPaused) return undefined;
    const lastsUs = numberOf(fields, "forMs") * 1000;
    const { process } = machine;
    const roles = tellRoles(context, (other) => other === machine);
    machine.pause();
    cluster.paused(machine);
    kernel.recorder.trace(kernel.nowUs, machine.name, "machine.paused", -1, -1, lastsUs, "");
    return {
      text: `${machine.name} paused${roles}`,
      targets: [machine.name],
      lastsUs,
      end: () => {
        if (machine.process !== process || !machine.isPaused) return;
        cluster.resumed(machine);
        const waited = machine.resume();
        counter.messagesCut += waited;
        kernel.recorder.trace(kernel.nowUs, machine.name, "machine.resumed", -1, -1, waited, "");
      },
    };
  },
};
