import { many } from "../load.ts";
import type { Tour } from "../tour.ts";

export const majorityIsNotConsensus: Tour = {
  id: "majority-is-not-consensus",
  title: "Why a majority is not consensus",
  lesson:
    "Any two majorities share a node, but that helps only if the shared node insists on what it knows. If it votes for whoever asks, a proper majority elects a leader that lacks what another majority has committed.",
  spec: {
    scenario: "majority-is-not-consensus",
    file: {
      name: "majority-is-not-consensus",
      story: "A log node that missed some writes is elected by one that has them, and drops them.",
      budget: "within",
      parameters: { clients: 6, horizonMs: 5000 },
      nemesis: [
        {
          kind: "cut",
          from: "logFollower",
          to: "everything",
          oneWay: 0,
          probe: 0,
          atMs: 1000,
          forMs: 1500,
        },
        { kind: "machineCrash", target: "logLeader", probe: 0, atMs: 2400, forMs: 1500 },
      ],
      operations: many("write", 500, 4000, 250),
      expect: [],
    },
    seed: 1,
    overrides: {},
    edits: [],
    mutant: "vote-for-any-log",
  },
  violates: "log safety",
  steps: [
    {
      text: "Each write goes to three log nodes, and commits when two of them have it on their disks.",
      find: { find: "operation", access: "write", outcome: "ok", edge: "completed" },
      beforeMs: 8,
      afterMs: 8,
      explains: true,
    },
    {
      text: "One log node is cut off from everything. The other two are a majority and go on; what they commit from here on, it does not have.",
      find: { find: "fault", kind: "cut", edge: "start" },
      beforeMs: 600,
      afterMs: 1500,
    },
    {
      text: "The log's leader crashes. One node of the majority is left, and its disk has every committed entry.",
      find: { find: "fault", kind: "machineCrash", edge: "start" },
      beforeMs: 1600,
      afterMs: 500,
    },
    {
      text: "The lonely node is back: again two of three can talk. It asks for votes first. The node that knows more has to refuse, since the candidate's log is shorter than its own. The planted bug says yes.",
      find: { find: "fault", kind: "cut", edge: "end" },
      beforeMs: 300,
      afterMs: 350,
    },
    {
      text: "Two votes of three: a proper majority, and a leader whose disk lacks what another majority had committed. The next thing it does is to make the other node drop it.",
      find: { find: "violation", check: "log safety" },
      beforeMs: 500,
      afterMs: 30,
    },
  ],
};
