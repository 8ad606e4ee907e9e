/** What the bench measures, in the order of its table. Each case runs in a process of its own, so that peaks of memory do not mix. */
import type { Parameters } from "../sim/scenario.ts";

interface CaseBase {
  readonly name: string;
  readonly shards: number;
}

export interface KernelCase extends CaseBase {
  readonly kind: "kernel";
  readonly events: number;
}

export interface SimulationCase extends CaseBase {
  readonly kind: "simulation";
  readonly scenario: string;
  readonly overrides: Parameters;
  /** With the seeds 1 to this. */
  readonly runs: number;
  /** Of the run before, which is not measured. */
  readonly warmUpMs: number;
}

export interface CheckerCase extends CaseBase {
  readonly kind: "checker";
  readonly operations: number;
  readonly clients: number;
  readonly keys: number;
  /** Keys are hot as in a scenario, or all alike. */
  readonly isEven: boolean;
}

/** Recorded histories of etcd, where their folder is there (AZIMUTH_DATA): all of them, so many times. */
export interface RecordedCase extends CaseBase {
  readonly kind: "recorded";
  readonly rounds: number;
}

export interface IdleCase extends CaseBase {
  readonly kind: "idle";
  readonly replicas: number;
  readonly seconds: number;
}

/** The order of a sorted set of so many entries. */
export interface SortedCase extends CaseBase {
  readonly kind: "sorted";
  readonly structure: "tree" | "skip list";
  readonly entries: number;
}

export type BenchCase =
  | SortedCase
  | KernelCase
  | SimulationCase
  | CheckerCase
  | RecordedCase
  | IdleCase;

/** Length of the loaded part and runs by number of shards: every case takes seconds, the whole bench a few minutes. */
const sizes: readonly (readonly [shards: number, horizonMs: number, runs: number])[] = [
  [1, 60_000, 10],
  [10, 60_000, 1],
  [80, 12_000, 1],
];

export const fullCases: readonly BenchCase[] = [
  { kind: "kernel", name: "kernel", shards: 0, events: 10_000_000 },
  ...sizes.map(([shards, ms, runs]) => simulationCase("baseline", shards, ms, runs)),
  ...sizes.map(([shards, ms, runs]) => simulationCase("az-outage", shards, ms, runs)),
  checkerCase(400_000, 12, 16, false),
  checkerCase(1_000_000, 10, 10_000, true),
  { kind: "recorded", name: "jepsen", shards: 0, rounds: 400 },
  sortedCase("tree", 100_000),
  sortedCase("skip list", 100_000),
  sortedCase("tree", 1_000_000),
  sortedCase("skip list", 1_000_000),
  { kind: "idle", name: "idle", shards: 1, replicas: 2, seconds: 200 },
  { kind: "idle", name: "idle", shards: 80, replicas: 5, seconds: 20 },
];

/** A small run of every kind, for a test: its figures say little. */
export const quickCases: readonly BenchCase[] = [
  { kind: "kernel", name: "kernel", shards: 0, events: 100_000 },
  simulationCase("baseline", 1, 2000, 2),
  simulationCase("az-outage", 2, 4000, 1),
  checkerCase(10_000, 12, 16, false),
  { kind: "recorded", name: "jepsen", shards: 0, rounds: 2 },
  sortedCase("tree", 2000),
  sortedCase("skip list", 2000),
  { kind: "idle", name: "idle", shards: 2, replicas: 2, seconds: 5 },
];

function sortedCase(structure: "tree" | "skip list", entries: number): SortedCase {
  return { kind: "sorted", name: `sorted, ${structure}`, shards: 0, structure, entries };
}

function checkerCase(
  operations: number,
  clients: number,
  keys: number,
  isEven: boolean,
): CheckerCase {
  const name = `linearizability, ${keys} keys`;
  return { kind: "checker", name, shards: 0, operations, clients, keys, isEven };
}

/** Default load; at 80 shards with five replicas each, 480 nodes. The fault ends early enough for a short horizon. */
function simulationCase(
  scenario: string,
  shards: number,
  horizonMs: number,
  runs: number,
): SimulationCase {
  const faultAtMs = Math.min(15_000, horizonMs / 6);
  const faultForMs = Math.min(20_000, horizonMs / 3);
  const overrides = { shards, replicas: shards === 80 ? 5 : 2, horizonMs, faultAtMs, faultForMs };
  const warmUpMs = Math.min(20_000 / shards, horizonMs);
  return { kind: "simulation", name: scenario, scenario, shards, overrides, runs, warmUpMs };
}
