/**
 * What the cluster is in the middle of, at one moment. Told when a fault begins, so that a campaign can say which faults met
 * which phases of the protocol (docs/coverage.md).
 *
 * Read from the machines' memories and from true time, never from what a node says of itself to others: a lease runs by the
 * world's clock, a primary is outdated when another one's epoch is known to be committed, a log leader when a higher term is there.
 */
import type { DatabaseNode } from "../engine/failover/databaseNode.ts";
import type { NodeView } from "../engine/inspect.ts";
import { inspectLogRole, inspectLogTerm, isLogTransferring } from "../engine/log/inspectLog.ts";
import type { Cluster, DatabaseHost, LogHost } from "./cluster.ts";

/** Every phase and what it means. */
export const phases = {
  steady: "every shard is served and nothing below goes on, save appends in flight",
  "appends in flight": "a primary has executed what the log has not committed",
  "writes stalled": "a primary has as many bytes in flight as it may",
  "no lease": "no lease of some shard runs in true time",
  "lease lapsed": "a primary's lease ended, and it keeps its memory",
  "outdated primary": "a node takes itself for the primary while a later epoch has begun",
  election: "a leadership entry is under way",
  "script runs": "a script goes on over several steps of a database node",
  "hand-over drains": "a primary has stopped serving and waits for its appends",
  "hand-over released": "a release is under way, or was the last that a shard saw",
  "node recovers": "a database node replays the log",
  "node is away": "a database node's machine runs no process, or stands still",
  "replica lags": "a replica is at least eight entries behind what has committed",
  "log without leader": "no log node leads the newest term of a shard's log",
  "log election": "a log node stands, or asks whether it might",
  "outdated log leader": "a log node takes itself for the leader while a higher term is there",
  "log transfer": "a log leader holds appends back, to hand over to a peer",
  "log node repairs": "a log node's copy counts for nothing yet",
  "log node is blank": "a log node waits for its disk to be read or formatted",
  "log node is away": "a log node's machine runs no process, or stands still",
  "log node lags": "a log node knows of at least eight commits fewer than another",
} as const;

export type Phase = keyof typeof phases;

const LAG_ENTRIES = 8;

export function phasesOf(cluster: Cluster, nowUs: number): readonly Phase[] {
  const found = new Set<Phase>();
  for (let shard = 0; shard < cluster.layout.shardCount; shard++) {
    const hosts = cluster.databases.filter((host) => host.shard === shard);
    addDatabasePhases(hosts, nowUs, found);
    addLogPhases(cluster.logs, shard, found);
  }
  for (const host of cluster.logs) if (isAway(host)) found.add("log node is away");
  if (found.size === 0 || (found.size === 1 && found.has("appends in flight"))) found.add("steady");
  return [...found];
}

function isAway(host: DatabaseHost | LogHost): boolean {
  return host.node === undefined || host.machine.isPaused;
}

function addDatabasePhases(hosts: readonly DatabaseHost[], nowUs: number, found: Set<Phase>): void {
  let newestEpoch = 0;
  let committed = 0;
  let hasLease = false;
  for (const { node, view, facts } of hosts) {
    if (node === undefined) continue;
    newestEpoch = Math.max(newestEpoch, view.epoch);
    committed = Math.max(committed, view.committedPosition);
    if (view.role === "primary" && facts.servingUntilUs > nowUs) hasLease = true;
  }
  if (!hasLease) found.add("no lease");
  for (const host of hosts) {
    if (isAway(host)) found.add("node is away");
    addNodePhases(host, { newestEpoch, committed, nowUs }, found);
  }
}

function addNodePhases(
  { node, view, facts }: DatabaseHost,
  shard: { readonly newestEpoch: number; readonly committed: number; readonly nowUs: number },
  found: Set<Phase>,
): void {
  if (node === undefined) return;
  const { role } = view;
  if (role === "primary" || role === "lapsed" || role === "handover") {
    addLeaderPhases(node, view, shard.newestEpoch, found);
  }
  if (role === "lapsed" || (role === "primary" && facts.servingUntilUs <= shard.nowUs)) {
    found.add("lease lapsed");
  }
  if (view.script !== "none") found.add("script runs");
  if (role === "candidate") found.add("election");
  if (role === "replica" && node.releasePosition === shard.committed && shard.committed > 0) {
    found.add("hand-over released");
  }
  if (role === "recovering") found.add("node recovers");
  if (role === "replica" && view.appliedPosition <= shard.committed - LAG_ENTRIES) {
    found.add("replica lags");
  }
}

function addLeaderPhases(
  node: DatabaseNode,
  view: NodeView,
  newestEpoch: number,
  found: Set<Phase>,
): void {
  if (view.epoch < newestEpoch) found.add("outdated primary");
  if (view.appliedPosition > view.committedPosition) found.add("appends in flight");
  if (node.writesAreStalled) found.add("writes stalled");
  if (view.role !== "handover") return;
  const isReleased = node.handover.releasePosition > 0;
  found.add(isReleased ? "hand-over released" : "hand-over drains");
}

function addLogPhases(hosts: readonly LogHost[], shard: number, found: Set<Phase>): void {
  let newestTerm = 0;
  let newestLeader = -1;
  let newestCommit = 0;
  for (const { node, facts } of hosts) {
    if (node === undefined || node.phase !== "running") continue;
    const term = inspectLogTerm(node, shard);
    newestTerm = Math.max(newestTerm, term);
    if (inspectLogRole(node, shard) === "leader") newestLeader = Math.max(newestLeader, term);
    newestCommit = Math.max(newestCommit, facts[shard]?.commitIndex ?? 0);
  }
  if (newestLeader < newestTerm) found.add("log without leader");
  for (const { node, facts } of hosts) {
    if (node === undefined) continue;
    switch (inspectLogRole(node, shard)) {
      case "leader":
        if (inspectLogTerm(node, shard) < newestTerm) found.add("outdated log leader");
        if (isLogTransferring(node, shard)) found.add("log transfer");
        break;
      case "candidate":
        found.add("log election");
        break;
      case "repairing":
        found.add("log node repairs");
        break;
      case "blank":
        found.add("log node is blank");
        continue;
      case "follower": // nothing goes on here
    }
    if ((facts[shard]?.commitIndex ?? 0) <= newestCommit - LAG_ENTRIES) found.add("log node lags");
  }
}
