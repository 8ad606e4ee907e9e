/**
 * THE MAIN PATH of a database node. One input goes to the part that it concerns, then the role does what is due, then
 * everything the step decided leaves: appends, replies, the alarm.
 *
 *     client bytes → serve (gate → executor → append → reply parked) ┐
 *     log messages → appender, follower, tail reader                 ├→ role step → flush
 *     peer messages → topology, hand-over, status                    ┘
 */
import { aclFileText } from "./access/aclFile.ts";
import { takeUsers } from "./access/configuredUsers.ts";
import { unreachable } from "./assert.ts";
import { type OpenedFrame, openFrame } from "./bytes/frame.ts";
import { latin1Of } from "./bytes/latin1.ts";
import { leads, newestPosition, serverFactsOf } from "./cluster/nodeFacts.ts";
import type { Effects, HostFigures, Input, Now, Random } from "./contract.ts";
import {
  decodeShardOrder,
  decodeStatusAsk,
  encodeFailoverAsk,
  encodeStatusReply,
} from "./control/messages.ts";
import { setAlarm } from "./failover/alarm.ts";
import { sealRecords } from "./failover/appendEntry.ts";
import { databaseNode, type DatabaseNode, type NodeConfig } from "./failover/databaseNode.ts";
import { onLeadershipCommitted, onLeadershipRefused } from "./failover/election.ts";
import { hearUsersDigest, hearUsersNews, tellUsers } from "./cluster/usersNews.ts";
import { gossip, startGossip } from "./cluster/gossip.ts";
import { closeIdleClients } from "./failover/idleClients.ts";
import { hearMessages, sendMessages, tellNotices, tellOfStep } from "./failover/deliver.ts";
import { beginHandover, hearHandoverHint, retireNode } from "./failover/handover.ts";
import { evictClients } from "./failover/evictClients.ts";
import { askLostLeader, hearStatus, onNodeLost } from "./failover/lostLeader.ts";
import { recover } from "./failover/recovery.ts";
import { applyEntries } from "./failover/replicaApply.ts";
import {
  dropConnection,
  endConnection,
  hear,
  heedOutput,
  openConnection,
  serveHeard,
  serveLate,
  serveReleased,
  serveSlowedLogins,
  serveScript,
  serveWaiting,
} from "./failover/serve.ts";
import { serveForks } from "./failover/forks.ts";
import { giveUpScript, holdForScript } from "./failover/runScript.ts";
import { timeOutBlocked } from "./failover/serveBlocked.ts";
import { onPrimaryCommitted, stepPrimary } from "./failover/stepPrimary.ts";
import { stepRecovering } from "./failover/stepRecovering.ts";
import { stepReplica } from "./failover/stepReplica.ts";

import { takeValues } from "./settings/changes.ts";
import { rewritten } from "./settings/rewrite.ts";

export type { DatabaseNode, NodeConfig } from "./failover/databaseNode.ts";

/** `figures`: what the host tells of itself; without them nothing takes time and the process has no memory. */
export function createNode(
  config: NodeConfig,
  random: Random,
  figures?: HostFigures,
): DatabaseNode {
  return databaseNode(config, random, figures, serverFactsOf);
}

/** One input, to completion. `now` is one reading of both clocks taken after the input arrived; it is not kept. */
export function step(node: DatabaseNode, now: Now, input: Input, effects: Effects): void {
  beginStep(node, now, effects);
  routeInput(node, now, input, effects);
  finishStep(node, now, effects);
}

/** Several inputs that have arrived by `now`, as one step: what they write shares the log's entries and messages. */
export function stepAll(
  node: DatabaseNode,
  now: Now,
  inputs: readonly Input[],
  effects: Effects,
): void {
  node.sharesEntries = true;
  beginStep(node, now, effects);
  for (const input of inputs) {
    // What all clients have sent is taken before the first is served.
    if (input.kind === "clientBytes") hear(node, input, effects);
    else {
      serveHeard(node, now, effects);
      routeInput(node, now, input, effects);
    }
  }
  serveHeard(node, now, effects);
  finishStep(node, now, effects);
  node.sharesEntries = false;
}

function beginStep(node: DatabaseNode, now: Now, effects: Effects): void {
  if (now.unixUs > node.shardUnixUs) node.shardUnixUs = now.unixUs;
  node.pause.advance(now.monotonicUs);
  node.executor.meter.workUs = 0;
  node.executor.logins.nowUs = now.monotonicUs;
  if (node.script !== undefined) node.script.elapsedUs = now.monotonicUs - node.script.startUs;
  timeOutBlocked(node, now, effects);
  closeIdleClients(node, now);
  if (node.connections.hasLate) serveLate(node, now, effects);
}

