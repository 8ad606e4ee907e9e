import { linkRule, type LinkRule } from "../linkRules.ts";
import { forField, never, nothing, numberOf, type FaultKind } from "./fault.ts";

export const randomClog: FaultKind = {
  kind: "randomClog",
  help: "again and again one path from a machine to another is drawn and clogged for a while: messages wait, then arrive in order",
  fields: {
    everyMs: { help: "time from one path to the next, on average", standard: 50 },
    clogMs: { help: "how long one path is clogged, on average", standard: 200 },
    forMs: forField,
  },
  swarm: {
    group: "network",
    weight: 1,
    fields: {
      everyMs: { from: 5, to: 200, decimals: 0 },
      clogMs: { from: 5, to: 1000, decimals: 0 },
      forMs: { from: 100, to: 3000, decimals: 0 },
    },
  },
  damages: nothing,
  probes: never,
  begin: ({ kernel, decisions, counter }, fields) => {
    const { machines } = kernel;
    const everyUs = numberOf(fields, "everyMs") * 1000;
    const clogUs = numberOf(fields, "clogMs") * 1000;
    const rules = new Set<LinkRule>();
    let hasEnded = false;
    const unclog = (rule: LinkRule): void => {
      if (rules.delete(rule)) kernel.removeRule(rule);
    };
    const clogOne = (): void => {
      if (hasEnded) return;
      const source = machines[decisions.integer(0, machines.length)];
      const sink = machines[decisions.integer(0, machines.length)];
      const rule = linkRule("clog", (from, to) => from === source && to === sink, counter);
      rules.add(rule);
      kernel.addRule(rule);
      kernel.at(kernel.nowUs + spread(clogUs, decisions.next()), () => unclog(rule));
      kernel.at(kernel.nowUs + spread(everyUs, decisions.next()), clogOne);
    };
    clogOne();
    return {
      text: `a path between two machines clogs every ${everyUs / 1000} ms for ${clogUs / 1000} ms`,
      targets: [],
      lastsUs: numberOf(fields, "forMs") * 1000,
      end: () => {
        hasEnded = true;
        for (const rule of rules) unclog(rule);
      },
    };
  },
};

/** From nearly nothing to twice the mean. */
function spread(meanUs: number, draw: number): number {
  return 1 + Math.floor(2 * meanUs * draw);
}
