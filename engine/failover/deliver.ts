/**
 * What clients say to each other, and what keyspace notifications say to them: parked behind the changes that it may tell
 * of (PROTOCOL rule 20), and sent to the other nodes once those are committed.
 */
import type { Dispatch } from "../cluster/messageBus.ts";
import { newestPosition } from "../cluster/nodeFacts.ts";
import { decodePublish, encodePublish } from "../cluster/publishFrame.ts";
import type { ByteReader } from "../bytes/reader.ts";
import type { Execution } from "../commands/execution.ts";
import type { Push } from "../commands/messages.ts";
import type { Effects, NodeId, Now } from "../contract.ts";
import type { DatabaseNode } from "./databaseNode.ts";

/** Notices of changes that this node has not applied yet, above which further ones are lost. */
const earlyNoticesLimit = 65_536;

/** Hands out what an execution says; nobody hears before `position` is committed. */
export function deliver(node: DatabaseNode, execution: Execution, position: number): void {
  if (execution.pushes.length > 0) pushAll(node, execution.pushes, position);
  for (const announcement of execution.announcements) node.bus.announce(announcement, position);
  tellReaders(node);
}

/**
 * Tells clients that track keys what has changed by now, behind everything that is executed by now: what is no longer true must
 * not outrun what they have read, nor the change itself (rule 24).
 */
export function tellReaders(node: DatabaseNode): void {
  const pushes = node.executor.tracking.takeOutbox();
  if (pushes.length > 0) pushAll(node, pushes, node.tracker.newest);
}

/** The same behind the reply of a request, for the client that changed itself what it has read. */
export function tellWriter(node: DatabaseNode): void {
  const pushes = node.executor.tracking.takeOwn();
  if (pushes.length > 0) pushAll(node, pushes, node.tracker.newest);
}

/** The same for what changed in this step to all clients in BCAST mode, and for keys that are remembered no longer. */
export function tellOfStep(node: DatabaseNode, now: Now): void {
  const { tracking } = node.executor;
  tracking.limit();
  node.trackingDueUs = tracking.isOverLimit ? now.monotonicUs + LIMIT_REST_US : Infinity;
  tracking.broadcast();
  tellReaders(node);
}

/** Until more keys are forgotten, for clients and the log. */
const LIMIT_REST_US = 1000;

/**
 * What clients have read here can be trusted no longer: others may write from now on, of which this node would not learn in time. They are
 * told at once to forget everything, before what waits for the log, which may never come (rule 24).
 */
export function tellReadersToForget(node: DatabaseNode, effects: Effects): void {
  const { tracking } = node.executor;
  if (!tracking.isOn) return;
  tellReaders(node);
  tracking.changedAll();
  for (const { session, bytes } of tracking.takeOutbox()) {
    const connection = node.connections.get(session.clientId);
    if (connection !== undefined) node.connections.pushAround(connection, bytes);
  }
  effects.mark("readers told to forget everything");
}

function pushAll(node: DatabaseNode, pushes: readonly Push[], position: number): void {
  for (const { session, bytes, waits } of pushes) {
    const connection = node.connections.get(session.clientId);
    if (connection !== undefined) node.connections.push(connection, bytes, waits ? position : 0);
  }
}

/** Sends the other nodes what is due by now: messages to all, the rest to those of this shard. */
export function sendMessages(node: DatabaseNode, effects: Effects): void {
  const due = node.bus.takeDue();
  if (due.length === 0) return;
  const { incarnation, layout, nodeId, shard } = node.config;
  const order = { incarnation, number: node.bus.nextFrameNumber() };
  const forAll = due.filter(({ announcement }) => announcement.kind === "message");
  for (const peer of layout.databaseNodes) {
    const dispatches = peer.shard === shard ? due : forAll;
    if (peer.nodeId === nodeId || dispatches.length === 0) continue;
    effects.send(peer.nodeId, encodePublish(node.writer, { order, dispatches }));
  }
}

/** Tells this node's clients what another node says; false if the body is damaged. */
export function hearMessages(node: DatabaseNode, from: NodeId, body: ByteReader): boolean {
  const frame = decodePublish(body);
  if (frame === undefined) return false;
  if (!node.bus.isNews(from, frame.order)) return true;
  for (const dispatch of frame.dispatches) {
    if (dispatch.announcement.kind !== "notice") tell(node, dispatch);
    else if (node.earlyNotices.length < earlyNoticesLimit) node.earlyNotices.push(dispatch);
  }
  tellNotices(node);
  return true;
}

/** Tells of the changes of the shard's primary that this node has applied by now. */
export function tellNotices(node: DatabaseNode): void {
  const { earlyNotices } = node;
  if (earlyNotices.length === 0) return;
  const applied = newestPosition(node);
  const early = earlyNotices.findIndex(({ position }) => position > applied);
  const due = earlyNotices.splice(0, early < 0 ? earlyNotices.length : early);
  for (const dispatch of due) tell(node, dispatch);
}

function tell(node: DatabaseNode, { announcement }: Dispatch): void {
  pushAll(node, node.executor.deliver(announcement), 0);
}
