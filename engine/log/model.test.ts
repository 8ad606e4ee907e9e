/**
 * Random schedules of writers, readers and faults against the test cluster's memory of what is committed. The faults stay
 * within budget: one log copy at a time is lost or rotten.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { must } from "../assert.ts";
import type { Timing } from "../timing.ts";
import { batchHeaderBytes, formatFile, sectorBytes } from "./diskFormat.ts";
import { inspectLog } from "./inspectLog.ts";
import { logNames, TestCluster } from "./testCluster.ts";

type Action =
  | { readonly kind: "run"; readonly ms: number }
  | { readonly kind: "write"; readonly writer: number; readonly count: number }
  | { readonly kind: "crash" | "start" | "isolate" | "replace" | "rot"; readonly at: number }
  | { readonly kind: "restartWriter"; readonly writer: number }
  | { readonly kind: "break"; readonly left: number; readonly right: number }
  | {
      readonly kind: "network";
      readonly loss: number;
      readonly duplicate: number;
      readonly spread: number;
    }
  | { readonly kind: "heal" | "trim" | "transfer"; readonly at: number };

const actions: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant("run" as const),
      ms: fc.integer({ min: 1, max: 600 }),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant("write" as const),
      writer: fc.integer({ min: 0, max: 1 }),
      count: fc.integer({ min: 1, max: 5 }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constantFrom(
        "crash" as const,
        "start" as const,
        "start" as const,
        "isolate" as const,
      ),
      at: fc.integer({ min: 0, max: 2 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom("replace" as const, "rot" as const),
      at: fc.integer({ min: 0, max: 2 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("restartWriter" as const),
      writer: fc.integer({ min: 0, max: 1 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("break" as const),
      left: fc.integer({ min: 0, max: 2 }),
      right: fc.integer({ min: 0, max: 2 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("network" as const),
      loss: fc.constantFrom(0, 0.05, 0.3),
      duplicate: fc.constantFrom(0, 0.2),
      spread: fc.constantFrom(1000, 20_000),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom("heal" as const, "heal" as const, "trim" as const, "transfer" as const),
      at: fc.integer({ min: 0, max: 2 }),
    }),
  },
);

/** Loses or rots one copy, but only while the other two are whole: more would be over budget. */
function damage(cluster: TestCluster, kind: "replace" | "rot", at: number): void {
  const name = must(logNames[at], "name");
  const others = logNames.filter((other) => other !== name);
  for (const other of others) {
    const { node } = cluster.machine(other);
    if (node === undefined || inspectLog(node, 0).role === "repairing") return;
    if (inspectLog(node, 0).role === "blank") return;
  }
  if (kind === "replace") {
    cluster.replace(name);
    return;
  }
  const machine = cluster.machine(name);
  cluster.crash(name);
  const segments = [...machine.disk.files.keys()].filter((file) => file.startsWith("wal-"));
  // Not in the final batch (decision 0002).
  const closed = segments.at(-2);
  const last = must(segments.at(-1), "segment");
  // Headers of the second batch of all, or of a segment's first: no padding.
  if (closed !== undefined) machine.disk.rot(closed, closed === "wal-1" ? sectorBytes + 8 : 8);
  else if (must(machine.disk.files.get(last), "segment").length > 8 * sectorBytes) {
    machine.disk.rot(last, batchHeaderBytes + 2 * sectorBytes);
  }
  cluster.start(name);
}

function perform(cluster: TestCluster, action: Action): void {
  switch (action.kind) {
    case "run":
      for (let left = action.ms; left > 0; left -= 100) {
        cluster.run(Math.min(left, 100));
        for (const name of logNames) cluster.format(name);
      }
      return;
    case "write":
      for (let count = 0; count < action.count; count++) {
        must(cluster.writers[action.writer], "writer").write(`payload ${count}`);
      }
      return;
    case "crash":
      return cluster.crash(must(logNames[action.at], "name"));
    case "start":
      return cluster.start(must(logNames[action.at], "name"));
    case "isolate":
      return cluster.isolate(must(logNames[action.at], "name"));
    case "replace":
    case "rot":
      return damage(cluster, action.kind, action.at);
    case "restartWriter":
      return must(cluster.writers[action.writer], "writer").restart();
    case "break":
      if (action.left !== action.right) {
        cluster.breakConnection(
          must(logNames[action.left], "name"),
          must(logNames[action.right], "name"),
        );
      }
      return;
    case "network":
      cluster.faults.lossRatio = action.loss;
      cluster.faults.duplicateRatio = action.duplicate;
      cluster.faults.maxDelayUs = action.spread;
      return;
    case "heal":
      return cluster.heal();
    case "trim":
      return cluster.trim(must(logNames[action.at], "name"), cluster.acknowledged.size - 2);
    case "transfer":
      return cluster.transfer(must(logNames[action.at], "name"));
  }
}

