import { defineScenario, type Scenario } from "../sim/scenario.ts";

export const flappingNetwork: Scenario = defineScenario({
  name: "flapping-network",
  story:
    "The primary's zone is cut off and healed again and again. Leadership may move, but not faster than the backoff, and service goes on between.",
  budget: "within",
  parameters: { periodMs: 700, horizonMs: 60_000 },
  parameterHelp: { periodMs: "length of one cut and of one pause between cuts" },
  nemesis: [
    {
      kind: "flap",
      target: "primary",
      periodMs: "$periodMs",
      atMs: "$faultAtMs",
      forMs: "$faultForMs",
    },
  ],
  expect: [{ check: "faultHadEffect" }, { check: "electionsNotFasterThanBackoff" }],
});
