/**
 * Messages between clients: what an execution says to others than its own client is parked behind the changes that it may
 * tell of (PROTOCOL rule 20), and crosses to the other nodes once they are committed.
 */
import { decodePublish, encodePublish } from "../cluster/messageBus.ts";
import type { ByteReader } from "../bytes/reader.ts";
import type { Execution } from "../commands/execute.ts";
import type { Push } from "../commands/messages.ts";
import type { Effects } from "../contract.ts";
import type { DatabaseNode } from "./databaseNode.ts";

/** Hands out what an execution says; nobody hears before `position` is committed. */
export function deliver(node: DatabaseNode, execution: Execution, position: number): void {
  if (execution.pushes.length > 0) pushAll(node, execution.pushes, position);
  for (const announcement of execution.announcements) node.bus.announce(announcement, position);
}

function pushAll(node: DatabaseNode, pushes: readonly Push[], position: number): void {
  for (const { session, bytes, waits } of pushes) {
    const connection = node.connections.get(session.clientId);
    if (connection !== undefined) node.connections.push(connection, bytes, waits ? position : 0);
  }
}

/** Sends the other nodes what is due by now: those of this shard everything, the rest what is no shard channel's. */
export function sendMessages(node: DatabaseNode, effects: Effects): void {
  const due = node.bus.takeDue();
  if (due.length === 0) return;
  const { layout, nodeId, shard } = node.config;
  const forAll = due.filter(({ isSharded }) => !isSharded);
  for (const peer of layout.databaseNodes) {
    const told = peer.shard === shard ? due : forAll;
    if (peer.nodeId === nodeId || told.length === 0) continue;
    effects.send(peer.nodeId, encodePublish(node.writer, told));
  }
}

/** Tells this node's clients what another node's said; false if the body is damaged. */
export function hearMessages(node: DatabaseNode, body: ByteReader): boolean {
  const announcements = decodePublish(body);
  if (announcements === undefined) return false;
  for (const announcement of announcements) pushAll(node, node.executor.deliver(announcement), 0);
  return true;
}
