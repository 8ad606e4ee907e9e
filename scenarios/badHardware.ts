import { defineScenario, type Scenario } from "../sim/scenario.ts";

export const badHardware: Scenario = defineScenario({
  name: "bad-hardware",
  story:
    "Hardware lies, one piece at a time: disks of log nodes fail a sync, rot and lose a write, wall clocks jump by seconds, and all log nodes lose power for longer than a lease. No log node may promise what its disk does not hold, and no primary loses its leadership: a lease that lapsed is no conflict.",
  budget: "within",
  parameters: { horizonMs: 70_000, logLeader: "anywhere", jumpMs: 3000 },
  parameterHelp: { jumpMs: "how far wall clocks jump" },
  nemesis: [
    { kind: "diskFail", target: "logFollower", atMs: 5000 },
    { kind: "clockJump", target: "primary", byMs: "-$jumpMs", atMs: 8000, forMs: 6000 },
    { kind: "diskRot", target: "logFollower", atMs: 16_000, forMs: 1000 },
    { kind: "diskFail", target: "logLeader", atMs: 24_000 },
    { kind: "clockJump", target: "replicas", byMs: "$jumpMs", atMs: 28_000, forMs: 4000 },
    { kind: "clockJump", target: "primary", byMs: "$jumpMs", atMs: 33_000, forMs: 3000 },
    { kind: "diskRot", target: "logLeader", atMs: 40_000, forMs: 1000 },
    { kind: "diskMisdirect", target: "logFollower", atMs: 50_000, forMs: 1000 },
    { kind: "crashAll", targets: "log", atMs: 60_000, forMs: 900 },
  ],
  expect: [
    { check: "unavailability", access: "write", maxMs: 4000 },
    { check: "faultHadEffect" },
    { check: "traceHas", event: "log.repaired", min: 2 },
    { check: "elections", max: 0 },
    { check: "demotions", max: 0 },
  ],
});
