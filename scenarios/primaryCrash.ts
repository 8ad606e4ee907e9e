import { defineScenario, type Scenario } from "../sim/scenario.ts";

export const primaryCrash: Scenario = defineScenario({
  name: "primary-crash",
  story:
    "The primary's process dies under load. Its memory is lost, the log is not: a replica at the tail takes over, and the old node recovers as a replica.",
  budget: "within",
  parameters: { horizonMs: 40_000, faultForMs: 3000 },
  nemesis: [{ kind: "machineCrash", target: "primary", atMs: "$faultAtMs", forMs: "$faultForMs" }],
  expect: [
    { check: "unavailability", access: "write", maxMs: 10_000 },
    { check: "faultHadEffect" },
    { check: "elections", min: 1, max: 2 },
  ],
});
