import { describe, expect, it } from "vitest";
import { tourRunOf } from "./filmedRun.ts";
import { momentsOf, type TourRun } from "./moments.ts";
import type { Find, Tour } from "./tour.ts";
import { tours } from "./tours.ts";
import { plantedWorkers } from "./plantedWorkers.ts";

const run: TourRun = {
  loadedUs: 100,
  faults: [
    { id: "0-cut", kind: "cut", fromUs: 200, untilUs: 400 },
    { id: "1-cut", kind: "cut", fromUs: 600, untilUs: 700 },
  ],
  leases: [
    { node: "db-0-a", shard: 0, epoch: 1, fromUs: 100, untilUs: 520 },
    { node: "db-0-b", shard: 0, epoch: 2, fromUs: 500, untilUs: 900 },
    { node: "db-1-a", shard: 1, epoch: 1, fromUs: 300, untilUs: 900 },
  ],
  checks: [
    { name: "zero loss", verdict: "ok", examined: 1, unit: "writes", sentence: "fine" },
    { name: "sessions", verdict: "violation", examined: 1, unit: "reads", sentence: "", atUs: 650 },
  ],
  events: [
    { timeUs: 150, kind: "log.leader", node: "log-a" },
    { timeUs: 450, kind: "log.leader", node: "log-b" },
  ],
  operations: [
    { id: 7, invokedUs: 640, completedUs: 650, access: "read", outcome: "ok", answer: "v1" },
    { id: 4, invokedUs: 300, completedUs: 660, access: "read", outcome: "ok", answer: "v1" },
    { id: 9, invokedUs: 700, completedUs: -1, access: "write", outcome: "open", answer: "" },
  ],
};

function tourOf(...finds: readonly Find[]): Tour {
  const steps = finds.map((find) => ({ text: "", find, beforeMs: 1, afterMs: 1 }));
  const spec = { scenario: "baseline", seed: 1, overrides: {}, edits: [] };
  return { id: "made-up", title: "", lesson: "", violates: "", spec, steps };
}

const cut = { find: "fault", kind: "cut", edge: "start" } as const;
const leader = { find: "event", kind: "log.leader" } as const;

describe("the moments of a tour", () => {
  it("are each looked for from the one before on", () => {
    expect(momentsOf(tourOf(leader, cut, leader, cut), run)).toEqual([
      { atUs: 150, selection: { kind: "event", row: 0 } },
      { atUs: 200, selection: { kind: "fault", id: "0-cut" } },
      { atUs: 450, selection: { kind: "event", row: 1 } },
      { atUs: 600, selection: { kind: "fault", id: "1-cut" } },
    ]);
  });

  it("end where one is not in the run", () => {
    expect(momentsOf(tourOf(cut, leader, cut, leader), run)).toHaveLength(3);
    const zeroLoss = { find: "violation", check: "zero loss" } as const;
    expect(momentsOf(tourOf(zeroLoss), run)).toEqual([]);
  });

  it("find the earliest operation of a kind, by its start or by its end", () => {
    const read = { find: "operation", access: "read", outcome: "ok" } as const;
    const selection = { kind: "operation", id: 4 };
    expect(momentsOf(tourOf({ ...read, edge: "invoked" }), run)).toEqual([
      { atUs: 300, selection },
    ]);
    expect(momentsOf(tourOf({ ...read, edge: "completed" }), run)).toEqual([
      { atUs: 660, selection },
    ]);
    expect(momentsOf(tourOf({ ...read, edge: "invoked", answer: "v2" }), run)).toEqual([]);
  });

  it("find two leases of one shard at once, the end of a lease, and the answer that a check objects to", () => {
    const sessions = { find: "violation", check: "sessions" } as const;
    expect(momentsOf(tourOf({ find: "overlap" }, { find: "leaseEnd" }, sessions), run)).toEqual([
      { atUs: 500 },
      { atUs: 520, selection: { kind: "node", node: "db-0-a" } },
      { atUs: 650, selection: { kind: "operation", id: 7 } },
    ]);
  });
});

it("a film is read by its columns", () => {
  const film = {
    places: ["clients", "log-a"],
    texts: ["v1"],
    events: { count: 1, timeUs: [5, 0], kind: [1, 0], place: [1, 0] },
    operations: {
      count: 1,
      id: [3],
      invokedUs: [6],
      completedUs: [-1],
      access: [2],
      outcome: [2],
      answer: [0],
    },
  };
  const outline = { loadedUs: 2, faults: [], leases: [] } as never;
  const filmed = tourRunOf({ outline, film, checks: [] }, ["run.started", "log.leader"]);
  expect(filmed.events).toEqual([{ timeUs: 5, kind: "log.leader", node: "log-a" }]);
  expect(filmed.operations).toEqual([
    { id: 3, invokedUs: 6, completedUs: -1, access: "replica read", outcome: "open", answer: "v1" },
  ]);
});

it("the page has a worker for the bug of every tour", () => {
  const bugs = tours.flatMap(({ spec }) => spec.mutant ?? []);
  expect(Object.keys(plantedWorkers).sort()).toEqual([...new Set(bugs)].sort());
});
