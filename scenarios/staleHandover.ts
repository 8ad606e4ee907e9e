import { defineScenario, type Scenario } from "../sim/scenario.ts";

export const staleHandover: Scenario = defineScenario({
  name: "stale-handover",
  story:
    "A planned failover whose hint to the target is delayed into a later epoch. Arriving late, the hint must elect nobody: only a release entry at the tail exempts from the backoff.",
  budget: "within",
  parameters: { horizonMs: 50_000, faultAtMs: 10_000, hintDelayMs: 15_000 },
  parameterHelp: { hintDelayMs: "how long the hint is held back" },
  nemesis: [
    { kind: "delayHints", byMs: "$hintDelayMs", atMs: "$faultAtMs", forMs: 2000 },
    { kind: "plannedFailover", shard: 0, atMs: "$faultAtMs" },
    { kind: "machineCrash", target: "primary", atMs: 14_000, forMs: 3000 },
  ],
  expect: [
    { check: "unavailability", access: "write", maxMs: 10_000 },
    { check: "elections", min: 2, max: 3 },
  ],
});
