import { many, one } from "../load.ts";
import type { Tour } from "../tour.ts";

export const leaseFromAnswer: Tour = {
  id: "lease-from-answer",
  title: "Why a lease starts when its renewal is sent",
  lesson:
    "The others count from the moment at which they saw the renewal, and the holder cannot know when that was. Only the time before it was sent is surely earlier; whoever counts from the answer may believe in a lease that has long been given away.",
  spec: {
    scenario: "lease-from-answer",
    file: {
      name: "lease-from-answer",
      story:
        "The answer to a renewal is two seconds late. The primary counts its lease from there, and serves beside its successor.",
      budget: "within",
      endsOn: "linearizability",
      parameters: { clients: 6, horizonMs: 5500, clientTimeoutMs: 400 },
      nemesis: [
        { kind: "clog", from: "log", to: "primary", oneWay: 1, probe: 0, atMs: 1000, forMs: 2300 },
        { kind: "cut", from: "primary", to: "log", oneWay: 1, probe: 0, atMs: 2000, forMs: 3000 },
      ],
      operations: [
        one("write", 500),
        ...many("read", 600, 5000, 100),
        // Writers learn of the new primary by a write to another key: the old one waits with what it has under way.
        one("write", 3850, 1),
        one("write", 3851, 1),
        one("write", 4400),
      ],
      expect: [],
    },
    seed: 1,
    overrides: {},
    edits: [],
    mutant: "lease-from-answer",
  },
  violates: "linearizability",
  steps: [
    {
      text: "One value is written, and a client reads it ten times a second from the primary.",
      find: { find: "operation", access: "write", outcome: "ok", edge: "completed" },
      beforeMs: 400,
      afterMs: 900,
    },
    {
      text: "What the log sends to the primary gets stuck on the way. The next renewal still reaches the log and commits, and replicas that see it begin to count their backoff. Only the answer to the primary waits.",
      find: { find: "fault", kind: "clog", edge: "start" },
      beforeMs: 700,
      afterMs: 2600,
    },
    {
      text: "The last lease that the primary knows of ends, and it refuses reads, as it must.",
      find: { find: "leaseEnd" },
      beforeMs: 2200,
      afterMs: 600,
    },
    {
      text: "The late answer arrives. Counted from when the renewal was sent, that lease is over too. The planted bug counts from now: the primary serves again, for two more seconds. (Since a second ago nothing that it sends reaches the log.)",
      find: { find: "fault", kind: "clog", edge: "end" },
      beforeMs: 2500,
      afterMs: 1000,
    },
    {
      text: "A replica's backoff has passed since it saw that renewal. It stands, by the rules, and wins: two nodes hold a lease at once.",
      find: { find: "overlap" },
      beforeMs: 1400,
      afterMs: 600,
    },
    {
      text: "The new primary takes a write of the key. The old one answers a reader with the value of before: stale, and no order of the operations explains it.",
      find: { find: "violation", check: "linearizability" },
      beforeMs: 500,
      afterMs: 50,
      explains: true,
    },
  ],
};
