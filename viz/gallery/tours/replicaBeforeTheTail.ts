import { many, one } from "../load.ts";
import type { Tour } from "../tour.ts";

export const replicaBeforeTheTail: Tour = {
  id: "replica-before-the-tail",
  title: "A node that serves before it has read the tail",
  lesson:
    "A node that starts knows nothing, not even how much it does not know. It has to ask the log where the tail is and apply everything up to there before it says a word.",
  spec: {
    scenario: "replica-before-the-tail",
    file: {
      name: "replica-before-the-tail",
      story:
        "A replica restarts while the log cannot reach it. It thinks itself up to date, and shows an empty keyspace.",
      budget: "within",
      endsOn: "linearizability",
      parameters: { clients: 6, replicas: 1, horizonMs: 3600, freshMs: 100 },
      nemesis: [
        { kind: "machineCrash", target: "replica", probe: 0, atMs: 1500, forMs: 300 },
        { kind: "clog", from: "log", to: "databases", oneWay: 1, probe: 0, atMs: 1900, forMs: 900 },
      ],
      operations: [
        one("write", 500),
        ...many("replica read", 700, 1400, 100),
        ...many("replica read", 2300, 2700, 100),
      ],
      expect: [],
    },
    seed: 1,
    overrides: {},
    edits: [],
    mutant: "replica-before-the-tail",
  },
  violates: "sessions",
  steps: [
    {
      text: "A write, and then a client that reads it from a replica, ten times a second.",
      find: { find: "operation", access: "replica read", outcome: "ok", edge: "completed" },
      beforeMs: 400,
      afterMs: 700,
    },
    {
      text: "The replica crashes. Its memory is all it had.",
      find: { find: "fault", kind: "machineCrash", edge: "start" },
      beforeMs: 700,
      afterMs: 900,
    },
    {
      text: "What the log sends to database nodes gets stuck on the way: whoever starts now cannot learn where the tail is.",
      find: { find: "fault", kind: "clog", edge: "start" },
      beforeMs: 600,
      afterMs: 1000,
    },
    {
      text: "The replica starts again. It should stay in recovery, and refuse, until it has applied the tail. The planted bug lets it serve at once, with nothing applied.",
      find: { find: "violation", check: "sessions" },
      beforeMs: 800,
      afterMs: 300,
    },
    {
      text: "The reader that has just seen the value asks again, and is told that there is no such key. For it, time has gone back.",
      find: {
        find: "operation",
        access: "replica read",
        outcome: "ok",
        edge: "completed",
        answer: "(absent)",
      },
      beforeMs: 900,
      afterMs: 200,
      explains: true,
    },
  ],
};