/** Runs a schedule, heals everything and demands progress. Returns what was examined. */
function play(
  seed: number,
  schedule: readonly Action[],
  timing: Partial<Timing> = {},
): TestCluster {
  const cluster = new TestCluster(seed, { timing });
  cluster.startAll();
  for (const zone of ["a", "b"]) cluster.addWriter(zone).recover();
  for (const zone of ["a", "c"]) cluster.addReader(zone);
  cluster.run(1200);
  for (const action of schedule) perform(cluster, action);
  cluster.heal();
  for (const name of logNames) cluster.start(name);
  for (let count = 0; count < 60; count++) {
    cluster.run(100);
    for (const name of logNames) cluster.format(name);
  }
  for (const writer of cluster.writers) writer.write("last");
  // Two fresh writers race: at least one gets through at once, a fenced one has to begin anew.
  cluster.run(2000);
  expect(cluster.writers.map((writer) => writer.pendingCount)).toEqual([0, 0]);
  for (const [id, position] of cluster.acknowledged)
    expect(cluster.committed[position - 1]?.id).toBe(id);
  const tail = cluster.committed.length;
  for (const name of logNames) {
    const view = inspectLog(cluster.node(name), 0);
    const chain = view.chain < 0 ? cluster.committed[tail - 1]?.chain : view.chain;
    expect([name, view.commitPosition, chain]).toEqual([
      name,
      tail,
      cluster.committed[tail - 1]?.chain ?? 0,
    ]);
    expect(["leader", "follower"]).toContain(view.role);
  }
  const reading = cluster.readers.filter((reader) => !reader.isTrimmed);
  expect(reading.map((reader) => reader.follower.nextPosition)).toEqual(
    reading.map(() => tail + 1),
  );
  return cluster;
}

describe("random schedules within budget", () => {
  it("lose nothing, land nothing twice, keep every refusal and go on after the faults end", () => {
    const sum = { commits: 0, acks: 0, reads: 0 };
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1 << 30 }),
        fc.array(actions, { minLength: 5, maxLength: 60 }),
        (seed, schedule) => {
          const { examined } = play(seed, schedule);
          sum.commits += examined.commits;
          sum.acks += examined.acks;
          sum.reads += examined.reads;
        },
      ),
      { seed: 1, numRuns: Number(process.env["LOG_RUNS"] ?? 150) },
    );
    expect(sum.commits).toBeGreaterThan(1000);
    expect(sum.acks).toBeGreaterThan(300);
    expect(sum.reads).toBeGreaterThan(1000);
  });

  it("hold when a log node keeps next to nothing in memory and its files are small", () => {
    const marks = new Set<string>();
    let commits = 0;
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1 << 30 }),
        fc.array(actions, { minLength: 5, maxLength: 60 }),
        fc.constantFrom(0, 100, 400),
        (seed, schedule, tailBytes) => {
          const timing = { tailBytes, segmentBytes: 2048, messageBytes: 1024 };
          const cluster = play(seed, schedule, timing);
          commits += cluster.examined.commits;
          for (const mark of cluster.marks) marks.add(mark);
        },
      ),
      { seed: 2, numRuns: Number(process.env["LOG_RUNS"] ?? 100) },
    );
    expect(commits).toBeGreaterThan(1000);
    expect(marks).toContain("log entries read back from the disk");
    expect(marks).toContain("damage repaired from a peer");
  });

  it("a disk whose marker is gone is blank, and the marker's second copy saves it", () => {
    const cluster = new TestCluster(7);
    cluster.startAll();
    cluster.run(1200);
    cluster.crash("log-c");
    cluster.machine("log-c").disk.rot(formatFile, 10);
    cluster.start("log-c");
    cluster.run(100);
    expect(inspectLog(cluster.node("log-c"), 0).role).toBe("blank");
    cluster.format("log-c");
    cluster.run(3000);
    expect(inspectLog(cluster.node("log-c"), 0).role).toBe("follower");
    // A repaired disk has two copies.
    cluster.crash("log-c");
    cluster.machine("log-c").disk.rot(formatFile, sectorBytes + 10);
    cluster.start("log-c");
    cluster.run(3000);
    expect(inspectLog(cluster.node("log-c"), 0).role).toBe("follower");
  });
});
