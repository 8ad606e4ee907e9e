/** Which function handles which message. A route is false if the body is damaged or the kind is not for it. */
import type { MessageKind } from "../bytes/frame.ts";
import type { ByteReader } from "../bytes/reader.ts";
import type { Effects, NodeId } from "../contract.ts";
import { decodeShardOrder, encodeLogTransferAsk, type ShardOrder } from "../control/messages.ts";
import { handleAppend } from "./appendApi.ts";
import { handleTimeoutNow, handleVote, handleVoteReply, startTransfer } from "./election.ts";
import { handleHeartbeat, handleHeartbeatReply } from "./heartbeat.ts";
import {
  decodeAppend,
  decodeFollow,
  decodeFollowAck,
  decodeTail,
  decodeTrim,
  decodeUnfollow,
} from "./messages.ts";
import {
  decodeHeartbeat,
  decodeHeartbeatReply,
  decodeHello,
  decodeHelloReply,
  decodeInstall,
  decodeRaftAppend,
  decodeRaftAppendReply,
  decodeTimeoutNow,
  decodeVote,
  decodeVoteReply,
} from "./raftMessages.ts";
import { handleFollow, handleFollowAck, handleUnfollow } from "./readers.ts";
import { admitIncarnation, handleHello, handleHelloReply } from "./repair.ts";
import { handleInstall, handleRaftAppend, handleRaftAppendReply } from "./replication.ts";
import { dropMessage, type LogNode, NOBODY, type Replica, replicaOf, slotName } from "./state.ts";
import { handleTail } from "./tail.ts";
import { trim } from "./trim.ts";

/** `from`: the sender's name for requests, its slot for raft messages. */
type Route<From> = (node: LogNode, from: From, body: ByteReader, effects: Effects) => boolean;

/** A message about one shard: decoded, then handled by that shard's replica. */
function shardRoute<From, Message extends { readonly shard: number }>(
  decode: (body: ByteReader) => Message | undefined,
  handle: (node: LogNode, replica: Replica, from: From, message: Message, effects: Effects) => void,
): Route<From> {
  return (node, from, body, effects) => {
    const message = decode(body);
    const replica = message && replicaOf(node, message.shard);
    if (message === undefined || replica === undefined) return false;
    handle(node, replica, from, message, effects);
    return true;
  };
}

/** A message about many shards or none. */
function nodeRoute<From, Message>(
  decode: (body: ByteReader) => Message | undefined,
  handle: (node: LogNode, from: From, message: Message, effects: Effects) => void,
): Route<From> {
  return (node, from, body, effects) => {
    const message = decode(body);
    if (message === undefined) return false;
    handle(node, from, message, effects);
    return true;
  };
}

/** From database nodes and operators. */
const requestRoutes: ReadonlyMap<MessageKind, Route<NodeId>> = new Map([
  ["logAppend", shardRoute(decodeAppend, handleAppend)],
  ["logFollow", shardRoute(decodeFollow, handleFollow)],
  ["logFollowAck", shardRoute(decodeFollowAck, handleFollowAck)],
  ["logUnfollow", shardRoute(decodeUnfollow, handleUnfollow)],
  ["logTail", shardRoute(decodeTail, handleTail)],
  ["logTrim", shardRoute(decodeTrim, trim)],
  ["logTransferAsk", shardRoute(decodeShardOrder, handleTransferAsk)],
]);

/** From the two peers. */
const raftRoutes: ReadonlyMap<MessageKind, Route<number>> = new Map([
  ["raftVote", shardRoute(decodeVote, handleVote)],
  ["raftVoteReply", shardRoute(decodeVoteReply, handleVoteReply)],
  ["raftAppend", shardRoute(decodeRaftAppend, handleRaftAppend)],
  ["raftAppendReply", shardRoute(decodeRaftAppendReply, handleRaftAppendReply)],
  ["raftInstall", shardRoute(decodeInstall, handleInstall)],
  ["raftTimeoutNow", shardRoute(decodeTimeoutNow, handleTimeoutNow)],
  ["raftHeartbeat", nodeRoute(decodeHeartbeat, handleHeartbeat)],
  ["raftHeartbeatReply", nodeRoute(decodeHeartbeatReply, handleHeartbeatReply)],
  ["raftRepairHello", nodeRoute(decodeHello, handleHello)],
  ["raftRepairHelloReply", nodeRoute(decodeHelloReply, handleHelloReply)],
]);

// oxlint-disable-next-line max-params -- an opened message
export function routeRequest(
  node: LogNode,
  from: NodeId,
  kind: MessageKind,
  body: ByteReader,
  effects: Effects,
): boolean {
  const route = requestRoutes.get(kind);
  return route !== undefined && route(node, from, body, effects);
}

// oxlint-disable-next-line max-params -- an opened message
export function routeRaft(
  node: LogNode,
  from: NodeId,
  kind: MessageKind,
  body: ByteReader,
  effects: Effects,
): boolean {
  const route = raftRoutes.get(kind);
  const slot = node.slots.indexOf(from);
  if (route === undefined || slot < 0 || slot === node.self) return false;
  const incarnation = body.u53();
  if (body.failed) return false;
  if (admitIncarnation(node, slot, incarnation, effects)) return route(node, slot, body, effects);
  effects.mark("message of a replaced disk dropped");
  dropMessage(node, "a disk that was replaced", effects);
  return true;
}

/** An operator's wish reaches any log node; one that does not lead passes it on to the one that does. */
function handleTransferAsk(
  node: LogNode,
  replica: Replica,
  _from: NodeId,
  ask: ShardOrder,
  effects: Effects,
): void {
  if (replica.role === "leader") {
    startTransfer(node, replica, node.slots.indexOf(ask.target), effects);
  } else if (replica.leader !== NOBODY) {
    effects.send(slotName(node, replica.leader), encodeLogTransferAsk(ask.shard, ask.target));
  }
}
