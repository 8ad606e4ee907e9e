import { defineScenario, type Scenario } from "../sim/scenario.ts";

export const rollingRestart: Scenario = defineScenario({
  name: "rolling-restart",
  story:
    "Every machine is restarted in turn, log nodes too, primaries after a planned failover. Clients see short pauses and lose nothing.",
  budget: "within",
  parameters: { horizonMs: 60_000, faultAtMs: 8000, everyMs: 5000 },
  parameterHelp: { everyMs: "time between two restarts" },
  nemesis: [{ kind: "rollingRestart", atMs: "$faultAtMs", everyMs: "$everyMs" }],
  expect: [{ check: "unavailability", access: "write", maxMs: 2000 }, { check: "faultHadEffect" }],
});
