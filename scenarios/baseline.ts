import { defineScenario, type Scenario } from "../sim/scenario.ts";

export const baseline: Scenario = defineScenario({
  name: "baseline",
  story: "Nothing fails. Writes wait for the log and nothing else; reads of clean keys never wait.",
  budget: "within",
  parameters: { horizonMs: 30_000 },
  nemesis: [],
  expect: [],
});
