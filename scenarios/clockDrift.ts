import { defineScenario, type Scenario } from "../sim/scenario.ts";

export const clockDrift: Scenario = defineScenario({
  name: "clock-drift",
  story:
    "The primary's clock runs slow and the replicas' fast, both at the tolerated bound, while the primary loses the log. Leases must stay disjoint.",
  budget: "within",
  parameters: { driftRatio: 0.1, horizonMs: 50_000, faultForMs: 15_000 },
  parameterHelp: {
    driftRatio:
      "how far the clocks' rates are off, as a ratio: 0.1 is the bound that the backoff allows for",
  },
  nemesis: [
    { kind: "clockDrift", target: "primary", ratio: "-$driftRatio", atMs: 5000, forMs: 35_000 },
    { kind: "clockDrift", target: "replicas", ratio: "$driftRatio", atMs: 5000, forMs: 35_000 },
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
    { check: "elections", min: 1, max: 2 },
    { check: "faultHadEffect" },
  ],
});
