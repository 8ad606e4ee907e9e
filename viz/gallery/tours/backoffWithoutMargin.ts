import { many, one } from "../load.ts";
import type { Tour } from "../tour.ts";

export const backoffWithoutMargin: Tour = {
  id: "backoff-without-margin",
  title: "A backoff no longer than the lease",
  lesson:
    "Two clocks never run at the same rate, so two seconds here are not two seconds there. A replica has to wait longer than the lease by as much as the clocks may differ, or it leads while the old primary still may.",
  spec: {
    scenario: "backoff-without-margin",
    file: {
      name: "backoff-without-margin",
      story:
        "Clocks differ as much as they may. Replicas wait exactly a lease, and lead before the lease has ended.",
      budget: "within",
      endsOn: "linearizability",
      parameters: { clients: 6, horizonMs: 5500, driftPpm: 0, clientTimeoutMs: 400 },
      nemesis: [
        { kind: "clockDrift", target: "primary", ratio: -0.1, atMs: 500, forMs: 4500 },
        { kind: "clockDrift", target: "replicas", ratio: 0.1, atMs: 500, forMs: 4500 },
        { kind: "cut", from: "primary", to: "log", oneWay: 0, probe: 0, atMs: 2000, forMs: 3000 },
      ],
      operations: [
        one("write", 300),
        ...many("read", 600, 4200, 100),
        // Writers learn of the new primary by a write to another key: the old one waits with what it has under way.
        one("write", 3000, 1),
        one("write", 3001, 1),
        one("write", 3550),
      ],
      expect: [],
    },
    seed: 1,
    overrides: {},
    edits: [],
    mutant: "backoff-without-margin",
  },
  violates: "linearizability",
  steps: [
    {
      text: "The primary's clock begins to run a tenth too slow, those of the replicas a tenth too fast. That is the most that the design allows for; all of them look right to themselves.",
      find: { find: "fault", kind: "clockDrift", edge: "start" },
      beforeMs: 400,
      afterMs: 1500,
    },
    {
      text: "The primary is cut off from the log. Its last lease lasts two seconds by its own clock, which are 2.2 seconds of true time.",
      find: { find: "fault", kind: "cut", edge: "start" },
      beforeMs: 900,
      afterMs: 2000,
    },
    {
      text: "A replica has waited two seconds by its own clock, which are 1.8 seconds of true time, and stands. The design would make it wait 2.6: longer than the lease by more than what two clocks may differ.",
      find: { find: "event", kind: "election.stood" },
      beforeMs: 1700,
      afterMs: 500,
    },
    {
      text: "It wins, and for four tenths of a second two nodes hold a lease.",
      find: { find: "overlap" },
      beforeMs: 500,
      afterMs: 500,
    },
    {
      text: "A write to the new primary, then a read at the old one, which answers with the value of before. A margin of some hundred milliseconds is all that is missing.",
      find: { find: "violation", check: "linearizability" },
      beforeMs: 300,
      afterMs: 40,
      explains: true,
    },
  ],
};
