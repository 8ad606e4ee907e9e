/** The changes of role that end well; the way back, by discarding memory, is recovery.ts. */
import { assert } from "../assert.ts";
import type { Effects, Now } from "../contract.ts";
import type { DatabaseNode } from "./databaseNode.ts";
import { startDrawingLogLeader } from "./logLeader.ts";

/** Memory is at the tail: serve READONLY clients, follow, and wait a full backoff before standing (PROTOCOL rule 12). */
export function becomeReplica(node: DatabaseNode, now: Now, effects: Effects): void {
  node.role = "replica";
  node.backoff.restart(now.monotonicUs);
  effects.trace("role.replica", node.config.shard, node.appliedPosition, node.epoch, "");
}

/** The own leadership entry has committed. It is the first renewal: whether the lease still runs is another question. */
export function becomePrimary(node: DatabaseNode, now: Now, effects: Effects): void {
  const { config, appender } = node;
  const position = node.candidacyPosition;
  assert(appender.lastPosition === position, "a candidate appends its leadership entry alone");
  if (!node.assembler.isEmpty) {
    effects.mark("winner voids an unfinished record");
    effects.trace("record.voided", config.shard, position, -1, "");
  }
  if (now.unixUs < node.shardUnixUs) effects.mark("winner's wall clock is behind the shard's time");
  node.assembler.void();
  node.follower.stop(effects);
  node.backoff.cancel();
  node.candidacyPosition = 0;
  node.releasePosition = 0;
  node.epoch = node.candidacyEpoch;
  node.appliedPosition = position;
  node.appliedId = appender.lastPoint.id;
  node.chain = appender.chain;
  node.committedPosition = position;
  node.checksumPosition = position;
  node.tracker.reset(position);
  node.connections.reset(position);
  node.bus.reset(position);
  node.lease.committed(position);
  node.role = node.lease.isServing(now.monotonicUs) ? "primary" : "lapsed";
  effects.trace("role.primary", config.shard, position, node.epoch, "");
  effects.trace("lease.renewed", config.shard, position, node.lease.endUs, "");
  if (node.role === "lapsed") {
    effects.mark("leadership won after its lease had ended");
    effects.trace("lease.lapsed", config.shard, position, -1, "");
  }
  startDrawingLogLeader(node, now, effects);
  node.topology.learn(config.shard, node.epoch, position, config.nodeId);
  for (const peer of config.layout.databaseNodes) {
    if (peer.nodeId === config.nodeId) continue;
    effects.send(peer.nodeId, node.topology.encodeOne(node.writer, config.shard));
  }
}
