/**
 * Readers that follow a shard's log: committed entries, in order, pushed as they commit, within a window of bytes that
 * the follower opens again by acknowledging. Any log node serves them, save one in repair.
 */
import type { Effects, NodeId } from "../contract.ts";
import { heldBehind } from "./fetch.ts";
import {
  encodeEntries,
  type EntriesMessage,
  type FollowAck,
  type FollowRequest,
  type UnfollowRequest,
  windowInMessages,
} from "./messages.ts";
import { SentBytes } from "./sentBytes.ts";
import { commitPosition, type LogNode, type Replica, type Subscription } from "./state.ts";

/** A subscription number this little below the one in force is a late copy of an older request. */
const staleWithin = 1024;

export function handleFollow(
  node: LogNode,
  replica: Replica,
  from: NodeId,
  request: FollowRequest,
  effects: Effects,
): void {
  const known = replica.subscriptions.find((one) => one.follower === from);
  const age = known === undefined ? -1 : known.subscription - request.subscription;
  if (age >= 0 && age < staleWithin) return effects.mark("late copy of a subscription");
  dropFollower(replica, from);
  const { log } = replica;
  const subscription: Subscription = {
    follower: from,
    subscription: request.subscription,
    nextPosition: request.fromPosition,
    onTheWay: new SentBytes(),
  };
  if (replica.isRepairing) {
    return sendEntries(node, replica, subscription, { state: "refused", entries: [] }, effects);
  }
  if (request.fromPosition <= log.basePosition) {
    return sendEntries(node, replica, subscription, { state: "trimmed", entries: [] }, effects);
  }
  replica.subscriptions.push(subscription);
  pushTo(node, replica, subscription, effects);
  // The follower shall know that it is served, whether it has everything or the disk has to be read first.
  if (subscription.nextPosition === request.fromPosition) {
    sendEntries(node, replica, subscription, { state: "entries", entries: [] }, effects);
  }
}

export function handleFollowAck(
  node: LogNode,
  replica: Replica,
  from: NodeId,
  ack: FollowAck,
  effects: Effects,
): void {
  const subscription = replica.subscriptions.find((one) => one.follower === from);
  if (subscription === undefined || subscription.subscription !== ack.subscription) return;
  if (ack.position >= subscription.nextPosition) return;
  subscription.onTheWay.arrived(ack.position);
  pushTo(node, replica, subscription, effects);
}

export function handleUnfollow(
  _node: LogNode,
  replica: Replica,
  from: NodeId,
  request: UnfollowRequest,
): void {
  const known = replica.subscriptions.find((one) => one.follower === from);
  if (known !== undefined && known.subscription === request.subscription) {
    dropFollower(replica, from);
  }
}

export function dropFollower(replica: Replica, follower: NodeId): void {
  const at = replica.subscriptions.findIndex((one) => one.follower === follower);
  if (at >= 0) replica.subscriptions.splice(at, 1);
}

/** After a commit: sends every follower what its window allows. */
export function pushEntries(node: LogNode, replica: Replica, effects: Effects): void {
  // From the end, since a follower behind a trim drops out.
  for (let at = replica.subscriptions.length - 1; at >= 0; at--) {
    const subscription = replica.subscriptions[at];
    if (subscription !== undefined) pushTo(node, replica, subscription, effects);
  }
}

function pushTo(
  node: LogNode,
  replica: Replica,
  subscription: Subscription,
  effects: Effects,
): void {
  const { log } = replica;
  const { messageBytes } = node.config.timing;
  const committed = commitPosition(replica);
  while (subscription.nextPosition <= committed) {
    if (subscription.nextPosition <= log.basePosition) {
      sendEntries(node, replica, subscription, { state: "trimmed", entries: [] }, effects);
      dropFollower(replica, subscription.follower);
      return;
    }
    if (subscription.onTheWay.bytes >= windowInMessages * messageBytes) {
      return effects.mark("reader's window is full");
    }
    // A no-op of Raft's may stand between two positions.
    const first = log.indexOf(subscription.nextPosition);
    const held = heldBehind(node, replica, first - 1, effects);
    if (held === undefined) return effects.mark("reader waits for the disk");
    const { bytesUpTo } = held.at(first - 1);
    const entries: Uint8Array[] = [];
    let sentBytes = 0;
    const last = Math.min(held.lastIndex, replica.commitIndex);
    for (let index = first; index <= last; index++) {
      const entry = held.at(index);
      if (entries.length > 0 && entry.bytesUpTo - bytesUpTo > messageBytes) break;
      sentBytes = entry.bytesUpTo - bytesUpTo;
      if (entry.bytes.length > 0) entries.push(entry.bytes);
    }
    sendEntries(node, replica, subscription, { state: "entries", entries }, effects);
    subscription.nextPosition += entries.length;
    subscription.onTheWay.add(subscription.nextPosition - 1, sentBytes);
  }
}

function sendEntries(
  node: LogNode,
  replica: Replica,
  subscription: Subscription,
  content: Pick<EntriesMessage, "state" | "entries">,
  effects: Effects,
): void {
  const frame = encodeEntries(node.writer, {
    shard: replica.shard,
    subscription: subscription.subscription,
    state: content.state,
    commitPosition: commitPosition(replica),
    fromPosition: subscription.nextPosition,
    entries: content.entries,
  });
  effects.send(subscription.follower, frame);
}
