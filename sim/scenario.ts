/**
 * A scenario is data: a story, parameters, faults and what must hold. The same shape is read from a JSON file.
 * A string "$name" in a fault or an expectation stands for the parameter of that name.
 */

/** Parameters that every scenario has, with their defaults. A scenario changes some and may add its own. */
export const commonParameters: Parameters = {
  shards: 1,
  /** Replicas a shard beside its primary; node i of a shard lives in zone i mod 3. */
  replicas: 2,
  /** Client processes a shard, each with its own connections and one operation at a time. */
  clients: 12,
  /** Offered operations a second and shard; open loop. */
  opsPerSecond: 200,
  /** Share of reads in the offered operations. */
  readRatio: 0.8,
  /** Share of reads sent to replicas on READONLY connections. */
  replicaReadRatio: 0.1,
  /** Keys a workload kind and shard; the hottest gets about a third of the operations. */
  keys: 16,
  /** Comma-separated kinds of sim/clients/workloads: registers, counters, appends, cas, expiring, pairs. */
  workload: "registers,counters,appends,cas,expiring,pairs",
  /** Length of the loaded part of the run. */
  horizonMs: 60_000,
  /** When the first fault begins and how long it lasts, counted from the start of the load. */
  faultAtMs: 15_000,
  faultForMs: 20_000,
  leaseMs: 2000,
  commitRule: "majority",
  /** Largest entry of the log; a longer record is cut into chunks. */
  entryBytes: 1 << 20,
  /** Above so many unacknowledged bytes a primary executes no further write. */
  inFlightBytes: 8 << 20,
  /** near: a primary draws the leader of its log into its own zone; anywhere: it stays where it was elected. */
  logLeader: "near",
  /** A client gives up an attempt after this long: its outcome is unknown then. */
  clientTimeoutMs: 1000,
  /** Wall-clock skew and monotonic drift given to every machine, within ± these bounds. */
  wallSkewMs: 20,
  driftPpm: 500,
};

export type ParameterValue = number | string;
export type Parameters = Readonly<Record<string, ParameterValue>>;

/** What the design promises while this scenario runs. */
export type Budget = "within" | "over" | "assumption-broken";

/** One fault of sim/nemesis: its kind, when, and the fields of that kind. Values may be "$parameter". */
export interface FaultSpec {
  readonly kind: string;
  readonly atMs: ParameterValue;
  readonly [field: string]: ParameterValue;
}

/** One figure or fact that must hold, by the name of a check in sim/checker/expectations.ts, with its fields. */
export interface Expectation {
  readonly check: string;
  readonly [field: string]: ParameterValue;
}

export interface Scenario {
  readonly name: string;
  /** One or two sentences: what happens, and what must come of it. */
  readonly story: string;
  readonly budget: Budget;
  readonly parameters: Parameters;
  /** One line for each parameter that the scenario adds to the common ones. */
  readonly parameterHelp?: Readonly<Record<string, string>>;
  readonly nemesis: readonly FaultSpec[];
  readonly expect: readonly Expectation[];
}

export function defineScenario(scenario: Scenario): Scenario {
  return scenario;
}
