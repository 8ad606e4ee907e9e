import { defineScenario, type Scenario } from "../sim/scenario.ts";

export const primaryCutFromClients: Scenario = defineScenario({
  name: "primary-cut-from-clients",
  story:
    "No client reaches the primary, but the log does. Nobody may take its leadership: writes stop, nothing lies, and service returns by itself when the cut heals.",
  budget: "within",
  parameters: { horizonMs: 40_000, faultForMs: 10_000 },
  nemesis: [
    {
      kind: "cut",
      from: "primary",
      to: "clients",
      oneWay: 0,
      atMs: "$faultAtMs",
      forMs: "$faultForMs",
    },
  ],
  expect: [
    { check: "elections", max: 0 },
    { check: "faultHadEffect" },
    { check: "replicaReadsDuringFailover", min: 1 },
  ],
});
