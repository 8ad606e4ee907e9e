/**
 * All durations and limits of the protocol in one record. Scenario parameters and server options change it; nothing else does.
 */
export interface Timing {
  /** How long a committed renewal lets its writer serve, counted from the renewal's first send. */
  readonly leaseMs: number;
  readonly renewEveryMs: number;
  /** How long a replica waits after a renewal it applied (or after reaching the tail) before it stands. */
  readonly backoffMs: number;
  /** Uniform extra wait on top of the backoff, so that replicas seldom stand at once. */
  readonly backoffJitterMs: number;
  /** ρ: how far a monotonic clock's rate may be off, as a ratio. */
  readonly clockRateErrorRatio: number;
  /** A pending append, tail request or subscription unanswered for this long is sent again (with jitter up to as much again). */
  readonly retryMs: number;
  /** Bounds a planned hand-over's drain; past it the primary serves on. */
  readonly handoverMs: number;
  readonly raftHeartbeatMs: number;
  /** A log follower stands after [1, 2) times this without a leader. */
  readonly raftElectionMs: number;
  /** The monitor's polling interval, and how long a node may be silent before it asks for a replacement. */
  readonly monitorEveryMs: number;
  readonly replaceAfterMs: number;
  /** Largest encoded entry; a larger record is cut into chunks. */
  readonly entryBytes: number;
  /** Most bytes of entries that one message of the log carries, unless a single entry is larger. */
  readonly messageBytes: number;
  /** Messages with entries that a log's leader has on the way to one peer and shard, at most. */
  readonly pipelineMessages: number;
  /** A file of a log node's write-ahead log ends, and the next begins, once it is so large. */
  readonly segmentBytes: number;
  /** Entries that a log node holds in memory, all its shards together; older ones are read from its disk. */
  readonly tailBytes: number;
  /** A primary with more unacknowledged bytes than this executes no further write. */
  readonly inFlightBytes: number;
  /** Entries between two checksum entries, by which replicas compare their running checksum with the primary's. */
  readonly checksumEveryEntries: number;
  /** "majority" of the three zones, or "all". */
  readonly commitRule: "majority" | "all";
  /** "near": a primary asks the log's leader to move into its own zone, which spares each write a crossing; "anywhere": it does not. */
  readonly logLeader: "near" | "anywhere";
}

export const defaultTiming: Timing = {
  leaseMs: 2000,
  renewEveryMs: 500,
  backoffMs: 2600,
  backoffJitterMs: 300,
  clockRateErrorRatio: 0.1,
  retryMs: 100,
  handoverMs: 1000,
  raftHeartbeatMs: 100,
  raftElectionMs: 400,
  monitorEveryMs: 1000,
  replaceAfterMs: 5000,
  entryBytes: 1 << 20,
  messageBytes: 256 << 10,
  pipelineMessages: 8,
  segmentBytes: 64 << 20,
  tailBytes: 16 << 20,
  inFlightBytes: 8 << 20,
  checksumEveryEntries: 1024,
  commitRule: "majority",
  logLeader: "near",
};

/** The shortest backoff that keeps leases disjoint: lease · (1 + ρ) / (1 − ρ). PROTOCOL rule 12. */
export function leastBackoffMs(leaseMs: number, clockRateErrorRatio: number): number {
  return (leaseMs * (1 + clockRateErrorRatio)) / (1 - clockRateErrorRatio);
}

/** Fills in what was not said; a shorter or longer lease derives its renewal interval, backoff and jitter. Throws RangeError on an unsafe one. */
export function timingWith(changes: Partial<Timing>): Timing {
  const leaseMs = changes.leaseMs ?? defaultTiming.leaseMs;
  const ratio = leaseMs / defaultTiming.leaseMs;
  const rho = changes.clockRateErrorRatio ?? defaultTiming.clockRateErrorRatio;
  const derivedBackoffMs = Math.max(
    defaultTiming.backoffMs * ratio,
    Math.ceil(leastBackoffMs(leaseMs, rho) * 1.05),
  );
  const timing: Timing = {
    ...defaultTiming,
    renewEveryMs: defaultTiming.renewEveryMs * ratio,
    backoffMs: derivedBackoffMs,
    backoffJitterMs: defaultTiming.backoffJitterMs * ratio,
    ...changes,
  };
  const problem = problemOf(timing);
  if (problem !== undefined) throw new RangeError(problem);
  return timing;
}

/** With less, nothing would ever leave. */
const atLeastOne = [
  "messageBytes",
  "pipelineMessages",
  "checksumEveryEntries",
  "inFlightBytes",
] as const;

function problemOf(timing: Timing): string | undefined {
  if (!(timing.clockRateErrorRatio >= 0 && timing.clockRateErrorRatio < 1)) {
    return `clockRateErrorRatio must lie in [0, 1), got ${timing.clockRateErrorRatio}`;
  }
  const least = leastBackoffMs(timing.leaseMs, timing.clockRateErrorRatio);
  if (timing.backoffMs < least) {
    return `backoffMs ${timing.backoffMs} is below ${Math.ceil(least)}, the least that is safe for leaseMs ${timing.leaseMs} and clockRateErrorRatio ${timing.clockRateErrorRatio}`;
  }
  for (const name of atLeastOne)
    if (!(timing[name] >= 1)) return `${name} must be at least 1, got ${timing[name]}`;
  if (timing.renewEveryMs * 2 > timing.leaseMs) {
    return `renewEveryMs ${timing.renewEveryMs} is above half of leaseMs ${timing.leaseMs}: one lost renewal would end the lease`;
  }
  return undefined;
}
