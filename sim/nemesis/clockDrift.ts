import {
  forField,
  never,
  numberOf,
  shardField,
  targetField,
  textOf,
  type FaultKind,
} from "./fault.ts";
import { machinesOf } from "./targets.ts";

export const clockDrift: FaultKind = {
  kind: "clockDrift",
  help: "monotonic clocks run fast (ratio above 0) or slow (below)",
  fields: {
    target: { ...targetField, help: `${targetField.help}; replicas, databases, log, everything` },
    shard: shardField,
    ratio: { help: "how far the rate is off: -0.1 is a tenth too slow", standard: 0.1 },
    forMs: forField,
  },
  probes: never,
  begin: (context, fields) => {
    const { kernel, cluster } = context;
    const target = textOf(fields, "target");
    const machines = machinesOf(context, target, numberOf(fields, "shard"));
    if (machines.length === 0) return undefined;
    const ppm = Math.round(numberOf(fields, "ratio") * 1_000_000);
    const before = machines.map((machine) => machine.clock.ppm);
    const clocks = machines.map((machine) => machine.clock);
    for (const machine of machines) {
      machine.clock.setRate(kernel.nowUs, ppm);
      cluster.clockChanged(machine);
    }
    const names = machines.map((machine) => machine.name);
    return {
      text: `clock of ${target} (${names.join(", ")}) off by ${ppm / 10_000} %`,
      targets: names,
      lastsUs: numberOf(fields, "forMs") * 1000,
      end: () => {
        machines.forEach((machine, index) => {
          if (machine.clock !== clocks[index]) return;
          machine.clock.setRate(kernel.nowUs, before[index] as number);
          cluster.clockChanged(machine);
        });
      },
    };
  },
};
