import { defineScenario, type Scenario } from "../sim/scenario.ts";

export const allLogNodesCrash: Scenario = defineScenario({
  name: "all-log-nodes-crash",
  story:
    "All three log nodes die at once and lose what they had not synced. The primary's lease lapses; after their return it resends the same appends, or another leads. Nothing acknowledged is lost.",
  budget: "within",
  parameters: { horizonMs: 40_000, faultForMs: 4000 },
  nemesis: [{ kind: "crashAll", targets: "log", atMs: "$faultAtMs", forMs: "$faultForMs" }],
  expect: [
    { check: "unavailability", access: "write", maxMs: 10_000 },
    { check: "faultHadEffect" },
    { check: "logElections", min: 1 },
  ],
});
