/**
 * THE MAIN PATH of a log node: one of three, one a zone, that together hold the transaction logs of all shards.
 *
 * Each hosts a Raft replica of every shard over one write-ahead log. This file routes: an input goes to the concern that
 * it belongs to, and at the end of the step what has become possible is sent, written and scheduled.
 *
 *     logAppend   → appendApi      raftVote*      → election      raftRepairHello* → repair
 *     logFollow*  → readers        raftAppend*    → replication   disk*            → disk
 *     logTail     → tail           raftHeartbeat* → heartbeat     status, format   → control
 */
import { assert } from "../assert.ts";
import { openFrame, type OpenedFrame } from "../bytes/frame.ts";
import type { ByteReader } from "../bytes/reader.ts";
import { ByteWriter } from "../bytes/writer.ts";
import type { Effects, Input, NodeId, Now, Random } from "../contract.ts";
import {
  decodeFormatDisk,
  decodeShardOrder,
  decodeStatusAsk,
  encodeLogTransferAsk,
} from "../control/messages.ts";
import { answerWaiters, expireHeld, handleAppend } from "./appendApi.ts";
import {
  flushDisk,
  handleDiskRead,
  handleDiskSynced,
  handleFormatDisk,
  startReading,
} from "./disk.ts";
import {
  handleTimeoutNow,
  handleVote,
  handleVoteReply,
  scanElections,
  settleElection,
  settleTransfer,
  startTransfer,
} from "./election.ts";
import { beat, handleHeartbeat, handleHeartbeatReply, settleHeartbeats } from "./heartbeat.ts";
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
import {
  dropFollower,
  handleFollow,
  handleFollowAck,
  handleUnfollow,
  pushEntries,
} from "./readers.ts";
import {
  admitIncarnation,
  continueRepair,
  handleHello,
  handleHelloReply,
  settleHellos,
  settleRepair,
} from "./repair.ts";
import {
  goBack,
  handleInstall,
  handleRaftAppend,
  handleRaftAppendReply,
  sendAppends,
  settleAck,
} from "./replication.ts";
import { newReplica } from "./newReplica.ts";
import {
  dropMessage,
  type LogNode,
  type LogNodeConfig,
  NOBODY,
  progressOf,
  type Replica,
  replicaOf,
  slotName,
} from "./state.ts";
import { encodeStatus } from "./status.ts";
import { answerReads, handleTail } from "./tail.ts";
import { trim } from "./trim.ts";

export type { LogNode, LogNodeConfig } from "./state.ts";

export function createLogNode(config: LogNodeConfig, random: Random): LogNode {
  const slots = config.layout.logNodes.map((node) => node.nodeId);
  const self = slots.indexOf(config.nodeId);
  assert(slots.length === 3 && self >= 0, "a log node is one of three");
  const replicas: Replica[] = [];
  for (let shard = 0; shard < config.layout.shardCount; shard++) {
    replicas.push(newReplica(shard, slots.length));
  }
  return {
    config,
    random,
    boot: 1 + Math.floor(random() * 2 ** 50),
    slots,
    self,
    peers: slots.map((_name, slot) => slot).filter((slot) => slot !== self),
    writer: new ByteWriter(4096),
    replicas,
    phase: "starting",
    nowUs: 0,
    marker: undefined,
    wal: undefined,
    nextMarker: undefined,
    ticket: 0,
    isSyncing: false,
    preparing: "batch",
    readParts: [],
    readBytes: 0,
    unsynced: [],
    syncing: [],
    touched: [],
    led: [],
    spreading: [],
    readsWaiting: false,
    incarnations: slots.map(() => 0),
    durableIncarnations: slots.map(() => 0),
    syncingIncarnations: slots.map(() => 0),
    owedHellos: slots.map(() => -1),
    helloNonce: -1,
    helloReplies: slots.map(() => undefined),
    round: 0,
    lastSpreadUs: -Infinity,
    heartbeatAtUs: Infinity,
    scanAtUs: Infinity,
    spreadAtUs: Infinity,
    helloAtUs: Infinity,
    alarmUs: Infinity,
    droppedMessages: 0,
    matchScratch: slots.map(() => 0),
  };
}

export function stepLogNode(node: LogNode, now: Now, input: Input, effects: Effects): void {
  node.nowUs = now.monotonicUs;
  switch (input.kind) {
    case "start":
      startReading(node, effects);
      break;
    case "diskRead":
      handleDiskRead(node, input, effects);
      break;
    case "diskSynced":
      handleDiskSynced(node, input.ticket, input.ok, effects);
      break;
    case "peerMessage":
      handleMessage(node, input.from, openFrame(input.bytes), effects);
      break;
    case "peerLost":
      handlePeerLost(node, input.from);
      break;
    case "wake":
      node.alarmUs = Infinity;
      handleWake(node, effects);
      break;
    case "clientOpened":
    case "clientBytes":
    case "clientClosed": // log nodes have no clients
  }
  finishStep(node, effects);
}

