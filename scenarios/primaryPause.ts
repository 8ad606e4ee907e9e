import { defineScenario, type Scenario } from "../sim/scenario.ts";

export const primaryPause: Scenario = defineScenario({
  name: "primary-pause",
  story:
    "The primary stands still for longer than its lease, as in a long garbage collection, and wakes with requests queued. It must answer none of them as a primary.",
  budget: "within",
  parameters: { horizonMs: 40_000, faultForMs: 6000 },
  nemesis: [{ kind: "machinePause", target: "primary", atMs: "$faultAtMs", forMs: "$faultForMs" }],
  expect: [
    { check: "unavailability", access: "write", maxMs: 10_000 },
    { check: "faultHadEffect" },
    { check: "elections", min: 1, max: 2 },
  ],
});
