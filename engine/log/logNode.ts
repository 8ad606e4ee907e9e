/**
 * THE MAIN PATH of a log node: one of three, one a zone, that together hold the transaction logs of all shards. (Or the only one:
 * then what it has synced is committed, and its disk is all there is.)
 *
 * Each hosts a Raft replica of every shard over one write-ahead log. This file routes: an input goes to the concern that
 * it belongs to, and at the end of the step what has become possible is sent, written and scheduled.
 *
 *     logAppend   → appendApi      raftVote*      → election      raftRepairHello* → repair
 *     logFollow*  → readers        raftAppend*    → replication   disk*            → disk
 *     logTail     → tail           raftHeartbeat* → heartbeat     (routes.ts has the table)
 */
import { assert, must } from "../assert.ts";
import { openFrame, type OpenedFrame } from "../bytes/frame.ts";
import { ByteWriter } from "../bytes/writer.ts";
import type { Effects, Input, NodeId, Now, Random } from "../contract.ts";
import { decodeFormatDisk, decodeStatusAsk } from "../control/messages.ts";
import { answerWaiters, expireHeld } from "./appendApi.ts";
import {
  flushDisk,
  handleDiskRead,
  handleDiskSynced,
  handleFormatDisk,
  startReading,
} from "./disk.ts";
import { scanElections, settleElection, settleTransfer, startTransfer } from "./election.ts";
import { beat, settleHeartbeats } from "./heartbeat.ts";
import { newReplica } from "./newReplica.ts";
import { dropFollower, pushEntries } from "./readers.ts";
import { continueRepair, settleHellos, settleRepair } from "./repair.ts";
import { goBack, sendAppends, settleAck } from "./replication.ts";
import { routeRaft, routeRequest } from "./routes.ts";
import {
  dropMessage,
  type LogNode,
  type LogNodeConfig,
  NOBODY,
  progressOf,
  type Replica,
  touch,
} from "./state.ts";
import { encodeStatus } from "./status.ts";
import { answerReads } from "./tail.ts";

export type { LogNode, LogNodeConfig } from "./state.ts";

export function createLogNode(config: LogNodeConfig, random: Random): LogNode {
  const slots = config.layout.logNodes.map((node) => node.nodeId);
  const self = slots.indexOf(config.nodeId);
  assert((slots.length === 3 || slots.length === 1) && self >= 0, "a log node is one of three");
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
    lowSlots: slots.map(() => false),
    ticket: 0,
    isSyncing: false,
    preparing: "batch",
    recovery: undefined,
    deadFiles: [],
    fetches: new Map(),
    fetchTicket: 0,
    fetched: [],
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
    case "diskSpace":
      node.lowSlots[node.self] = !input.ok;
      break;
    case "peerMessage":
      handleMessage(node, input.from, openFrame(input.bytes), effects);
      break;
    case "peerLost":
      handlePeerLost(node, input.from, effects);
      break;
    case "wake":
      node.alarmUs = Infinity;
      handleWake(node, effects);
      break;
    case "retire":
      if (input.ok) handleRetire(node, effects);
      break;
    case "clientOpened":
    case "clientBytes":
    case "clientEnded":
    case "clientOutput":
    case "clientClosed":
    case "parameters":
    case "users": // log nodes have no clients
  }
  finishStep(node, effects);
}

/** The logs that it leads go to whoever has all of them; what a peer lags in is caught up meanwhile, and the host may ask again. */
function handleRetire(node: LogNode, effects: Effects): void {
  for (const replica of node.replicas) {
    for (let slot = 0; slot < node.slots.length && replica.role === "leader"; slot++) {
      startTransfer(node, replica, slot, effects);
    }
  }
}

function handleWake(node: LogNode, effects: Effects): void {
  if (node.phase !== "running") return;
  if (node.nowUs >= node.heartbeatAtUs) {
    for (const replica of node.led) {
      if (replica.transferTo !== NOBODY) touch(node, replica);
      else if (replica.held.length > 0) expireHeld(node, replica, effects);
    }
    beat(node, effects);
  }
  if (node.nowUs >= node.scanAtUs) scanElections(node, effects);
  if (node.nowUs >= node.helloAtUs) continueRepair(node, effects);
}

/** What was on its way over a broken connection may be gone: ask log peers where they stand, forget followers. */
function handlePeerLost(node: LogNode, peer: NodeId, effects: Effects): void {
  const slot = node.slots.indexOf(peer);
  if (slot < 0) {
    for (const replica of node.replicas) dropFollower(replica, peer);
    return;
  }
  const againUs = node.config.timing.raftHeartbeatMs * 1000;
  for (const replica of node.led) {
    const progress = progressOf(replica, slot);
    if (progress.onTheWay.count === 0) continue;
    const isAgain = node.nowUs - progress.brokenUs < againUs;
    effects.mark(isAgain ? "log peer refuses connections" : "connection to a log peer broke");
    progress.brokenUs = node.nowUs;
    // A peer that refuses connections is asked by heartbeats alone, or the two would spin as fast as refusals travel.
    if (!isAgain) goBack(node, replica, progress, progress.resendFrom);
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
    // No state yet to answer from: as if the process had not started.
    return effects.mark("message before the disk was read");
  } else {
    isSound =
      routeRequest(node, from, kind, body, effects) || routeRaft(node, from, kind, body, effects);
  }
  if (!isSound) dropMessage(node, `damaged or unexpected ${kind}`, effects);
}

/** Does what the step has made possible, in the order in which one thing enables the next. */
function finishStep(node: LogNode, effects: Effects): void {
  if (node.phase !== "running") return;
  const { touched } = node;
  // Winning an election touches the replica again: the list may grow under the loop.
  for (let at = 0; at < touched.length; at++) {
    const replica = must(touched[at], "replica");
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
  if (replica.hasNewCommit || replica.hasReadBack) {
    replica.hasReadBack = false;
    if (replica.subscriptions.length > 0) pushEntries(node, replica, effects);
  }
  if (replica.hasNewCommit) {
    replica.hasNewCommit = false;
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
