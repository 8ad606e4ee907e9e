import { defineScenario, type Scenario } from "../sim/scenario.ts";

export const azOutage: Scenario = defineScenario({
  name: "az-outage",
  story:
    "The zone of the primary goes dark under load and returns with its disks. A replica in another zone takes over, every acknowledged write survives, and the zone catches up when it returns.",
  budget: "within",
  parameters: { target: "primary", logLeader: "anywhere", horizonMs: 60_000 },
  parameterHelp: {
    target: "whose zone goes dark: primary, logLeader, or both (one zone that holds both)",
  },
  nemesis: [
    {
      kind: "zoneOutage",
      target: "$target",
      disks: "kept",
      atMs: "$faultAtMs",
      forMs: "$faultForMs",
    },
  ],
  expect: [
    { check: "unavailability", access: "write", maxMs: 10_000 },
    { check: "faultHadEffect" },
    { check: "replicaReadsDuringFailover", min: 1 },
    { check: "elections", max: 2 },
  ],
});
