import { defineScenario, type Scenario } from "../sim/scenario.ts";

export const messages: Scenario = defineScenario({
  name: "messages",
  story:
    "A client listens at every node while writers tell of each write; the primary's appends stop reaching the log, and frames between nodes come late and twice. Nobody may hear of a write that is lost, nor twice of one.",
  budget: "within",
  parameters: {
    workload: "messages",
    listeners: 1,
    horizonMs: 40_000,
    faultAtMs: 8000,
    faultForMs: 12_000,
    readRatio: 0.4,
  },
  nemesis: [
    {
      kind: "cut",
      from: "primary",
      to: "log",
      oneWay: 1,
      atMs: "$faultAtMs",
      forMs: "$faultForMs",
    },
    {
      kind: "duplicate",
      from: "databases",
      to: "databases",
      ratio: 0.3,
      atMs: 1000,
      forMs: 35_000,
    },
    {
      kind: "reorder",
      from: "databases",
      to: "databases",
      ratio: 0.3,
      byMs: 30,
      atMs: 1000,
      forMs: 35_000,
    },
  ],
  expect: [
    { check: "traceHas", event: "append.conflict", min: 1 },
    { check: "faultHadEffect" },
    { check: "elections", min: 1, max: 2 },
  ],
});
