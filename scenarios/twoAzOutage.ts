import { defineScenario, type Scenario } from "../sim/scenario.ts";

export const twoAzOutage: Scenario = defineScenario({
  name: "two-az-outage",
  story:
    "Two of three zones go dark, among them the primary's. No majority is left: the cluster stops, answers no lie, and recovers by itself when the zones return.",
  budget: "over",
  parameters: { horizonMs: 60_000, faultForMs: 15_000 },
  nemesis: [
    {
      kind: "zoneOutage",
      target: "primary",
      disks: "kept",
      atMs: "$faultAtMs",
      forMs: "$faultForMs",
    },
    {
      kind: "zoneOutage",
      target: "logFollower",
      disks: "kept",
      atMs: "$faultAtMs",
      forMs: "$faultForMs",
    },
  ],
  expect: [{ check: "noWritesDuringFault" }, { check: "faultHadEffect" }],
});
