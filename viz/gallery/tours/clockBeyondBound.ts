import type { Tour } from "../tour.ts";

export const clockBeyondBound: Tour = {
  id: "clock-beyond-bound",
  title: "A clock beyond its bound",
  lesson:
    "Leases assume that clocks differ in rate by a tenth at most. Break that, and reads may be stale; but writes are fenced by the log and not by a clock, so nothing is lost even then.",
  spec: {
    scenario: "clock-beyond-bound",
    seed: 1,
    overrides: {
      horizonMs: 20_000,
      opsPerSecond: 30,
      keys: 2,
      readRatio: 0.7,
      workload: "registers",
    },
    edits: [],
  },
  violates: "",
  steps: [
    {
      text: "No bug is planted here: the world breaks what the design assumes. The primary's clock runs at less than a third of its rate, those of the replicas far too fast.",
      find: { find: "fault", kind: "clockDrift", edge: "start" },
      beforeMs: 800,
      afterMs: 2000,
    },
    {
      text: "The primary is cut off from the log. By its own clock its lease has a good while left: more than five seconds of true time.",
      find: { find: "fault", kind: "cut", edge: "start" },
      beforeMs: 1000,
      afterMs: 2500,
    },
    {
      text: "By the replicas' clocks the backoff is over soon. One of them leads, and two nodes hold a lease: this is what the bound is for.",
      find: { find: "overlap" },
      beforeMs: 1000,
      afterMs: 3000,
    },
    {
      text: "A reader at the old primary is told a value that has been replaced. The check names it, and as the assumption is broken it counts as expected.",
      find: { find: "violation", check: "linearizability" },
      beforeMs: 1800,
      afterMs: 600,
      explains: true,
    },
    {
      text: "At last the old primary's lease ends, and it falls silent. Whatever it had executed meanwhile never reached the log, and nobody was told OK: the end of the run finds every acknowledged write.",
      find: { find: "leaseEnd" },
      beforeMs: 6000,
      afterMs: 500,
    },
  ],
};
