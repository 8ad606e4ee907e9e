import { defineScenario, type Scenario } from "../sim/scenario.ts";

export const blankLogNode: Scenario = defineScenario({
  name: "blank-log-node",
  story:
    "One log node is cut off and falls behind; another loses its disk and is formatted anew, cut off too; then the third, the only one that still holds everything, goes dark as the others find each other again. The one that lags and the one that is blank are a majority, but what was acknowledged is not theirs to forget: the cluster stops until the third is back.",
  budget: "over",
  parameters: { horizonMs: 60_000, logLeader: "anywhere" },
  nemesis: [
    { kind: "cut", from: "node:log-a", to: "log", atMs: 5000, forMs: 17_000 },
    { kind: "zoneOutage", target: "zone:c", disks: "lost", atMs: 10_000, forMs: 500, probe: 0 },
    { kind: "cut", from: "node:log-c", to: "log", atMs: 10_000, forMs: 12_000 },
    { kind: "zoneOutage", target: "zone:b", disks: "kept", atMs: 21_900, forMs: 12_000, probe: 0 },
  ],
  expect: [{ check: "faultHadEffect" }, { check: "traceHas", event: "log.repaired", min: 1 }],
});
