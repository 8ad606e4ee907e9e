import type { Tour } from "../tour.ts";

export const healthyFailover: Tour = {
  id: "healthy-failover",
  title: "A zone goes dark, and nothing is lost",
  lesson:
    "Nobody has to notice that a primary is dead: its lease runs out by itself, and only after that may another lead. Writes wait for about three seconds, and every acknowledged one is still there.",
  spec: {
    scenario: "az-outage",
    seed: 1,
    overrides: {
      horizonMs: 14_000,
      faultAtMs: 3000,
      faultForMs: 6000,
      opsPerSecond: 40,
      keys: 4,
      workload: "registers",
    },
    edits: [],
  },
  violates: "",
  steps: [
    {
      text: "A quiet day. One database node of three is primary and holds a lease, which it renews every half second; each write is on the disks of two zones before its client hears OK.",
      find: { find: "load" },
      beforeMs: 300,
      afterMs: 4000,
    },
    {
      text: "The zone of the primary loses its power: the primary, a log node and their disks are gone at once. Nobody is told.",
      find: { find: "fault", kind: "zoneOutage", edge: "start" },
      beforeMs: 600,
      afterMs: 3200,
    },
    {
      text: "The two log nodes that are left miss the leader's heartbeats and elect another leader of the log. Two of three are a majority: entries can commit again. But there is no primary to write any.",
      find: { find: "event", kind: "log.leader" },
      beforeMs: 900,
      afterMs: 2400,
    },
    {
      text: "A replica has seen no renewal for its whole backoff, which is longer than any lease can still last. Now it stands: it appends a leadership entry behind the tail that it has read.",
      find: { find: "event", kind: "election.stood" },
      beforeMs: 2600,
      afterMs: 300,
    },
    {
      text: "The entry has committed, so it leads, with a lease that counts from the moment at which it sent the entry. Readers of replicas were answered all the while.",
      find: { find: "event", kind: "role.primary" },
      beforeMs: 2800,
      afterMs: 500,
    },
    {
      text: "The zone returns. Its database node does not trust what it remembers: it reads the log to the tail, and only then follows as a replica. All checks of this run hold.",
      find: { find: "event", kind: "node.recovered", node: "db" },
      beforeMs: 7200,
      afterMs: 600,
    },
  ],
};
