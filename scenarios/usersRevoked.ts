import { defineScenario, type Scenario } from "../sim/scenario.ts";

export const usersRevoked: Scenario = defineScenario({
  name: "users-revoked",
  story:
    "An administrator gives users rights and takes them away, deletes users and makes them anew, while they log in, queue, wait and run scripts. The primary hands over, dies, and loses its log meanwhile. What was revoked and acknowledged is honoured by nobody again, whoever leads, and a deleted user is connected no more.",
  budget: "within",
  availability: "measured",
  parameters: {
    workload: "users",
    shards: 2,
    opsPerSecond: 60,
    readRatio: 0.3,
    keys: 4,
    horizonMs: 40_000,
    faultAtMs: 6000,
    faultForMs: 3000,
  },
  nemesis: [
    { kind: "plannedFailover", shard: 0, atMs: 3000 },
    { kind: "machineCrash", target: "primary", atMs: "$faultAtMs", forMs: "$faultForMs" },
    {
      kind: "cut",
      from: "primary",
      to: "log",
      oneWay: 0,
      shard: 1,
      atMs: 16_000,
      forMs: "$faultForMs",
    },
    {
      kind: "reorder",
      from: "databases",
      to: "databases",
      ratio: 0.5,
      byMs: 60,
      atMs: 22_000,
      forMs: 6000,
    },
    { kind: "machineCrash", target: "primary", shard: 1, atMs: 30_000, forMs: "$faultForMs" },
  ],
  expect: [{ check: "faultHadEffect" }, { check: "elections", min: 2, max: 8 }],
});
