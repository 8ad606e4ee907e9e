/** What a run leaves behind: everything that reports, page and command line show. Plain data, can cross to another thread. */
import type { Operation } from "./checker/history.ts";
import type { FaultCounter } from "./place.ts";
import type { Budget, OfferedSpec, Parameters } from "./scenario.ts";
import type { TraceEvent } from "./trace/vocabulary.ts";

/** In the order of precedence when several apply; exit codes 1, 4, 3, 3, 5, 0. "missed": a promised figure. */
export type RunVerdict = "violation" | "harness" | "stuck" | "missed" | "undecided" | "ok";

export type CheckVerdict =
  | "ok"
  | "violation"
  | "unknown"
  | "stuck"
  | "missed"
  | "nothing examined"
  | "expected violation";

export interface CheckResult {
  readonly name: string;
  readonly verdict: CheckVerdict;
  /** How much was looked at, and of what: 18234, "operations". A check that looked at nothing fails the run. */
  readonly examined: number;
  readonly unit: string;
  /** One sentence a person understands; for a violation, what is impossible and since when. */
  readonly sentence: string;
  /** True time of the violation's first event. */
  readonly atUs?: number;
  /** What is wrong in a few words without names, keys and numbers; see checker/signature.ts. */
  readonly signature?: string;
  /** More lines for the curious: legal states, the last entries, the operations at fault. */
  readonly details?: readonly string[];
  /** Operations at fault, by their ids; the first is the one that the sentence is about. */
  readonly operations?: readonly number[];
  /** The log entry that it is about: of a value that was lost, or seen too early. */
  readonly entry?: EntryName;
  /** Of an answer that no order of the operations explains: what could be explained before it. */
  readonly legalPrefix?: LegalPrefix;
}

/** A log entry by its name for ever: positions may be written again, ids are not. */
export interface EntryName {
  readonly shard: number;
  readonly position: number;
  readonly incarnation: number;
  readonly sequence: number;
}

/** The longest orders of operations that a model allows, up to the answer that none of them can be followed by. */
export interface LegalPrefix {
  /** The operation whose answer emptied the set of states. */
  readonly impossible: string;
  /** True: the history cut just before the answer can be explained, cut just after it cannot. False: it may be an earlier one. */
  readonly isExact: boolean;
  /** The states that were possible then, each with an order that leads to it: how many operations, and the last of them. */
  readonly before: readonly {
    readonly state: string;
    readonly placed: number;
    readonly lastPlaced: readonly string[];
  }[];
}

/** A stretch of true time on one lane. */
export interface Interval {
  readonly fromUs: number;
  readonly untilUs: number;
}

export interface NodeInfo {
  readonly node: string;
  readonly kind: "database" | "log" | "monitor";
  readonly zone: string;
  /** -1 for machines that serve all shards. */
  readonly shard: number;
}

export interface RoleInterval extends Interval {
  readonly node: string;
  readonly role:
    | "recovering"
    | "replica"
    | "candidate"
    | "primary"
    | "lapsed"
    | "handover"
    | "down"
    | "paused"
    | "log follower"
    | "log leader"
    | "log repairing";
  readonly epoch: number;
}

export interface LeaseInterval extends Interval {
  readonly node: string;
  readonly shard: number;
  readonly epoch: number;
}

export interface FaultRecord extends Interval {
  readonly kind: string;
  /** In words, with the names that the roles resolved to: "zone a dark (held the primary of shard 0)". */
  readonly text: string;
  /** Zones and machines it touched. */
  readonly targets: readonly string[];
  readonly effects: Readonly<FaultCounter>;
  /** Operations on shards that it touched, under way while it lasted. */
  readonly operationsOverlapped: number;
  /**
   * Whether it changed the delivery or the time of anything that somebody who runs was to get, or what a clock showed to somebody who
   * counts on it, or ended a process while operations on its shards were under way. Else it changed nothing, and the report says so.
   */
  readonly mattered: boolean;
  /** What the system was in the middle of when it began (sim/phases.ts). */
  readonly phases: readonly string[];
}

export interface Unavailability extends Interval {
  readonly shard: number;
  readonly access: "write" | "read";
}

/** Measured by the write probe: from the fault to the first acknowledged write. */
export interface Failover {
  readonly shard: number;
  readonly cause: string;
  readonly planned: boolean;
  readonly faultUs: number;
  readonly firstAckUs: number;
  readonly from: string;
  readonly to: string;
}

export interface LatencySummary {
  readonly phase: "before" | "fault" | "after" | "all";
  readonly access: "write" | "read" | "replica read";
  readonly count: number;
  readonly p50Us: number;
  readonly p99Us: number;
  readonly p999Us: number;
  readonly maxUs: number;
}

export interface OperationCounts {
  readonly offered: number;
  readonly acknowledged: number;
  readonly failed: number;
  readonly unknown: number;
  /** Acknowledged writes that the final scan or the log did not hold. */
  readonly lost: number;
  readonly offeredOutsideWindows: number;
  readonly acknowledgedOutsideWindows: number;
}

export interface DigestCheckpoint {
  readonly timeUs: number;
  readonly events: number;
  readonly digest: string;
}

export interface Run {
  readonly scenario: string;
  readonly story: string;
  readonly budget: Budget;
  readonly seed: number;
  /** All parameters in force; `overrides` are those that differ from the scenario's own. */
  readonly parameters: Parameters;
  readonly overrides: Parameters;
  readonly verdict: RunVerdict;
  /** What failed, without what differs from run to run: "linearizability: stale read". "" if everything held. */
  readonly signature: string;
  readonly checks: readonly CheckResult[];
  readonly nodes: readonly NodeInfo[];
  readonly roles: readonly RoleInterval[];
  readonly leases: readonly LeaseInterval[];
  readonly faults: readonly FaultRecord[];
  readonly unavailability: readonly Unavailability[];
  readonly failovers: readonly Failover[];
  readonly latencies: readonly LatencySummary[];
  readonly operations: OperationCounts;
  readonly history: readonly Operation[];
  /** What was offered until the horizon: as a scenario's `operations` it makes an equal run. */
  readonly load: readonly OfferedSpec[];
  readonly trace: readonly TraceEvent[];
  /** Unix milliseconds at time 0 of a run on real clocks; left out, the world's own beginning (sim/clock.ts). */
  readonly epochUnixMs?: number;
  /** True time at which the load began; scenario times count from here. */
  readonly loadedUs: number;
  readonly simulatedUs: number;
  readonly events: number;
  /** Steps of engine machines. */
  readonly steps: number;
  readonly digest: string;
  readonly checkpoints: readonly DigestCheckpoint[];
  /** Elections of a primary under load that an operation of its shard waited for. */
  readonly leaderChanges: number;
  /** Damaged or unknown peer messages that machines dropped. */
  readonly messagesDropped: number;
  /** How often the engine hit each of its marks (engine/marks.ts); those never hit are left out. */
  readonly marks: Readonly<Record<string, number>>;
}
