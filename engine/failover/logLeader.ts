/** Where a shard's log is led from, as far as its primary has a say. */
import type { Effects, Now } from "../contract.ts";
import { encodeLogTransferAsk } from "../control/messages.ts";
import type { DatabaseNode } from "./databaseNode.ts";

const firstPauseUs = 1_000_000;
const longestPauseUs = 32_000_000;

/**
 * A new leadership asks soon, and again if nothing came of it. Not at once: clients wait for their first writes, which would wait for the
 * log's election too, on real processes for longer than the rest of the failover takes. In a new cluster nobody waits yet.
 */
export function startDrawingLogLeader(node: DatabaseNode, now: Now, effects: Effects): void {
  const isFirst = node.epoch === 1;
  node.logLeaderAskDueUs = isFirst ? -Infinity : now.monotonicUs + firstPauseUs;
  node.logLeaderPauseUs = firstPauseUs;
  drawLogLeaderNear(node, now, effects);
}

/**
 * A log led from another zone costs every write two crossings more. Asked for ever more seldom: a leader that keeps moving back
 * has a reason (this zone's log node is slow or away), and a transfer that fails costs the log an election.
 */
export function drawLogLeaderNear(node: DatabaseNode, now: Now, effects: Effects): void {
  const { config, appender } = node;
  const own = config.layout.logNodes.find((logNode) => logNode.zone === config.zone);
  const { leader } = appender;
  if (config.timing.logLeader === "anywhere" || own === undefined || leader === undefined) return;
  if (leader === own.nodeId || now.monotonicUs < node.logLeaderAskDueUs) return;
  if (node.logLeaderPauseUs > firstPauseUs) effects.mark("log's leader asked again to come near");
  node.logLeaderAskDueUs = now.monotonicUs + node.logLeaderPauseUs;
  node.logLeaderPauseUs = Math.min(2 * node.logLeaderPauseUs, longestPauseUs);
  effects.send(leader, encodeLogTransferAsk(config.shard, own.nodeId));
}