function finishStep(node: DatabaseNode, now: Now, effects: Effects): void {
  sealRecords(node);
  stepRole(node, now, effects);
  serveScript(node, now, effects);
  serveForks(node, now);
  serveWaiting(node, now, effects);
  serveSlowedLogins(node, now, effects);
  serveReleased(node, now, effects);
  sealRecords(node);
  tellUsers(node, effects);
  gossip(node, now, effects);
  askLostLeader(node, now, effects);
  carryOut(node, now, effects);
  tellLines(node, effects);
  node.appender.flush(now, effects);
  node.lease.sentUpTo(node.appender.sentPosition, now.monotonicUs);
  sendMessages(node, effects);
  tellNotices(node);
  tellOfStep(node, now);
  if (now.monotonicUs >= node.sleepUntilUs) {
    node.connections.flush(effects);
    if (evictClients(node, effects)) node.connections.flush(effects);
  }
  count(node);
  for (const host of node.executor.logins.takeSlowed()) {
    effects.trace("login.slowed", node.config.shard, -1, -1, host);
  }
  setAlarm(node, now, effects);
}

function routeInput(node: DatabaseNode, now: Now, input: Input, effects: Effects): void {
  switch (input.kind) {
    case "start":
      return start(node, now, effects);
    case "clientOpened":
      return openConnection(node, now, input);
    case "clientBytes":
      hear(node, input, effects);
      return serveHeard(node, now, effects);
    case "clientEnded":
      return endConnection(node, input);
    case "clientOutput":
      return heedOutput(node, now, input, effects);
    case "clientClosed":
      return dropConnection(node, input, effects);
    case "peerMessage":
      return routeMessage(node, now, input, effects);
    case "peerLost":
      onNodeLost(node, now, input.from);
      node.appender.onPeerLost(now, input.from, effects);
      node.follower.onPeerLost(now, input.from, effects);
      return node.tailReader.onPeerLost(now, input.from, effects);
    case "wake":
      node.alarmUs = Infinity;
      node.appender.onWake(now, effects);
      node.follower.onWake(now, effects);
      return node.tailReader.onWake(now, effects);
    case "users":
      return takeUsers(node.executor.users, latin1Of(input.bytes));
    case "parameters":
      return takeValues(node.executor.settings, input.bytes);
    case "retire":
      return retireNode(node, input.ok);
    case "diskRead":
    case "diskSynced":
    case "diskSpace":
      return; // Database nodes have no disk: durability lives in the log.
    default:
      return unreachable(input.kind);
  }
}

/** Figures that grow with what clients send and are sent. */
function count(node: DatabaseNode): void {
  const { connections } = node;
  const { statistics } = node.executor;
  statistics.outputBytes += connections.sentBytes;
  statistics.writes += connections.sentPieces;
  connections.sentBytes = 0;
  connections.sentPieces = 0;
  statistics.look(node.shardUnixUs, node.appender.appendedBytes);
}

/** What scripts have said, and why payloads were refused, for the host's log. */
function tellLines(node: DatabaseNode, effects: Effects): void {
  for (const { level, text } of node.executor.takeLines()) {
    effects.trace("script.said", node.config.shard, -1, level, text);
  }
  for (const why of node.executor.takeRefusedPayloads()) {
    effects.trace("payload.refused", node.config.shard, -1, 0, why);
  }
}

/** What clients asked for that begins when the step is over. */
function carryOut(node: DatabaseNode, now: Now, effects: Effects): void {
  const { settings } = node.executor;
  const { handover, rewrite, shutdown } = node.asked;
  for (const name of settings.untold) effects.configure(name, settings.get(name));
  if (settings.untold.length > 0) settings.untold = [];
  const mayBegin = handover?.from !== node.config.nodeId || giveUpScript(node, effects);
  if (handover !== undefined && mayBegin) {
    node.asked.handover = undefined;
    const { from, to } = handover;
    if (from === node.config.nodeId) beginHandover(node, now, to, effects);
    else effects.send(from, encodeFailoverAsk(node.config.shard, to));
  }
  if (rewrite !== undefined) {
    node.asked.rewrite = undefined;
    effects.rewriteConfiguration((text) => rewritten(text, settings, userLines(node), rewrite));
  }
  if (shutdown !== undefined) {
    node.asked.shutdown = undefined;
    effects.shutdown(shutdown);
  }
}

/** Users that CONFIG REWRITE writes into the configuration; those of an ACL file have their own. */
function userLines({ config, executor }: DatabaseNode): readonly string[] {
  const { users } = executor;
  if (config.aclFile !== undefined) return [];
  return aclFileText(users.all(), users).trimEnd().split("\n");
}

