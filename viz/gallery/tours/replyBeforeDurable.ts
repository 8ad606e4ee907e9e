import { one } from "../load.ts";
import type { Tour } from "../tour.ts";

export const replyBeforeDurable: Tour = {
  id: "reply-before-durable",
  title: "OK before it is on a disk",
  lesson:
    "An answer is a promise, and it can be kept only by what outlives the node that gave it. A primary that answers first and appends later loses writes, though no machine and no disk ever breaks.",
  spec: {
    scenario: "reply-before-durable",
    file: {
      name: "reply-before-durable",
      story:
        "The primary loses its log and answers a write all the same. Its successor has never heard of it.",
      budget: "within",
      endsOn: "linearizability",
      parameters: { clients: 6, horizonMs: 5000 },
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
      operations: [one("write", 500), one("read", 700), one("write", 1200), one("read", 4800)],
      expect: [],
    },
    seed: 1,
    overrides: {},
    edits: [],
    mutant: "reply-before-durable",
  },
  violates: "linearizability",
  steps: [
    {
      text: "The first write already gives the bug away: OK leaves before any log node has the entry. It would go unnoticed for years, since the entry follows a millisecond later. This run is told to go on, to see what comes of it.",
      find: { find: "violation", check: "zero loss" },
      beforeMs: 5,
      afterMs: 8,
      explains: true,
    },
    {
      text: "Now the network between primary and log is cut.",
      find: { find: "fault", kind: "cut", edge: "start" },
      beforeMs: 600,
      afterMs: 900,
    },
    {
      text: "A second write, and OK again. This time no entry follows: the only copy is in the memory of one process.",
      find: { find: "operation", access: "write", outcome: "ok", edge: "completed" },
      beforeMs: 250,
      afterMs: 250,
      explains: true,
    },
    {
      text: "The lease has ended, a replica takes over. It has all that the log has, which is everything but that write.",
      find: { find: "event", kind: "role.primary" },
      beforeMs: 2900,
      afterMs: 500,
    },
    {
      text: "The cut has healed. The log refuses the old primary's entries for good, for another's stands in their place; so it discards its memory, and the last copy dies with it.",
      find: { find: "event", kind: "append.conflict" },
      beforeMs: 1000,
      afterMs: 300,
    },
    {
      text: "A client reads the key and gets the value of before. No order of these operations explains that answer: an acknowledged write is gone.",
      find: { find: "violation", check: "linearizability" },
      beforeMs: 3900,
      afterMs: 100,
      explains: true,
    },
  ],
};
