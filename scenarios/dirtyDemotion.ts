import { defineScenario, type Scenario } from "../sim/scenario.ts";

export const dirtyDemotion: Scenario = defineScenario({
  name: "dirty-demotion",
  story:
    "The primary's appends stop reaching the log while clients keep writing to it: its memory runs ahead of the log. When another leads, it must discard what never committed and show none of it.",
  budget: "within",
  parameters: { horizonMs: 50_000, faultForMs: 12_000, readRatio: 0.5 },
  nemesis: [
    {
      kind: "cut",
      from: "primary",
      to: "log",
      oneWay: 1,
      atMs: "$faultAtMs",
      forMs: "$faultForMs",
    },
  ],
  expect: [
    { check: "unavailability", access: "write", maxMs: 10_000 },
    { check: "traceHas", event: "append.conflict", min: 1 },
    { check: "faultHadEffect" },
    { check: "elections", min: 1, max: 2 },
  ],
});
