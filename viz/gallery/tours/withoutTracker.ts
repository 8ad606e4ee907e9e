import { one } from "../load.ts";
import type { Tour } from "../tour.ts";

export const withoutTracker: Tour = {
  id: "without-tracker",
  title: "Why write-behind needs a tracker",
  lesson:
    "A primary executes a write in memory before the log has it, and holds back only the answer. Unless it also holds back every reader of that key, somebody learns a value that may never have been.",
  spec: {
    scenario: "without-tracker",
    file: {
      name: "without-tracker",
      story:
        "The primary loses its log. A write waits for a commit that cannot come, and a read of the same key does not wait.",
      budget: "within",
      parameters: { clients: 6, horizonMs: 4000 },
      nemesis: [
        {
          kind: "cut",
          from: "primary",
          to: "log",
          oneWay: 0,
          probe: 0,
          atMs: 1000,
          forMs: 2500,
        },
      ],
      operations: [one("write", 500), one("read", 700), one("write", 1200), one("read", 1400)],
      expect: [],
    },
    seed: 1,
    overrides: {},
    edits: [],
    mutant: "no-tracker",
  },
  violates: "no dirty reads",
  steps: [
    {
      text: "A write as it should be: the primary executes it, appends it to the log, and answers only when two of three zones hold it.",
      find: { find: "operation", access: "write", outcome: "ok", edge: "completed" },
      beforeMs: 8,
      afterMs: 8,
      explains: true,
    },
    {
      text: "The primary is cut off from all log nodes. Its clients still reach it, and its lease is good for up to two seconds: it may answer what it knows to be durable.",
      find: { find: "fault", kind: "cut", edge: "start" },
      beforeMs: 700,
      afterMs: 900,
    },
    {
      text: "A second write. The primary executes it, so its memory has the new value, and its append reaches nobody. The client gets no answer: so far all is well.",
      find: { find: "operation", access: "write", outcome: "open", edge: "invoked" },
      beforeMs: 500,
      afterMs: 400,
    },
    {
      text: "A read of the same key. The tracker would have held this answer until the write is durable. The planted bug answers at once: the reader knows a value that lies on no disk, and that the next primary will never have heard of.",
      find: { find: "violation", check: "no dirty reads" },
      beforeMs: 260,
      afterMs: 60,
      explains: true,
    },
  ],
};
