import { linkRule } from "../linkRules.ts";
import { forField, never, nothing, numberOf, shardField, textOf, type FaultKind } from "./fault.ts";
import { machineOf } from "./targets.ts";
import { anyLogNode, shortWhile } from "./swarm.ts";

export const logSlow: FaultKind = {
  kind: "logSlow",
  help: "the disk and the links of one log node become many times slower",
  fields: {
    target: { help: "logFollower, logLeader or node:log-a", standard: "logFollower" },
    shard: shardField,
    factor: { help: "how many times slower", standard: 100 },
    forMs: forField,
  },
  swarm: {
    group: "disk",
    weight: 1,
    fields: {
      target: anyLogNode,
      factor: { from: 2, to: 200, decimals: 0 },
      forMs: shortWhile,
    },
  },
  damages: nothing,
  probes: never,
  begin: (context, fields) => {
    const { kernel, counter } = context;
    const machine = machineOf(context, textOf(fields, "target"), numberOf(fields, "shard"));
    if (machine === undefined || !machine.isRunning) return undefined;
    const factor = numberOf(fields, "factor");
    const covers = (from: unknown, to: unknown): boolean => from === machine || to === machine;
    const rule = linkRule("slow", covers, counter, { factor });
    kernel.addRule(rule);
    const layer = machine.diskSlowness.add(factor, counter);
    return {
      text: `${machine.name} became ${factor} times slower`,
      targets: [machine.name],
      lastsUs: numberOf(fields, "forMs") * 1000,
      end: () => {
        kernel.removeRule(rule);
        machine.diskSlowness.remove(layer);
      },
    };
  },
};