function handleWake(node: LogNode, effects: Effects): void {
  if (node.phase !== "running") return;
  if (node.nowUs >= node.heartbeatAtUs) {
    for (const replica of node.led) {
      if (replica.held.length > 0) expireHeld(node, replica, effects);
    }
    beat(node, effects);
  }
  if (node.nowUs >= node.scanAtUs) scanElections(node, effects);
  if (node.nowUs >= node.helloAtUs) continueRepair(node, effects);
}

/** What was on its way over a broken connection may be gone: ask log peers where they stand, forget followers. */
function handlePeerLost(node: LogNode, peer: NodeId): void {
  const slot = node.slots.indexOf(peer);
  if (slot < 0) {
    for (const replica of node.replicas) dropFollower(replica, peer);
    return;
  }
  for (const replica of node.led) {
    const progress = progressOf(replica, slot);
    if (progress.sentEnds.length > 0) goBack(node, replica, progress, progress.resendFrom);
  }
}

function handleMessage(node: LogNode, from: NodeId, frame: OpenedFrame, effects: Effects): void {
  const { kind, body } = frame;
  if (kind === undefined) return dropMessage(node, frame.why, effects);
  let isSound = true;
  if (kind === "statusAsk") {
    const nonce = decodeStatusAsk(body);
    if (body.isComplete) effects.send(from, encodeStatus(node, nonce));
    else isSound = false;
  } else if (kind === "formatDisk") {
    const order = decodeFormatDisk(body);
    if (order === undefined) isSound = false;
    else handleFormatDisk(node, order, effects);
  } else if (node.phase !== "running") {
    return; // no state yet to answer from: as if the process had not started
  } else if (kind.startsWith("raft")) {
    isSound = handleRaft(node, from, frame, effects);
  } else {
    isSound = handleRequest(node, from, frame, effects);
  }
  if (!isSound) dropMessage(node, `damaged or unexpected ${kind}`, effects);
}

/** Messages of database nodes and operators. False if the body is damaged or the kind is not for a log node. */
function handleRequest(node: LogNode, from: NodeId, frame: OpenedFrame, effects: Effects): boolean {
  const { kind, body } = frame;
  switch (kind) {
    case "logAppend": {
      const request = decodeAppend(body);
      const replica = request && replicaOf(node, request.shard);
      if (replica === undefined || request === undefined) return false;
      handleAppend(node, replica, from, request, effects);
      return true;
    }
    case "logFollow": {
      const request = decodeFollow(body);
      const replica = request && replicaOf(node, request.shard);
      if (replica === undefined || request === undefined) return false;
      handleFollow(node, replica, from, request, effects);
      return true;
    }
    case "logFollowAck": {
      const ack = decodeFollowAck(body);
      const replica = ack && replicaOf(node, ack.shard);
      if (replica === undefined || ack === undefined) return false;
      handleFollowAck(node, replica, from, ack, effects);
      return true;
    }
    case "logUnfollow": {
      const request = decodeUnfollow(body);
      const replica = request && replicaOf(node, request.shard);
      if (replica === undefined || request === undefined) return false;
      handleUnfollow(replica, from, request);
      return true;
    }
    case "logTail": {
      const request = decodeTail(body);
      const replica = request && replicaOf(node, request.shard);
      if (replica === undefined || request === undefined) return false;
      handleTail(node, replica, from, request, effects);
      return true;
    }
    case "logTrim": {
      const request = decodeTrim(body);
      const replica = request && replicaOf(node, request.shard);
      if (replica === undefined || request === undefined) return false;
      trim(node, replica, request.belowPosition, effects);
      return true;
    }
    case "logTransferAsk":
      return handleTransferAsk(node, body, effects);
    default:
      return false;
  }
}

/** An operator's wish reaches any log node; one that does not lead passes it on once to the one that does. */
function handleTransferAsk(node: LogNode, body: ByteReader, effects: Effects): boolean {
  const ask = decodeShardOrder(body);
  const replica = ask && replicaOf(node, ask.shard);
  if (ask === undefined || replica === undefined) return false;
  if (replica.role === "leader") {
    startTransfer(node, replica, node.slots.indexOf(ask.target), effects);
  } else if (replica.leader !== NOBODY) {
    effects.send(slotName(node, replica.leader), encodeLogTransferAsk(ask.shard, ask.target));
  }
  return true;
}

