import {
  forField,
  never,
  nothing,
  numberOf,
  shardField,
  targetField,
  textOf,
  type FaultKind,
} from "./fault.ts";
import { machineOf } from "./targets.ts";
import { machineDraw, shortWhile } from "./swarm.ts";

export const slowCpu: FaultKind = {
  kind: "slowCpu",
  help: "every step of a machine takes many times as long",
  fields: {
    target: targetField,
    shard: shardField,
    factor: { help: "how many times", standard: 20 },
    forMs: forField,
  },
  swarm: {
    group: "process",
    weight: 1,
    fields: {
      target: machineDraw,
      factor: { from: 2, to: 200, decimals: 0 },
      forMs: shortWhile,
    },
  },
  damages: nothing,
  probes: never,
  begin: (context, fields) => {
    const machine = machineOf(context, textOf(fields, "target"), numberOf(fields, "shard"));
    if (machine === undefined || !machine.isRunning) return undefined;
    const factor = numberOf(fields, "factor");
    const layer = machine.cpu.add(factor, context.counter);
    return {
      text: `processor of ${machine.name} ${factor} times slower`,
      targets: [machine.name],
      lastsUs: numberOf(fields, "forMs") * 1000,
      end: () => machine.cpu.remove(layer),
    };
  },
};
