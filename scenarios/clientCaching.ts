import { defineScenario, type Scenario } from "../sim/scenario.ts";

export const clientCaching: Scenario = defineScenario({
  name: "client-caching",
  story:
    "Clients at every node cache what they read. The log turns slow, the primary hands over, the next one loses the log while its clients go on, and leads no more. Nobody hears of a change before it is durable, and nobody goes on with a value that it could know to be old.",
  budget: "within",
  parameters: {
    workload: "registers",
    cachers: 1,
    horizonMs: 40_000,
    faultAtMs: 16_000,
    faultForMs: 12_000,
  },
  nemesis: [
    {
      kind: "reorder",
      from: "log",
      to: "databases",
      ratio: 0.5,
      byMs: 60,
      atMs: 2000,
      forMs: 8000,
    },
    { kind: "plannedFailover", shard: 0, atMs: 11_000 },
    {
      kind: "cut",
      from: "primary",
      to: "log",
      oneWay: 0,
      atMs: "$faultAtMs",
      forMs: "$faultForMs",
    },
  ],
  expect: [{ check: "faultHadEffect" }, { check: "elections", min: 2, max: 3 }],
});
