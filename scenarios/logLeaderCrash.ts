import { defineScenario, type Scenario } from "../sim/scenario.ts";

export const logLeaderCrash: Scenario = defineScenario({
  name: "log-leader-crash",
  story:
    "The log's leader dies. The log elects another within a second, pending appends are resent under their old ids, and no primary is demoted.",
  budget: "within",
  parameters: { horizonMs: 40_000, faultForMs: 5000 },
  nemesis: [
    { kind: "machineCrash", target: "logLeader", atMs: "$faultAtMs", forMs: "$faultForMs" },
  ],
  expect: [
    { check: "elections", max: 0 },
    { check: "logElections", min: 1 },
    { check: "unavailability", access: "write", maxMs: 2000 },
    { check: "faultHadEffect" },
  ],
});
