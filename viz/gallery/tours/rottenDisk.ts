import { many } from "../load.ts";
import type { Tour } from "../tour.ts";

export const rottenDisk: Tour = {
  id: "rotten-disk",
  title: "A bit flips on a disk",
  lesson:
    "After a crash the last write may be torn, and what is torn was never acknowledged: it may be cut off. Damage anywhere else looks much the same, and whoever cuts there forgets what it has promised to keep.",
  spec: {
    scenario: "rotten-disk",
    file: {
      name: "rotten-disk",
      story:
        "A log node crashes, and one bit in the older half of its log flips. It takes the damage for the end of the log.",
      budget: "within",
      parameters: { clients: 6, horizonMs: 4000 },
      nemesis: [{ kind: "diskRot", target: "logFollower", probe: 0, atMs: 1500, forMs: 300 }],
      operations: many("write", 300, 3000, 200),
      expect: [],
    },
    seed: 2,
    overrides: {},
    edits: [],
    mutant: "damage-taken-for-the-end",
  },
  violates: "log safety",
  steps: [
    {
      text: "Every write is on the disks of at least two log nodes when its client hears OK. Each of them has promised to keep it.",
      find: { find: "operation", access: "write", outcome: "ok", edge: "completed" },
      beforeMs: 8,
      afterMs: 8,
      explains: true,
    },
    {
      text: "One log node crashes, and a bit on its disk flips, in the older half of the log. The two others go on: one copy may be lost, that is what there are three for.",
      find: { find: "event", kind: "disk.rotted" },
      beforeMs: 700,
      afterMs: 900,
    },
    {
      text: "The node starts and reads its log up to the bad checksum. Sound records lie behind it, so this is no torn end: it should report damage, copy the log from its peers, and vote for nobody until then. The planted bug cuts off everything from here on.",
      find: { find: "event", kind: "log.torn" },
      beforeMs: 900,
      afterMs: 200,
    },
    {
      text: "It takes part again, as if nothing had happened, and its disk lacks entries that it had acknowledged. One more zone away, and the two that are left would elect it: those writes would be gone.",
      find: { find: "violation", check: "log safety" },
      beforeMs: 900,
      afterMs: 100,
    },
  ],
};
