import { defineScenario, type Scenario } from "../sim/scenario.ts";

export const appendReorder: Scenario = defineScenario({
  name: "append-reorder",
  story:
    "Appends to the log overtake each other and arrive twice. An append whose predecessor is not there yet is held or answered behind, never refused: no primary is fenced by its own network.",
  budget: "within",
  parameters: { horizonMs: 40_000 },
  nemesis: [
    {
      kind: "reorder",
      from: "databases",
      to: "log",
      ratio: 0.3,
      byMs: 20,
      atMs: "$faultAtMs",
      forMs: "$faultForMs",
    },
    {
      kind: "duplicate",
      from: "databases",
      to: "log",
      ratio: 0.1,
      atMs: "$faultAtMs",
      forMs: "$faultForMs",
    },
  ],
  expect: [{ check: "elections", max: 0 }, { check: "faultHadEffect" }],
});
