import { defineScenario, type FaultSpec, type Scenario } from "../sim/scenario.ts";

/** The answer to the release comes after another may lead. */
const handOvers: FaultSpec[] = [56_000, 60_000, 64_000, 68_000].flatMap((atMs) => [
  {
    kind: "reorder",
    from: "log",
    to: "primary",
    oneWay: 1,
    ratio: 1,
    byMs: 400,
    atMs: atMs - 20,
    forMs: 1500,
  },
  { kind: "plannedFailover", atMs },
]);

export const logSplit: Scenario = defineScenario({
  name: "log-split",
  story:
    "The network between the log nodes, and from them to their readers, is at its worst: the log's leader is cut from its peers but not from its writers, messages are lost, doubled and reordered while it dies, answers arrive late at a replica that recovers, at a primary whose lease has ended since, and at primaries that hand over, and a primary whose appends take seconds loses its leadership, leads again later, and meanwhile they arrive. Entries are small, so that records are cut into chunks.",
  budget: "within",
  parameters: { horizonMs: 72_000, logLeader: "anywhere", entryBytes: 64 },
  nemesis: [
    { kind: "cut", from: "logLeader", to: "log", atMs: 5000, forMs: 3000 },
    { kind: "duplicate", from: "log", to: "log", ratio: 0.2, atMs: 14_000, forMs: 16_000 },
    { kind: "reorder", from: "log", to: "log", ratio: 0.1, byMs: 20, atMs: 14_000, forMs: 16_000 },
    { kind: "loss", from: "log", to: "log", ratio: 0.02, atMs: 14_000, forMs: 16_000 },
    { kind: "cut", from: "logLeader", to: "log", oneWay: 1, atMs: 18_000, forMs: 2000 },
    { kind: "machineCrash", target: "logLeader", atMs: 24_000, forMs: 1000 },
    { kind: "clog", from: "log", to: "replica", oneWay: 1, atMs: 31_000, forMs: 3000 },
    { kind: "machineCrash", target: "replica", atMs: 31_100, forMs: 200, probe: 0 },
    { kind: "clog", from: "log", to: "primary", oneWay: 1, atMs: 36_000, forMs: 6000 },
    {
      kind: "reorder",
      from: "primary",
      to: "log",
      oneWay: 1,
      ratio: 1,
      byMs: 15_000,
      atMs: 45_000,
      forMs: 4000,
    },
    ...handOvers,
  ],
  expect: [
    { check: "unavailability", access: "write", maxMs: 10_000 },
    { check: "faultHadEffect" },
    { check: "logElections", min: 2 },
    { check: "elections", min: 1, max: 9 },
  ],
});
