import { always, forField, nothing, numberOf, textOf, type FaultKind } from "./fault.ts";
import type { Machine } from "../machine.ts";

export const crashAll: FaultKind = {
  kind: "crashAll",
  help: "every database node, or every log node, dies",
  fields: {
    targets: { help: "database or log", standard: "database" },
    forMs: forField,
    staggerMs: { help: "time between one death and the next", standard: 0 },
  },
  swarm: {
    group: "process",
    weight: 0.5,
    fields: {
      targets: { among: ["database", "log"] },
      forMs: { from: 20, to: 1000, decimals: 0 },
      staggerMs: { among: [0, 0, 1, 10, 100] },
    },
  },
  damages: nothing,
  probes: always,
  begin: (context, fields) => {
    const { kernel, infrastructure, counter } = context;
    const kind = textOf(fields, "targets");
    const staggerUs = numberOf(fields, "staggerMs") * 1000;
    const machines = kernel.machines.filter((machine) => machine.kind === kind);
    if (!machines.some((machine) => machine.isRunning)) return undefined;
    let hasEnded = false;
    const crashed: Machine[] = [];
    const crash = (machine: Machine): void => {
      if (hasEnded) return;
      infrastructure.crash(machine, "crash", false, counter);
      crashed.push(machine);
    };
    machines.forEach((machine, index) => {
      if (index === 0 || staggerUs === 0) crash(machine);
      else kernel.at(kernel.nowUs + index * staggerUs, () => crash(machine));
    });
    return {
      text: `all ${machines.length} ${kind} nodes crashed`,
      targets: machines.map((machine) => machine.name),
      lastsUs: numberOf(fields, "forMs") * 1000,
      end: () => {
        hasEnded = true;
        for (const machine of crashed) infrastructure.release(machine);
      },
    };
  },
};
