import { defineScenario, type Scenario } from "../sim/scenario.ts";

export const logZoneSlow: Scenario = defineScenario({
  name: "log-zone-slow",
  story:
    "The log replica of one zone becomes a hundred times slower. The other two are a majority: write latency stays, and no lease is lost.",
  budget: "within",
  parameters: { target: "logFollower", factor: 100, horizonMs: 50_000 },
  parameterHelp: {
    target: "whose zone is slow: logFollower or logLeader",
    factor: "how many times slower its disk and links are",
  },
  nemesis: [
    {
      kind: "logSlow",
      target: "$target",
      factor: "$factor",
      atMs: "$faultAtMs",
      forMs: "$faultForMs",
    },
  ],
  expect: [
    { check: "elections", max: 0 },
    { check: "writeLatency", phase: "fault", p50Ms: 4, p99Ms: 12 },
    { check: "faultHadEffect" },
  ],
});
