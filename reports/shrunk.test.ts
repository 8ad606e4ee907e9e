import { expect, it } from "vitest";
import { causeText } from "./cause.ts";
import { shrunkText, type ShrunkReport } from "./shrunk.ts";
import { plainStyle } from "./terminal.ts";

const report: ShrunkReport = {
  from: "swarm, seed 17",
  sentence: "zero loss: SET was acknowledged and is gone",
  scenario: {
    name: "swarm-17-minimal",
    story: "A crash.",
    budget: "within",
    parameters: { replicas: 1, leaseMs: 400 },
    nemesis: [{ kind: "machineCrash", atMs: 200 }],
    operations: [
      { atMs: 150, shard: 0, workload: "registers", access: "write", key: 0, draw: 0 },
      { atMs: 900, shard: 1, workload: "registers", access: "read", key: 2, draw: 0 },
    ],
    expect: [],
    decisions: [
      { stream: "disk", value: 0.5 },
      { stream: "network", entity: "log-a→log-b", value: 0.5 },
    ],
  },
  before: { faults: 31, operations: 1204 },
  faults: [
    { text: "db-0-a crashed", atUs: 200_000, without: "" },
    { text: "log-b crashed", atUs: 300_000, without: "one leader: two" },
  ],
  isVerified: true,
  digest: "00ff",
  nearest: {
    without: "db-0-a crashed",
    failing: "0.350 s db-0-b role.primary",
    passing: undefined,
  },
  runs: 312,
  wallMs: 9200,
  wasInterrupted: false,
  path: "reports/out/swarm-17-minimal.json",
  replay: "npm run sim -- scenario=reports/out/swarm-17-minimal.json seed=2",
  watch: "http://localhost:4173/#scenario=swarm-17-minimal&seed=2&z=abc",
};

it("a shrunk failure is one sentence, its faults, its operations, where it parts from a run that passes, and a command", () => {
  expect(shrunkText(report, plainStyle)).toMatchInlineSnapshot(`
    "✘ SHRUNK  swarm, seed 17
      zero loss: SET was acknowledged and is gone

    Faults: 2 of 31
        0.200 s  db-0-a crashed
                   without it the run passes
        0.300 s  log-b crashed
                   without it another check fails: one leader: two

    Operations: 2 of 1,204
        0.150 s  write  registers:0
        0.900 s  read   registers:2  shard 1

    The nearest run that passes lacks “db-0-a crashed”. They part at
      failing: 0.350 s db-0-b role.primary
      passing: ended

    Parameters: replicas=1 leaseMs=400
    Always the median: disk, network/log-a→log-b
    Verified: failed twice in the same way, digest 00ff; 312 runs in 9.20 s
    File   reports/out/swarm-17-minimal.json
    Replay npm run sim -- scenario=reports/out/swarm-17-minimal.json seed=2
    Watch  http://localhost:4173/#scenario=swarm-17-minimal&seed=2&z=abc
    "
  `);
});

it("a result that did not fail twice says so, and one cut short that it may become smaller", () => {
  const text = shrunkText({ ...report, isVerified: false, wasInterrupted: true }, plainStyle);
  expect(text).toContain("NOT VERIFIED: two runs of the result disagreed");
  expect(text).toContain("Interrupted: the best so far");
});

it("a point of no return is a plot with its intervals, the jump, and what happened there", () => {
  const moments = [
    { atUs: 1_000_000, failed: 0, futures: 8 },
    { atUs: 2_000_000, failed: 7, futures: 8 },
    { atUs: 3_000_000, failed: 8, futures: 8 },
  ] as const;
  const happened = [
    {
      timeUs: 1_500_000,
      node: "db-0-a",
      kind: "machine.crashed" as const,
      shard: -1,
      position: -1,
      value: -1,
      text: "crash",
    },
  ];
  const cause = { moments, jump: { from: moments[0], to: moments[1] }, happened };
  const about = { from: "swarm, seed 17", sentence: "zero loss: gone", runs: 25, wallMs: 1200 };
  expect(causeText({ ...about, cause, loadedUs: 1_000_000 }, plainStyle)).toMatchInlineSnapshot(`
    "Point of no return of swarm, seed 17
      zero loss: gone

    Futures that fail, if chance begins anew at that moment (with the 95 % interval of that share)
        0.000 s  0 of 8    0–32 %
        1.000 s  7 of 8   53–98 %  ███████████████████████████████████
        2.000 s  8 of 8  68–100 %  ████████████████████████████████████████

    It is decided between 0.000 s and 1.000 s: from 0 of 8 futures that fail to 7 of 8.
        0.500 s  db-0-a machine.crashed crash

    25 runs in 1.20 s
    "
  `);
});
