/**
 * A scenario is data: a story, parameters, faults and what must hold. The same shape is read from a JSON file.
 * A string "$name" in a fault or an expectation stands for the parameter of that name.
 */

import type { EndingCheck } from "./checker/checks.ts";
import type { DecisionEdit } from "./decisions.ts";

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
  /** 1: a client listens at every database node to what the kind "messages" tells; 0: nobody listens. */
  listeners: 0,
  /** 1: two clients at every database node cache the registers that they read, and are told of changes; 0: nobody caches. */
  cachers: 0,
  /** Comma-separated kinds: the files of sim/clients/workloads, told in docs/checkers.md. */
  workload: "registers,counters,appends,cas,expiring,pairs",
  /** Length of the loaded part of the run. */
  horizonMs: 60_000,
  /** When the first fault begins and how long it lasts, counted from the start of the load. */
  faultAtMs: 15_000,
  faultForMs: 20_000,
  /** How long the new cluster is left alone before the load: the leaders of logs move near their primaries. */
  settleMs: 500,
  /** How long the load goes on after the cluster has converged: it must serve fresh operations then. */
  freshMs: 1000,
  leaseMs: 2000,
  commitRule: "majority",
  /** Largest entry of the log; a longer record is cut into chunks. */
  entryBytes: 1 << 20,
  /** Above so many unacknowledged bytes a primary executes no further write. */
  inFlightBytes: 8 << 20,
  /** What the log has not answered for so long is sent again. */
  retryMs: 100,
  /** A planned hand-over whose drain takes longer is given up. */
  handoverMs: 1000,
  /** Most bytes of entries that one message of the log carries. */
  messageBytes: 256 << 10,
  /** 1: what a node executes in one step shares entries of the log, as on the server. */
  sharedEntries: 0,
  /** A database node that counts more, keys and all, evicts; 0: never. Without keys it counts 1 MiB. */
  maxmemoryBytes: 0,
  /** By which policy; any: each process draws one that evicts. */
  maxmemoryPolicy: "any",
  /** A loop of a script takes so many times as long as was measured (sim/costs.ts). */
  scriptSlowness: 1,
  /** After so long a script makes its node answer other clients that it is busy; 0: never. */
  busyAfterMs: 5000,
  /** A primary writes its running checksum into the log after so many entries. */
  checksumEveryEntries: 1024,
  /** Messages with entries on the way from a log's leader to one peer and shard. */
  pipelineMessages: 8,
  /** A file of a log node's log ends, and the next begins, at this size. */
  segmentBytes: 64 << 20,
  /** Entries that a log node holds in memory; older ones are read from its disk. */
  tailBytes: 16 << 20,
  /** A log follower stands after one to two times this without a leader; heartbeats come four times as often. */
  raftElectionMs: 400,
  /** How long messages take: normal, bimodal (one in a thousand up to 50 ms), wide (eight times as long, with a long tail). */
  delays: "normal",
  /** near: a primary draws the leader of its log into its own zone; anywhere: it stays where it was elected. */
  logLeader: "near",
  /** A client gives up an attempt after this long: its outcome is unknown then. */
  clientTimeoutMs: 1000,
  /** Values that clients write are at least so long. */
  valueBytes: 0,
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

/** One operation that clients are asked to do, as plain data. Its values follow from `draw`, its course from the run. */
export interface OfferedSpec {
  /** When it is due, counted from the start of the load; whole microseconds. */
  readonly atMs: number;
  readonly shard: number;
  /** A kind of sim/clients/workloads. */
  readonly workload: string;
  readonly access: "write" | "read" | "replica read";
  /** Which key of that workload and shard, from 0 on. */
  readonly key: number;
  /** A whole number below 2^32 that everything the operation may choose is drawn from. */
  readonly draw: number;
}

/** A request that an onlooker makes of one node, beside the load. Nobody checks its answer; what it writes is there for all to read. */
export interface NodeRequest {
  /** Counted from the start of the load; whole microseconds. */
  readonly atMs: number;
  readonly node: string;
  /** The command and its arguments. */
  readonly words: readonly string[];
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
  /** Offered until the horizon in place of a generated load. */
  readonly operations?: readonly OfferedSpec[];
  readonly expect: readonly Expectation[];
  /** measured: the share of answered operations is told, and no figure is promised: faults that drop messages may do as they like. */
  readonly availability?: "measured";
  /** Name of the only check whose violation ends the run: what others find is told, and clients get to see what comes of it. */
  readonly endsOn?: EndingCheck;
  /** The rest is drawn anew from every seed; see sim/swarm/swarm.ts. What stands here is the frame. */
  readonly generator?: "swarm";
  /** Made of single nodes while the load runs. */
  readonly requests?: readonly NodeRequest[];
  /** Decisions that differ from those which the seed generates. */
  readonly decisions?: readonly DecisionEdit[];
  /** The seed that it is run with unless another is told: a minimal failing scenario brings its own. */
  readonly seed?: number;
}

export function defineScenario(scenario: Scenario): Scenario {
  return scenario;
}
