import { defineScenario, type Scenario } from "../sim/scenario.ts";

export const primaryCutFromLog: Scenario = defineScenario({
  name: "primary-cut-from-log",
  story:
    "The primary loses the log but not its clients. It serves until its own lease ends, then refuses; a replica stands after its backoff; the old primary's pending appends are refused for good.",
  budget: "within",
  parameters: { horizonMs: 50_000, faultForMs: 15_000 },
  nemesis: [
    {
      kind: "cut",
      from: "primary",
      to: "log",
      oneWay: 0,
      atMs: "$faultAtMs",
      forMs: "$faultForMs",
    },
  ],
  expect: [
    { check: "unavailability", access: "write", maxMs: 10_000 },
    { check: "faultHadEffect" },
    { check: "elections", min: 1, max: 2 },
  ],
});
