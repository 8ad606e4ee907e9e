import { defineScenario, type Scenario } from "../sim/scenario.ts";

export const azLoss: Scenario = defineScenario({
  name: "az-loss",
  story:
    "The zone of the primary is destroyed: its machines and disks are gone for good. A replica takes over; when hardware is back the monitor replaces the nodes and the log replica, which repairs itself from both peers before it votes.",
  budget: "within",
  parameters: { target: "primary", logLeader: "anywhere", horizonMs: 70_000 },
  parameterHelp: { target: "whose zone is destroyed: primary, logLeader, or both" },
  nemesis: [
    {
      kind: "zoneOutage",
      target: "$target",
      disks: "lost",
      atMs: "$faultAtMs",
      forMs: "$faultForMs",
    },
  ],
  expect: [
    { check: "unavailability", access: "write", maxMs: 10_000 },
    { check: "faultHadEffect" },
    { check: "traceHas", event: "log.repaired", min: 1 },
    { check: "elections", max: 2 },
  ],
});
