import { one } from "../load.ts";
import type { Tour } from "../tour.ts";

export const fencing: Tour = {
  id: "fencing",
  title: "The log refuses yesterday's primary",
  lesson:
    "Leases keep reads honest; writes need no clock at all. An append names the entry that it follows, so once a successor's entry stands there, whatever the old primary still has under way can never land.",
  spec: {
    scenario: "fencing",
    file: {
      name: "fencing",
      story:
        "A primary loses its log with a write under way. When it is heard again, another leads, and the write is refused for good.",
      budget: "within",
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
      operations: [one("write", 500), one("read", 700), one("write", 1200), one("read", 5500)],
      expect: [],
    },
    seed: 1,
    overrides: {},
    edits: [],
  },
  violates: "",
  steps: [
    {
      text: "The primary is cut off from the log, but not from its clients.",
      find: { find: "fault", kind: "cut", edge: "start" },
      beforeMs: 800,
      afterMs: 1200,
    },
    {
      text: "A write comes. The primary executes it and sends its append again and again; the client is told nothing, gives up, and does not know whether it was written.",
      find: { find: "operation", access: "write", outcome: "unknown", edge: "completed" },
      beforeMs: 700,
      afterMs: 500,
      explains: true,
    },
    {
      text: "The lease ends. The primary executes nothing more, but keeps its memory: perhaps its appends still commit.",
      find: { find: "event", kind: "lease.lapsed" },
      beforeMs: 1600,
      afterMs: 900,
    },
    {
      text: "A replica stands: its leadership entry names the tail as its predecessor, and takes the very place that the pending write wanted.",
      find: { find: "event", kind: "role.primary" },
      beforeMs: 1500,
      afterMs: 700,
    },
    {
      text: "The cut heals, and the old primary's append arrives. Another entry stands behind its predecessor: conflict, for good. No clock was asked.",
      find: { find: "event", kind: "append.conflict" },
      beforeMs: 900,
      afterMs: 100,
    },
    {
      text: "So it forgets everything, reads the log, and follows. The write that nobody was promised is on no node; had its client been told OK, that would have been a lie.",
      find: { find: "event", kind: "node.recovered", node: "db" },
      beforeMs: 300,
      afterMs: 1100,
    },
  ],
};
