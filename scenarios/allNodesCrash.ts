import { defineScenario, type Scenario } from "../sim/scenario.ts";

export const allNodesCrash: Scenario = defineScenario({
  name: "all-nodes-crash",
  story:
    "Every database node dies at once. Durability lives in the log: they replay it, one is elected, and nothing acknowledged is missing.",
  budget: "within",
  parameters: { horizonMs: 40_000, faultForMs: 1000 },
  nemesis: [{ kind: "crashAll", targets: "database", atMs: "$faultAtMs", forMs: "$faultForMs" }],
  expect: [
    { check: "unavailability", access: "write", maxMs: 10_000 },
    { check: "elections", min: 1, max: 2 },
    { check: "faultHadEffect" },
  ],
});