function stepRole(node: DatabaseNode, now: Now, effects: Effects): void {
  switch (node.role) {
    case "recovering":
      return stepRecovering(node, now, effects);
    case "replica":
      return stepReplica(node, now, effects);
    case "candidate":
      return; // It waits for the log's answer; the appender repeats the question.
    case "primary":
    case "lapsed":
    case "handover":
      return stepPrimary(node, now, effects);
    default:
      return unreachable(node.role);
  }
}

function start(node: DatabaseNode, now: Now, effects: Effects): void {
  const { shard, incarnation } = node.config;
  node.startedUnixUs = now.unixUs;
  effects.trace("node.started", shard, -1, incarnation, "");
  startGossip(node, now);
  recover(node, now, "start", effects);
}

function routeMessage(node: DatabaseNode, now: Now, input: Input, effects: Effects): void {
  sealRecords(node);
  const frame = openFrame(input.bytes);
  if (!takeMessage(node, now, input, frame, effects)) {
    node.messagesDropped += 1;
    const why = frame.why === "" ? `cannot use ${frame.kind}` : frame.why;
    effects.mark("damaged message dropped");
    effects.trace("message.dropped", node.config.shard, -1, node.messagesDropped, why);
  }
}

/** False if the frame is damaged, or of a kind that no database node is sent. */
function takeMessage(
  node: DatabaseNode,
  now: Now,
  input: Input,
  frame: OpenedFrame,
  effects: Effects,
): boolean {
  const { kind, body } = frame;
  // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- all other kinds are for other machines
  switch (kind) {
    case "logAppendReply":
      onAppendReply(node, now, input.from, frame, effects);
      return true;
    case "logEntries":
      onLogEntries(node, now, input.from, frame, effects);
      return true;
    case "logTailReply": {
      const tail = node.tailReader.onReply(now, input.from, body, effects);
      if (tail !== undefined) {
        if (node.appliedPosition < tail.position) effects.mark("tail known before it is read");
        node.recoveryTail = tail.position;
      }
      return true;
    }
    case "topologyNews":
      return node.topology.hear(body);
    case "usersNews":
      return hearUsersNews(node, now, body);
    case "usersDigest":
      return hearUsersDigest(node, input.from, body, effects);
    case "publish":
      return hearMessages(node, input.from, body);
    case "handoverHint":
      return hearHandoverHint(node, now, body, effects);
    case "failoverAsk": {
      const order = decodeShardOrder(body);
      if (order === undefined) return false;
      if (order.shard !== node.config.shard) return true;
      if (giveUpScript(node, effects)) beginHandover(node, now, order.target, effects);
      else node.asked.handover = { from: node.config.nodeId, to: order.target };
      return true;
    }
    case "statusReply":
      return hearStatus(node, body, effects);
    case "statusAsk": {
      const nonce = decodeStatusAsk(body);
      if (body.isComplete) effects.send(input.from, statusOf(node, nonce));
      return body.isComplete;
    }
    default:
      return false;
  }
}

function onAppendReply(
  node: DatabaseNode,
  now: Now,
  from: string,
  frame: OpenedFrame,
  effects: Effects,
): void {
  const progress = node.appender.onReply(now, from, frame.body, effects);
  if (progress === "none") return;
  if (node.role === "candidate") {
    if (progress === "committed") onLeadershipCommitted(node, now, effects);
    else onLeadershipRefused(node, effects);
  } else if (leads(node)) {
    if (progress === "committed") onPrimaryCommitted(node, now, effects);
    else discardFenced(node, now, effects);
  }
}

/** Rule 14: another leader's entry stands where this primary's should. */
function discardFenced(node: DatabaseNode, now: Now, effects: Effects): void {
  if (node.tracker.dirtyKeyCount > 0) effects.mark("fenced primary discards dirty memory");
  if (node.role === "handover") effects.mark("fenced during a hand-over");
  const isServing = node.role === "primary" && node.lease.isServing(now.monotonicUs);
  if (isServing) effects.mark("fenced while its lease still ran");
  recover(node, now, "fenced", effects);
}

function onLogEntries(
  node: DatabaseNode,
  now: Now,
  from: string,
  frame: OpenedFrame,
  effects: Effects,
): void {
  const entries = node.follower.onEntries(now, from, frame.body, effects);
  if (entries !== "trimmed") {
    return applyEntries(node, now, holdForScript(node, now, entries, effects), effects);
  }
  if (node.appliedPosition === 0) effects.exit("the log is trimmed and there is no snapshot");
  else recover(node, now, "behind the trim point", effects);
}

function statusOf(node: DatabaseNode, nonce: number): Uint8Array {
  return encodeStatusReply(node.writer, {
    machine: "database",
    nonce,
    shard: node.config.shard,
    role: node.role,
    epoch: node.epoch,
    position: newestPosition(node),
    incarnation: node.config.incarnation,
  });
}