/** Messages of the two peers. False if the body is damaged or the sender is no peer. */
function handleRaft(node: LogNode, from: NodeId, frame: OpenedFrame, effects: Effects): boolean {
  const slot = node.slots.indexOf(from);
  const incarnation = frame.body.u53();
  if (slot < 0 || slot === node.self || frame.body.failed) return false;
  const { kind, body } = frame;
  switch (kind) {
    case "raftHeartbeat": {
      const message = decodeHeartbeat(body);
      if (message === undefined) return false;
      if (admit(node, slot, incarnation, effects)) handleHeartbeat(node, slot, message, effects);
      return true;
    }
    case "raftHeartbeatReply": {
      const message = decodeHeartbeatReply(body);
      if (message === undefined) return false;
      if (admit(node, slot, incarnation, effects)) {
        handleHeartbeatReply(node, slot, message, effects);
      }
      return true;
    }
    case "raftRepairHello": {
      const nonce = decodeHello(body);
      if (nonce === undefined) return false;
      if (admit(node, slot, incarnation, effects)) handleHello(node, slot, nonce);
      return true;
    }
    case "raftRepairHelloReply": {
      const message = decodeHelloReply(body);
      if (message === undefined) return false;
      if (admit(node, slot, incarnation, effects)) handleHelloReply(node, slot, message, effects);
      return true;
    }
    default:
      return handleShardRaft(node, slot, incarnation, frame, effects);
  }
}

// oxlint-disable-next-line max-params -- handleRaft's second half
function handleShardRaft(
  node: LogNode,
  slot: number,
  incarnation: number,
  frame: OpenedFrame,
  effects: Effects,
): boolean {
  const { kind, body } = frame;
  switch (kind) {
    case "raftAppend": {
      const message = decodeRaftAppend(body);
      const replica = message && replicaOf(node, message.shard);
      if (replica === undefined || message === undefined) return false;
      if (!admit(node, slot, incarnation, effects)) return true;
      handleRaftAppend(node, replica, slot, message, effects);
      return true;
    }
    case "raftAppendReply": {
      const message = decodeRaftAppendReply(body);
      const replica = message && replicaOf(node, message.shard);
      if (replica === undefined || message === undefined) return false;
      if (!admit(node, slot, incarnation, effects)) return true;
      handleRaftAppendReply(node, replica, slot, message, effects);
      return true;
    }
    case "raftVote": {
      const message = decodeVote(body);
      const replica = message && replicaOf(node, message.shard);
      if (replica === undefined || message === undefined) return false;
      if (!admit(node, slot, incarnation, effects)) return true;
      handleVote(node, replica, slot, message, effects);
      return true;
    }
    case "raftVoteReply": {
      const message = decodeVoteReply(body);
      const replica = message && replicaOf(node, message.shard);
      if (replica === undefined || message === undefined) return false;
      if (!admit(node, slot, incarnation, effects)) return true;
      handleVoteReply(node, replica, slot, message, effects);
      return true;
    }
    case "raftTimeoutNow": {
      const message = decodeTimeoutNow(body);
      const replica = message && replicaOf(node, message.shard);
      if (replica === undefined || message === undefined) return false;
      if (!admit(node, slot, incarnation, effects)) return true;
      handleTimeoutNow(node, replica, message, effects);
      return true;
    }
    case "raftInstall": {
      const message = decodeInstall(body);
      const replica = message && replicaOf(node, message.shard);
      if (replica === undefined || message === undefined) return false;
      if (!admit(node, slot, incarnation, effects)) return true;
      handleInstall(node, replica, slot, message, effects);
      return true;
    }
    default:
      return false;
  }
}

function admit(node: LogNode, slot: number, incarnation: number, effects: Effects): boolean {
  if (admitIncarnation(node, slot, incarnation)) return true;
  dropMessage(node, "a disk that was replaced", effects);
  return false;
}

/** Does what the step has made possible, in the order in which one thing enables the next. */
function finishStep(node: LogNode, effects: Effects): void {
  if (node.phase !== "running") return;
  const { touched } = node;
  // Winning an election touches the replica again: the list may grow under the loop.
  for (let at = 0; at < touched.length; at++) {
    const replica = touched[at] as Replica;
    replica.isTouched = false;
    settle(node, replica, effects);
  }
  touched.length = 0;
  settleHeartbeats(node, effects);
  settleHellos(node, effects);
  flushDisk(node, effects);
  setAlarm(node, effects);
}

function settle(node: LogNode, replica: Replica, effects: Effects): void {
  settleElection(node, replica, effects);
  settleRepair(node, replica, effects);
  settleAck(node, replica, effects);
  if (replica.role === "leader") sendAppends(node, replica, effects);
  if (replica.hasNewCommit) {
    replica.hasNewCommit = false;
    if (replica.subscriptions.length > 0) pushEntries(node, replica, effects);
    if (replica.role === "leader") {
      answerWaiters(node, replica, effects);
      answerReads(node, replica, effects);
      if (!node.spreading.includes(replica)) node.spreading.push(replica);
    }
  }
  settleTransfer(node, replica, effects);
}

function setAlarm(node: LogNode, effects: Effects): void {
  const alarmUs = Math.min(node.heartbeatAtUs, node.scanAtUs, node.spreadAtUs, node.helloAtUs);
  if (alarmUs === node.alarmUs) return;
  // An alarm that is too early costs one idle step; moving it at every message would cost more.
  if (node.alarmUs < alarmUs && node.alarmUs > node.nowUs) return;
  node.alarmUs = alarmUs;
  effects.wakeAt(alarmUs);
}
