import { defineScenario, type Scenario } from "../sim/scenario.ts";

export const clockBeyondBound: Scenario = defineScenario({
  name: "clock-beyond-bound",
  story:
    "The same with rates far beyond the bound: the primary believes in its lease long after a replica may lead. Reads may be stale, and the checker must find and name them; nothing may be lost.",
  budget: "assumption-broken",
  parameters: { driftRatio: 0.7, horizonMs: 40_000, faultForMs: 12_000, readRatio: 0.6 },
  parameterHelp: { driftRatio: "how far the clocks' rates are off, as a ratio; the bound is 0.1" },
  nemesis: [
    { kind: "clockDrift", target: "primary", ratio: "-$driftRatio", atMs: 14_000, forMs: 16_000 },
    { kind: "clockDrift", target: "replicas", ratio: "$driftRatio", atMs: 14_000, forMs: 16_000 },
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
    { check: "staleReads", min: 1 },
    { check: "leaseOverlap", min: 1 },
    { check: "faultHadEffect" },
  ],
});
