/** A primary, serving or not: its lease, its renewals, expiry, and what the log says of its appends. */
import { ByteWriter } from "../bytes/writer.ts";
import type { Effects, Now } from "../contract.ts";
import { appendEntry, noBytes, sealRecords } from "./appendEntry.ts";
import type { DatabaseNode } from "./databaseNode.ts";
import { evictDue } from "./evictKeys.ts";
import { expireKeys } from "./expireKeys.ts";
import { advanceHandover, beginHandover, onReleaseCommitted } from "./handover.ts";
import { giveUpScript } from "./runScript.ts";
import { tellReadersToForget } from "./deliver.ts";
import { unblockAll } from "./serveBlocked.ts";
import { drawLogLeaderNear } from "./logLeader.ts";

export function stepPrimary(node: DatabaseNode, now: Now, effects: Effects): void {
  const mayRetire = node.isRetiring && !node.executor.isCronPaused;
  if (mayRetire && node.role === "primary" && giveUpScript(node, effects)) {
    beginHandover(node, now, "", effects);
  }
  if (node.role === "handover") advanceHandover(node, now, effects);
  const isServing = node.lease.isServing(now.monotonicUs);
  if (node.role === "primary" && !isServing) lapse(node, effects);
  else if (node.role === "lapsed" && isServing) resume(node, effects);
  if (node.role === "handover") return;
  if (now.monotonicUs >= node.lease.renewalDueUs) renew(node, now);
  if (node.role !== "primary") return;
  if (node.script === undefined) {
    expireKeys(node, now, effects);
    evictDue(node, now, effects);
  }
  const { checksumEveryEntries } = node.config.timing;
  if (node.appender.lastPosition >= node.checksumPosition + checksumEveryEntries) {
    sealRecords(node);
    const payload = new ByteWriter(4);
    payload.u32(node.appender.chain);
    node.checksumPosition = appendEntry(node, "checksum", node.epoch, payload.take());
  }
}

/** The log has committed more of this primary's entries. Parked replies leave whether or not the lease still runs (rule 13). */
export function onPrimaryCommitted(node: DatabaseNode, now: Now, effects: Effects): void {
  const { shard } = node.config;
  const position = node.appender.committedPosition;
  node.committedPosition = position;
  node.tracker.committed(position);
  node.executor.statistics.commitTimes.committed(position, now.monotonicUs);
  const parked = node.connections.parkedReplies;
  node.connections.committed(position);
  node.bus.committed(position);
  if (node.role === "lapsed" && node.connections.parkedReplies < parked) {
    effects.mark("parked replies leave after the lease ended");
  }
  if (node.lease.committed(position)) {
    if (!node.lease.isServing(now.monotonicUs)) effects.mark("renewal committed too late to serve");
    const { endUs, renewedPosition } = node.lease;
    effects.trace("lease.renewed", shard, renewedPosition, endUs, "");
    drawLogLeaderNear(node, now, effects);
  }
  const { releasePosition } = node.handover;
  if (releasePosition > 0 && position >= releasePosition) onReleaseCommitted(node, now, effects);
}

/** Rule 14: nothing executes from here on, but the pending appends are still sent, and memory is kept. */
function lapse(node: DatabaseNode, effects: Effects): void {
  node.role = "lapsed";
  if (node.connections.parkedReplies > 0) effects.mark("lease lapsed with replies parked");
  unblockAll(node, effects);
  // Another node may lead and write from now on, unless there is none.
  if (!node.config.isAlone) tellReadersToForget(node, effects);
  effects.trace("lease.lapsed", node.config.shard, node.committedPosition, node.lease.endUs, "");
}

/** A renewal has committed that is still in lease: memory was kept, so nothing is to be read anew. */
function resume(node: DatabaseNode, effects: Effects): void {
  node.role = "primary";
  effects.mark("lapsed primary serves again");
}

function renew(node: DatabaseNode, now: Now): void {
  const position = appendEntry(node, "renewal", node.epoch, noBytes);
  node.lease.sent(position, now.monotonicUs);
}
