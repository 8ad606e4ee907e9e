import { defineScenario, type Scenario } from "../sim/scenario.ts";

export const plannedFailover: Scenario = defineScenario({
  name: "planned-failover",
  story:
    "The leadership is handed to a replica on purpose, three times: stop, drain, release, stand. Writes pause for less than 200 ms and nobody's outcome is lost.",
  budget: "within",
  parameters: { horizonMs: 40_000, faultAtMs: 10_000 },
  nemesis: [
    { kind: "plannedFailover", shard: 0, atMs: "$faultAtMs" },
    { kind: "plannedFailover", shard: 0, atMs: 20_000 },
    { kind: "plannedFailover", shard: 0, atMs: 30_000 },
  ],
  expect: [
    { check: "plannedFailover", maxMs: 200 },
    { check: "elections", min: 3, max: 3 },
  ],
});
