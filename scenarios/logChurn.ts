import { defineScenario, type Scenario } from "../sim/scenario.ts";

/** Crashes, far enough apart for the log to have a leader again each time. */
const crashes = 20;
const everyMs = 2500;

export const logChurn: Scenario = defineScenario({
  name: "log-churn",
  story:
    "The leader of the log dies again and again, twenty times in fifty seconds. Each time its two peers may stand at once: no term may have two leaders, nothing committed may be lost between them, and no primary loses its leadership over it.",
  budget: "within",
  parameters: { horizonMs: 60_000, faultAtMs: 5000, logLeader: "anywhere" },
  nemesis: Array.from({ length: crashes }, (_, index) => ({
    kind: "machineCrash",
    target: "logLeader",
    atMs: 5000 + index * everyMs,
    forMs: 700,
    probe: 0,
  })),
  expect: [
    { check: "logElections", min: crashes },
    { check: "elections", max: 0 },
    { check: "demotions", max: 0 },
    { check: "unavailability", access: "write", maxMs: 2500 },
    { check: "faultHadEffect" },
  ],
});
