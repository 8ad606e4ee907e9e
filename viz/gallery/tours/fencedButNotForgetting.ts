import { one } from "../load.ts";
import type { Tour } from "../tour.ts";

export const fencedButNotForgetting: Tour = {
  id: "fenced-but-not-forgetting",
  title: "A fenced primary that remembers",
  lesson:
    "A primary's memory runs ahead of the log by all that has not committed. When it is fenced, that part never happened: it has to throw its memory away, or every replica of it shows a world of its own.",
  spec: {
    scenario: "fenced-but-not-forgetting",
    file: {
      name: "fenced-but-not-forgetting",
      story:
        "An increment waits on a primary that has lost its log. The primary is fenced, follows its successor, and keeps the increment.",
      budget: "within",
      endsOn: "sessions",
      parameters: { clients: 6, horizonMs: 6000, clientTimeoutMs: 400, freshMs: 200 },
      nemesis: [
        {
          kind: "cut",
          from: "primary",
          to: "log",
          oneWay: 0,
          probe: 0,
          atMs: 1000,
          forMs: 3500,
        },
      ],
      operations: [
        one("write", 500, 0, "counters"),
        one("read", 700, 0, "counters"),
        one("write", 1200, 0, "counters"),
        one("replica read", 4700, 0, "counters"),
        one("read", 5500, 0, "counters"),
      ],
      expect: [],
    },
    seed: 1,
    overrides: {},
    edits: [],
    mutant: "conflict-keeps-memory",
  },
  violates: "no dirty reads",
  steps: [
    {
      text: "INCR: the counter is 1, here and in the log.",
      find: { find: "operation", access: "write", outcome: "ok", edge: "completed" },
      beforeMs: 8,
      afterMs: 8,
      explains: true,
    },
    {
      text: "The primary has lost its log, and executes a second INCR: 2 in its memory, 1 in the log. The client gives up without an answer and does not ask again, since it cannot know whether it was counted.",
      find: { find: "operation", access: "write", outcome: "unknown", edge: "invoked" },
      beforeMs: 400,
      afterMs: 700,
      explains: true,
    },
    {
      text: "Another leads. For it, the counter is 1.",
      find: { find: "event", kind: "role.primary" },
      beforeMs: 2800,
      afterMs: 600,
    },
    {
      text: "The old primary is heard again and fenced. Here it should discard its memory and read the log anew. The planted bug goes on from what it has.",
      find: { find: "event", kind: "append.conflict" },
      beforeMs: 700,
      afterMs: 100,
    },
    {
      text: "As a replica it answers 2. No log says so, no disk says so, and it will say so for ever: from here on it differs from all others by one.",
      find: { find: "violation", check: "sessions" },
      beforeMs: 300,
      afterMs: 30,
      explains: true,
    },
  ],
};
