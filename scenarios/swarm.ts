import { defineScenario, type Scenario } from "../sim/scenario.ts";

export const swarm: Scenario = defineScenario({
  name: "swarm",
  story:
    "Every seed draws its own cluster, limits, load and faults; whatever it draws, the promises of its budget must hold.",
  budget: "within",
  generator: "swarm",
  availability: "measured",
  parameters: { budget: "within", faults: 0, types: "all" },
  parameterHelp: {
    budget: "within, over or assumption-broken: what the drawn faults may do",
    types:
      "what the load is on: all types, strings alone, keys that nodes with little memory evict, registers that clients cache, scripts and functions, or users whose rights change; all draws these, too, now and then",
    faults: "how many faults are drawn; 0: each seed draws the number, too",
  },
  nemesis: [],
  expect: [],
});
