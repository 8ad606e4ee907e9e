import { defineScenario, type Scenario } from "../sim/scenario.ts";

export const longScript: Scenario = defineScenario({
  name: "long-script",
  story:
    "Scripts and functions run for up to two seconds on slow hosts: other clients wait, are told that the node is busy, and kill what may be killed. In the midst of a script the primary loses its log, is told to hand over, and dies. A script is one record or nothing, whoever leads.",
  budget: "within",
  availability: "measured",
  parameters: {
    workload: "scripts",
    opsPerSecond: 6,
    readRatio: 0.5,
    replicaReadRatio: 0.2,
    keys: 3,
    clientTimeoutMs: 4000,
    scriptSlowness: 200,
    busyAfterMs: 300,
    horizonMs: 46_000,
    faultAtMs: 8000,
    faultForMs: 6000,
  },
  nemesis: [
    {
      kind: "cut",
      from: "primary",
      to: "log",
      oneWay: 0,
      when: "scriptRuns",
      atMs: "$faultAtMs",
      forMs: "$faultForMs",
    },
    { kind: "plannedFailover", shard: 0, when: "scriptRuns", atMs: 24_000 },
    { kind: "machineCrash", target: "primary", when: "scriptRuns", atMs: 34_000, forMs: 3000 },
  ],
  expect: [{ check: "faultHadEffect" }, { check: "elections", min: 2, max: 8 }],
});
