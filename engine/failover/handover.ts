/**
 * Planned hand-over (PROTOCOL rule 16). The leader stops serving, waits until the log has committed all it appended, and
 * gives the leadership up by a release entry. Whoever has applied that entry as its tail may stand without a backoff: the
 * entry proves that no lease runs. The message to the target is a hint that only says "now"; delayed into a later epoch
 * it finds another tail and elects nobody.
 *
 *     handoverHint   u32 shard, u32 epoch given up, u53 position of the release entry
 */
import { assert } from "../assert.ts";
import { beginFrame, finishFrame } from "../bytes/frame.ts";
import { latin1Bytes } from "../bytes/latin1.ts";
import type { ByteReader } from "../bytes/reader.ts";
import type { Effects, NodeId, Now } from "../contract.ts";
import type { LogEntry } from "../log/entry.ts";
import { appendEntry } from "./appendEntry.ts";
import type { DatabaseNode } from "./databaseNode.ts";
import { becomeReplica } from "./role.ts";
import { tellReadersToForget } from "./deliver.ts";
import { unblockAll } from "./serveBlocked.ts";

/** Replicas that got no hint stand after a random wait between these, in case the target is dead. */
const staggerLeastUs = 50_000;
const staggerMostUs = 100_000;

/** An operator asks the primary to hand over; asked of anybody else it means nothing. */
export function beginHandover(
  node: DatabaseNode,
  now: Now,
  target: NodeId,
  effects: Effects,
): void {
  if (node.role !== "primary" || !node.lease.isServing(now.monotonicUs)) {
    return effects.mark("hand-over asked of a node that does not serve");
  }
  if (target !== "" && !isReplicaOfShard(node, target)) return;
  if (node.appender.pendingCount > 0) effects.mark("hand-over drains appends in flight");
  const giveUpUs = now.monotonicUs + node.config.timing.handoverMs * 1000;
  node.role = "handover";
  node.handover.target = target;
  node.handover.releasePosition = 0;
  node.handover.giveUpUs = giveUpUs;
  node.holdUntilUs = giveUpUs;
  // Nothing is read here from now on; and should the log be silent, the lease may end before the drain is given up.
  tellReadersToForget(node, effects);
  effects.trace("role.handover", node.config.shard, node.appliedPosition, node.epoch, target);
}

const STAYS = "ERR Errors trying to SHUTDOWN. Check logs.";

/** The host will end this node: it hands over what it leads, and leads no more. Or it stays after all, which those hear who wait for its end. */
export function retireNode(node: DatabaseNode, isRetiring: boolean): void {
  node.isRetiring = isRetiring;
  if (isRetiring) return;
  for (const session of node.asked.stoppers.splice(0)) {
    const connection = node.connections.get(session.clientId);
    if (connection?.session !== session) continue;
    const { replyPiece } = node.executor.failBlocked(session, STAYS);
    node.connections.answer(connection, replyPiece, 0);
  }
}

/** Draining: all appended has committed → release; too long → serve on, as far as the lease allows, which only an unsent release does. */
export function advanceHandover(node: DatabaseNode, now: Now, effects: Effects): void {
  const { handover, config } = node;
  if (handover.releasePosition > 0) return;
  if (node.appender.pendingCount === 0) {
    const target = latin1Bytes(handover.target);
    handover.releasePosition = appendEntry(node, "release", node.epoch, target);
    // From here on the entry may commit at any time and another node may lead: silent until its outcome is known.
    node.lease.end();
    unblockAll(node, effects);
    return;
  }
  if (now.monotonicUs < handover.giveUpUs) return;
  node.holdUntilUs = -Infinity;
  node.role = "primary";
  const isServing = node.lease.isServing(now.monotonicUs);
  effects.mark(isServing ? "drain given up" : "drain given up after the lease ended");
  effects.trace("role.handoverGivenUp", config.shard, node.appliedPosition, node.epoch, "");
}

/** The release has committed: memory is exactly the log's, so it is kept. */
export function onReleaseCommitted(node: DatabaseNode, now: Now, effects: Effects): void {
  const { config, handover, appender } = node;
  const position = handover.releasePosition;
  assert(appender.lastPosition === position, "nothing follows a release");
  handover.releasePosition = 0;
  node.appliedPosition = position;
  node.appliedId = appender.lastPoint.id;
  node.chain = appender.chain;
  node.releasePosition = 0; // The one that gave up waits a full backoff: others shall lead.
  effects.trace("role.released", config.shard, position, node.epoch, handover.target);
  node.topology.learn(config.shard, node.epoch, position, "");
  node.follower.start(now, position + 1, effects);
  becomeReplica(node, now, effects);
  for (const peer of config.layout.databaseNodes) {
    if (peer.shard !== config.shard || peer.nodeId === config.nodeId) continue;
    if (handover.target !== "" && peer.nodeId !== handover.target) continue;
    beginFrame(node.writer, "handoverHint").u32(config.shard);
    node.writer.u32(node.epoch);
    node.writer.u53(position);
    effects.send(peer.nodeId, finishFrame(node.writer));
  }
}

/** A replica has applied a release entry. */
export function onReleaseApplied(node: DatabaseNode, now: Now, entry: LogEntry): void {
  node.topology.learn(node.config.shard, entry.epoch, entry.position, "");
  node.releasePosition = entry.position;
  const isHinted = node.hintPosition === entry.position && node.hintEpoch === entry.epoch;
  const spreadUs = staggerMostUs - staggerLeastUs;
  const staggerUs = isHinted ? 0 : staggerLeastUs + Math.floor(node.random() * spreadUs);
  node.standAfterReleaseUs = now.monotonicUs + staggerUs;
}

/** False if the body is damaged. */
export function hearHandoverHint(
  node: DatabaseNode,
  now: Now,
  body: ByteReader,
  effects: Effects,
): boolean {
  const shard = body.u32();
  const epoch = body.u32();
  const position = body.u53();
  if (!body.isComplete) return false;
  if (shard !== node.config.shard) return true;
  if (epoch < node.epoch || position < node.hintPosition) {
    effects.mark("hint of an older epoch");
  } else if (position > node.appliedPosition) {
    effects.mark("hint ahead of its release");
  }
  if (position < node.hintPosition) return true;
  node.hintEpoch = epoch;
  node.hintPosition = position;
  if (node.releasePosition === position && node.epoch === epoch) {
    node.standAfterReleaseUs = now.monotonicUs;
  }
  return true;
}

function isReplicaOfShard(node: DatabaseNode, target: NodeId): boolean {
  const { layout, shard, nodeId } = node.config;
  return (
    target !== nodeId &&
    layout.databaseNodes.some((peer) => peer.nodeId === target && peer.shard === shard)
  );
}
