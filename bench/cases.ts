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
  /** Of the run before, which is not measured. */
  readonly warmUpMs: number;
}

export interface CheckerCase extends CaseBase {
  readonly kind: "checker";
  readonly operations: number;
}

export interface IdleCase extends CaseBase {
  readonly kind: "idle";
  readonly replicas: number;
  readonly seconds: number;
}

export type BenchCase = KernelCase | SimulationCase | CheckerCase | IdleCase;

/** Length of the loaded part by number of shards, so that every case takes seconds and the whole bench a few minutes. */
const horizons: readonly (readonly [shards: number, horizonMs: number])[] = [
  [1, 600_000],
  [10, 60_000],
  [80, 12_000],
];

export const fullCases: readonly BenchCase[] = [
  { kind: "kernel", name: "kernel", shards: 0, events: 10_000_000 },
  ...horizons.map(([shards, ms]) => simulationCase("baseline", shards, ms)),
  ...horizons.map(([shards, ms]) => simulationCase("az-outage", shards, ms)),
  { kind: "checker", name: "linearizability", shards: 0, operations: 400_000 },
  { kind: "idle", name: "idle", shards: 1, replicas: 2, seconds: 200 },
  { kind: "idle", name: "idle", shards: 80, replicas: 5, seconds: 20 },
];

/** A small run of every kind, for a test: its figures say little. */
export const quickCases: readonly BenchCase[] = [
  { kind: "kernel", name: "kernel", shards: 0, events: 100_000 },
  simulationCase("baseline", 1, 2000),
  simulationCase("az-outage", 2, 4000),
  { kind: "checker", name: "linearizability", shards: 0, operations: 10_000 },
  { kind: "idle", name: "idle", shards: 2, replicas: 2, seconds: 5 },
];

/** Default load; at 80 shards with five replicas each, 480 nodes. The fault ends early enough for a short horizon. */
function simulationCase(scenario: string, shards: number, horizonMs: number): SimulationCase {
  const faultAtMs = Math.min(15_000, horizonMs / 6);
  const faultForMs = Math.min(20_000, horizonMs / 2);
  const overrides = { shards, replicas: shards === 80 ? 5 : 2, horizonMs, faultAtMs, faultForMs };
  const warmUpMs = Math.min(20_000 / shards, horizonMs);
  return { kind: "simulation", name: scenario, scenario, shards, overrides, warmUpMs };
}
