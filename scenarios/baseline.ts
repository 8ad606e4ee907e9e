import { defineScenario, type Scenario } from "../sim/scenario.ts";

export const baseline: Scenario = defineScenario({
  name: "baseline",
  story:
    "Nothing fails. Writes wait for the log and for nothing else; reads of clean keys never wait; no leadership changes hands.",
  budget: "within",
  parameters: { horizonMs: 30_000 },
  nemesis: [],
  expect: [
    { check: "writeLatency", phase: "all", p50Ms: 3, p99Ms: 6 },
    { check: "cleanReads", p99Ms: 4 },
    { check: "elections", max: 0 },
    { check: "logElections", max: 0 },
    { check: "unavailability", access: "write", maxMs: 0 },
    { check: "unavailability", access: "read", maxMs: 0 },
  ],
});
