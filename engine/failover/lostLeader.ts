/**
 * A leader whose connection broke is probably dead, and its successor is a backoff away. Until that one is heard of, requests wait here
 * instead of being sent to where nobody listens: clients that are refused there ask again and again, and some of them not soon.
 *
 * It is a guess that decides nothing (PROTOCOL rule 22). While somebody waits the leader is asked whether it leads: where only the
 * connection broke it answers, and everybody is sent there as before.
 */
import type { ByteReader } from "../bytes/reader.ts";
import type { Effects, NodeId, Now } from "../contract.ts";
import { decodeStatusReply, encodeStatusAsk } from "../control/messages.ts";
import type { DatabaseNode } from "./databaseNode.ts";

/** An election is over by then, unless what is left cannot elect. In backoffs. */
const PATIENCE = 1.5;

export function onNodeLost(node: DatabaseNode, now: Now, lost: NodeId): void {
  node.topology.doubt(lost, now.monotonicUs + PATIENCE * node.config.timing.backoffMs * 1000);
}

export function isLeaderLost(node: DatabaseNode, now: Now, shard: number): boolean {
  return now.monotonicUs < node.topology.doubtUntilUs(shard);
}

/** Asks the leader that was lost, as often as a message may have been. */
export function askLostLeader(node: DatabaseNode, now: Now, effects: Effects): void {
  const { config, topology, connections } = node;
  if (connections.waitingCount === 0 || !isLeaderLost(node, now, config.shard)) return;
  const leader = topology.leaderOf(config.shard);
  if (leader === undefined || now.monotonicUs < node.leaderAskDueUs) return;
  node.leaderAskDueUs = now.monotonicUs + config.timing.retryMs * 1000;
  effects.send(leader.nodeId, encodeStatusAsk(node.writer, 0));
}

/** False if the body is damaged. */
export function hearStatus(node: DatabaseNode, body: ByteReader, effects: Effects): boolean {
  const status = decodeStatusReply(body);
  if (status?.machine !== "database") return false;
  if (status.role !== "primary") return true;
  effects.mark("leader that was lost still leads");
  node.topology.trust(status.shard, status.epoch);
  return true;
}

/** When those that wait for a successor are to be looked at again. */
export function lostLeaderDueUs(node: DatabaseNode, now: Now): number {
  const { shard } = node.config;
  if (node.connections.waitingCount === 0 || !isLeaderLost(node, now, shard)) return Infinity;
  return Math.min(node.leaderAskDueUs, node.topology.doubtUntilUs(shard));
}
