import { defineScenario, type Scenario } from "../sim/scenario.ts";

export const eviction: Scenario = defineScenario({
  name: "eviction",
  story:
    "Nodes may hold a few keys only, and each process draws another policy by which its primary evicts the others. Primaries die and hand over while keys go: every node holds what the log says, and no key comes back.",
  budget: "within",
  parameters: {
    workload: "evicted",
    // A node without keys counts 1 MiB; what its clients hold in buffers counts too.
    maxmemoryBytes: (1 << 20) + 3072 + 2500,
    maxmemoryPolicy: "any",
    keys: 40,
    valueBytes: 100,
    readRatio: 0.4,
    replicaReadRatio: 0.3,
    horizonMs: 22_000,
    faultAtMs: 4000,
    faultForMs: 3000,
  },
  nemesis: [
    { kind: "machineCrash", target: "primary", atMs: "$faultAtMs", forMs: "$faultForMs" },
    { kind: "plannedFailover", shard: 0, atMs: 10_000 },
    { kind: "machineCrash", target: "primary", atMs: 14_000, forMs: "$faultForMs" },
  ],
  expect: [
    { check: "unavailability", access: "write", maxMs: 10_000 },
    { check: "faultHadEffect" },
    { check: "elections", min: 2, max: 6 },
  ],
});
