/**
 * Active expiry on a primary (PROTOCOL rule 21): keys whose deadline has passed in the shard's time are deleted by a
 * logged record, in bounded batches. Replicas hide a key only when that record reaches them.
 */
import type { Effects, Now } from "../contract.ts";
import { isLogFull } from "./appendEntry.ts";
import type { DatabaseNode } from "./databaseNode.ts";
import { deliver } from "./deliver.ts";
import { logExecution } from "./logExecution.ts";

const keysABatch = 64;
const restUs = 10_000;

export function expireKeys(node: DatabaseNode, now: Now, effects: Effects): void {
  if (node.pause.isPaused) {
    // Computed anew when the pause has ended.
    node.expiryForUnixMs = -Infinity;
    node.expiryDueUs = Infinity;
    return;
  }
  scheduleExpiry(node, now);
  if (now.monotonicUs < node.expiryDueUs) return;
  if (isLogFull(node) || node.appender.isLogLow) {
    effects.mark("expiry waits for room");
  } else {
    const unixMs = Math.floor(node.shardUnixUs / 1000);
    const execution = node.executor.expireDue(unixMs, keysABatch);
    const logged = logExecution(node, execution);
    deliver(node, execution, logged);
    if (logged > 0) effects.mark("active expiry logged");
  }
  node.expiryForUnixMs = -Infinity;
  scheduleExpiry(node, now);
  node.expiryDueUs = Math.max(node.expiryDueUs, now.monotonicUs + restUs);
}

/** Computed only when the earliest deadline changes, so that the alarm does not creep with the drift between the clocks. */
function scheduleExpiry(node: DatabaseNode, now: Now): void {
  const deadlineUnixMs = node.databases.nextExpiryUnixMs;
  if (deadlineUnixMs === node.expiryForUnixMs) return;
  node.expiryForUnixMs = deadlineUnixMs;
  // A key lives through the millisecond of its deadline.
  const waitUs = (deadlineUnixMs + 1) * 1000 - node.shardUnixUs;
  node.expiryDueUs = now.monotonicUs + Math.max(waitUs, 0);
}
