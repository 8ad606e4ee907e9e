import { workloads } from "../clients/workloads/registry.ts";

/** A line for each parameter that every scenario has. */
export const commonParameterHelp: Readonly<Record<string, string>> = {
  shards: "how many shards",
  replicas: "replicas a shard, beside its primary",
  clients: "clients a shard",
  opsPerSecond: "operations offered a second and shard",
  readRatio: "share of reads",
  replicaReadRatio: "share of the reads that go to replicas, READONLY",
  keys: "keys a kind of workload and shard",
  workload: `kinds of workload, by comma: ${workloads.map(({ kind }) => kind).join(", ")}`,
  horizonMs: "how long the load lasts",
  faultAtMs: "when the first fault begins, from the start of the load",
  faultForMs: "how long it lasts",
  settleMs: "how long the new cluster is left alone before the load",
  freshMs: "how long fresh operations are offered after the cluster has converged",
  leaseMs: "a primary's lease; renewal and backoff follow from it",
  sharedEntries: "1: what a node executes in one step shares entries of the log, as on the server",
  logLeader: "near: a log's leader is drawn into its primary's zone; anywhere: it is not",
  entryBytes: "largest entry of the log; a longer record is cut into chunks",
  retryMs:
    "what the log has not answered for so long is sent again, with jitter up to as much again",
  handoverMs: "a planned hand-over whose drain takes longer is given up",
  messageBytes: "most bytes of entries that one message of the log carries",
  pipelineMessages: "messages with entries on the way from a log's leader to one peer",
  segmentBytes: "a file of a log node's log ends, and the next begins, at this size",
  tailBytes: "entries that a log node holds in memory; older ones are read from its disk",
  raftElectionMs: "a log follower stands after 1 to 2 times this without a leader",
  delays:
    "normal, bimodal (one message in a thousand up to 50 ms), wide (8 times as long, long tail)",
  inFlightBytes: "above so many unacknowledged bytes a primary executes no further write",
  checksumEveryEntries: "a primary writes its running checksum into the log after so many entries",
  scriptSlowness: "a loop of a script takes so many times as long as was measured",
  busyAfterMs:
    "after so long a script makes its node answer other clients that it is busy; 0: never",
  commitRule: "majority of the three zones, or all",
  valueBytes: "least length of the values that clients write",
  clientTimeoutMs: "after this a client gives an attempt up",
  wallSkewMs: "wall clocks lie within ± this",
  driftPpm: "rates of monotonic clocks lie within ± this, in parts per million",
};
