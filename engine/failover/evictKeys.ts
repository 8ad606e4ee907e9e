/**
 * maxmemory on a primary that serves: before a request runs, and at the end of steps while that was not enough, keys are evicted by a
 * logged record, in bounded pieces. Replicas evict nothing by themselves: a key goes when that record reaches them.
 */
import type { Effects, Now } from "../contract.ts";
import { isLogFull } from "./appendEntry.ts";
import type { DatabaseNode } from "./databaseNode.ts";
import { deliver } from "./deliver.ts";
import { logExecution } from "./logExecution.ts";

/** Between two pieces, for clients and the log. */
const restUs = 1000;
/** Until a log without room is looked at again. */
const waitUs = 10_000;

/** Evicts a piece if data and clients take more than maxmemory. False if it still does and nothing may be evicted. */
export function makeRoom(node: DatabaseNode, now: Now, effects: Effects): boolean {
  const { clientBuffers, connections, executor } = node;
  const { eviction } = executor;
  clientBuffers.weighAll(connections, now);
  eviction.clientsBytes = clientBuffers.totalBytes;
  if (node.role !== "primary" || !node.lease.isServing(now.monotonicUs)) return true;
  // The data stands still.
  if (node.pause.isPaused) return true;
  if (!eviction.isOver) {
    eviction.settle();
    return true;
  }
  if (isLogFull(node) || node.appender.isLogLow) {
    effects.mark("eviction waits for room");
    node.evictionDueUs = now.monotonicUs + waitUs;
    return true;
  }
  const execution = executor.evict(node.shardUnixUs);
  const logged = logExecution(node, execution);
  deliver(node, execution, logged);
  if (logged > 0) effects.mark("eviction logged");
  const isRunning = eviction.outcome === "running";
  if (isRunning) effects.mark("eviction goes on in a later step");
  node.evictionDueUs = isRunning ? now.monotonicUs + restUs : Infinity;
  return eviction.outcome !== "failed";
}

/** What CONFIG SET maxmemory and earlier steps have left to evict. */
export function evictDue(node: DatabaseNode, now: Now, effects: Effects): void {
  const { eviction } = node.executor;
  if (!eviction.isAsked && now.monotonicUs < node.evictionDueUs) return;
  eviction.isAsked = false;
  node.evictionDueUs = Infinity;
  makeRoom(node, now, effects);
}
