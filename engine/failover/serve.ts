/**
 * Requests of clients: judged, executed, logged, and their replies parked behind what they saw (DESIGN, "A shard"). This
 * is where commands and log meet; neither knows of the other.
 */
import type { Execution } from "../commands/execution.ts";
import { refusalOf } from "../commands/refusalOf.ts";
import { Session } from "../commands/session.ts";
import type { CommandSpec } from "../commands/spec.ts";
import type { Effects, Input, Now } from "../contract.ts";
import { admit } from "./admission.ts";
import { answer } from "./answer.ts";
import { isLogFull, mostRecordBytes } from "./appendEntry.ts";
import type { Connection } from "./connections.ts";
import type { DatabaseNode } from "./databaseNode.ts";
import { deliver, tellReaders, tellWriter } from "./deliver.ts";
import { evictClients } from "./evictClients.ts";
import { beginFork, dropFork } from "./forks.ts";
import { logExecution } from "./logExecution.ts";
import { applyEntries } from "./replicaApply.ts";
import { goOnWithScript, isBusy, putAsideScript, tellDebugger } from "./runScript.ts";
import { block, tellWaiting, serveBlocked } from "./serveBlocked.ts";
import { markServed } from "./serveMarks.ts";

/** A client that holds so much for what it sends is looked at as soon as it holds more, others at the end of the step. */
const LARGE_ROOM_BYTES: number = 32 << 10;

/** Copying so many bytes takes some microseconds. */
const LARGE_EXECUTION_BYTES = 4096;

export function openConnection(node: DatabaseNode, now: Now, input: Input): void {
  const session = new Session(input.clientId, input.from, now.unixUs, input.ok);
  session.beginAs(node.executor.users);
  session.decoder.limits = node.executor.requestLimits;
  node.connections.open(session, input.clientId);
  node.executor.statistics.connectionsReceived += 1;
}

export function dropConnection(node: DatabaseNode, input: Input, effects: Effects): void {
  const connection = node.connections.get(input.clientId);
  if (connection === undefined) return;
  if (connection.head < connection.parked.length) effects.mark("client left with replies parked");
  node.connections.drop(connection);
  dropFork(node, connection);
}

/** It sends nothing more, and may have requests that wait. */
export function endConnection(node: DatabaseNode, input: Input): void {
  const connection = node.connections.get(input.clientId);
  if (connection === undefined) return;
  connection.session.endInput();
  node.connections.end(connection);
}

/** What a client was sent piles up at the host, or does no longer. */
export function heedOutput(node: DatabaseNode, now: Now, input: Input, effects: Effects): void {
  const connection = node.connections.get(input.clientId);
  if (connection === undefined) return;
  connection.isCongested = !input.ok;
  if (input.ok && !connection.isWaiting && !connection.session.isBlocked) {
    serve(node, now, connection, effects);
  }
}

/** Requests that an earlier step had no time for, before others. */
export function serveLate(node: DatabaseNode, now: Now, effects: Effects): void {
  node.connections.serveLate(
    (connection) => {
      if (!connection.isWaiting && !connection.session.isBlocked) {
        serve(node, now, connection, effects);
      }
    },
    () => node.executor.meter.isLate,
  );
}

/** Takes what a client has sent; `serveHeard` executes it. */
export function hear(node: DatabaseNode, input: Input, effects: Effects): void {
  const connection = node.connections.get(input.clientId);
  // Closed by us; the bytes were on their way.
  if (connection === undefined || connection.isClosing) {
    return effects.mark("request on a connection that was given up");
  }
  const { statistics } = node.executor;
  statistics.inputBytes += input.bytes.length;
  statistics.reads += 1;
  connection.heardUnixUs = node.shardUnixUs;
  const { debuggerInput, decoder } = connection.session;
  const roomBefore = decoder.roomBytes;
  // What debugs a script is no request.
  if (debuggerInput !== undefined) return debuggerInput.push(input.bytes);
  decoder.push(input.bytes);
  node.heard.push(connection);
  if (node.executor.mostClientsBytes === 0) return;
  // Whoever is served first in this step shall find maxmemory-clients kept: a request that announces much has room for it from now on.
  connection.request ??= decoder.next();
  const isWhole = connection.request !== undefined;
  if (!isWhole && decoder.roomBytes > Math.max(roomBefore, LARGE_ROOM_BYTES)) {
    evictClients(node, effects);
  }
}

/** Executes what clients have sent, in the order in which it came. */
export function serveHeard(node: DatabaseNode, now: Now, effects: Effects): void {
  const { heard } = node;
  for (let index = 0; index < heard.length; index++) {
    const connection = heard[index] as Connection;
    if (!connection.isWaiting && !connection.session.isBlocked) {
      serve(node, now, connection, effects);
    }
    node.clientBuffers.weigh(connection);
  }
  heard.length = 0;
}

/** Runs what waited, as far as it may run by now, in the order in which it began to wait. */
export function serveWaiting(node: DatabaseNode, now: Now, effects: Effects): void {
  if (node.connections.waitingCount === 0 || now.monotonicUs < node.sleepUntilUs) return;
  if (node.script !== undefined && !isBusy(node)) return;
  if (node.role === "handover" && now.monotonicUs < node.holdUntilUs) return;
  if (node.role === "primary" && isLogFull(node) && node.writesAreStalled) return;
  if (node.writesAreStalled) {
    node.writesAreStalled = false;
    effects.trace("write.resumed", node.config.shard, node.committedPosition, -1, "");
  }
  for (const connection of node.connections.takeWaiting()) serve(node, now, connection, effects);
}

/** Hears passwords whose pause is over; the first wrong one may begin the next pause for the rest. */
export function serveSlowedLogins(node: DatabaseNode, now: Now, effects: Effects): void {
  const { logins } = node.executor;
  if (now.monotonicUs < logins.nextDueUs) return;
  logins.nextDueUs = Infinity;
  for (const connection of node.slowedLogins.splice(0)) {
    connection.isWaiting = false;
    serve(node, now, connection, effects);
  }
}

/** Executes the requests that a connection has sent, one after another, up to the first that must wait. */
function serve(node: DatabaseNode, now: Now, connection: Connection, effects: Effects): void {
  const { session } = connection;
  const { connections, executor } = node;
  const { meter } = executor;
  meter.pause();
  while (connection.isOpen && !connection.isClosing && !connection.isCongested) {
    if (node.script?.connection === connection) return;
    if (meter.isLate || connections.hasEnough(connection)) {
      return connections.goOnLater(connection);
    }
    const isNew = !connection.hasWaited;
    const argv = connection.request ?? session.decoder.next();
    if (argv === undefined) return serveNoMore(node, connection);
    if (!session.decoder.isShort) meter.pause();
    connection.hasWaited = false;
    connection.request = undefined;
    const spec = executor.commands.findRequest(argv);
    // Who waits for a key that became ready when the log had no room comes before whoever comes now.
    if (!node.databases.ready.isEmpty) serveBlocked(node, now, effects);
    const admission = admit(node, now, connection, spec, argv, isNew, effects);
    if (admission === "waits") return;
    if (admission === "runs" && execute(node, now, connection, spec, argv, effects)) return;
  }
}

/** What came last is no whole request: an error of the protocol, the end, or a part whose rest is on its way. */
function serveNoMore(node: DatabaseNode, connection: Connection): void {
  const { executor } = node;
  const { session } = connection;
  const { failure } = session.decoder;
  if (failure !== undefined) {
    if (failure === "") executor.statistics.queryLimitDisconnections += 1;
    answer(node, connection, executor.protocolError(session), 0);
  }
  if (connection.isEnded) node.connections.end(connection);
}

/** Nothing speaks against the request, or the answer of its own executor tells what does. */
function mayFork(
  { executor }: DatabaseNode,
  session: Session,
  spec: CommandSpec,
  argv: readonly string[],
): boolean {
  return refusalOf(session, spec, argv, executor.settings) === undefined;
}

/** Executes one request and logs it. True if it waits for a key from now on. */
// oxlint-disable-next-line max-params -- on the path of every request: no object is made for it
function execute(
  node: DatabaseNode,
  now: Now,
  connection: Connection,
  spec: CommandSpec | undefined,
  argv: readonly string[],
  effects: Effects,
): boolean {
  const { session } = connection;
  const { executor } = node;
  if (executor.tracking.isOverLimit) {
    executor.tracking.limit();
    tellReaders(node);
  }
  if (spec !== undefined && session.debugsOnCopy(spec) && mayFork(node, session, spec, argv)) {
    beginFork(node, connection, spec, argv);
    return true;
  }
  const isPrimary = node.role === "primary";
  const execution = node.executor.execute(session, argv, spec, node.shardUnixUs, isPrimary);
  if (session.debugMode !== undefined) tellDebugger(node, executor, connection);
  if (execution.isSuspended && spec !== undefined) {
    putAsideScript(node, now, connection, spec, argv);
    return true;
  }
  return conclude(node, now, connection, spec, argv, execution, effects);
}

/** Logs what a request came to, and answers it. True if it waits for a key from now on. */
// oxlint-disable-next-line max-params -- on the path of every request: no object is made for it
function conclude(
  node: DatabaseNode,
  now: Now,
  connection: Connection,
  spec: CommandSpec | undefined,
  argv: readonly string[],
  execution: Execution,
  effects: Effects,
): boolean {
  const { connections } = node;
  if (hasMuchToTell(execution)) node.executor.meter.pause();
  const isPrimary = node.role === "primary";
  const logged = logExecution(node, execution);
  if (logged > 0) {
    connection.writtenPosition = logged;
    node.executor.statistics.commitTimes.wrote(logged, now.monotonicUs);
  }
  if (execution.recordPiece.length > mostRecordBytes(node)) {
    effects.mark("record cut into chunks");
  }
  // Nothing that it saw is newer than its own record.
  const seen =
    logged > 0 ? logged : node.tracker.waitFor(execution.touched, execution.waitsForNewest);
  if (isPrimary) markServed(node, connection, spec, execution, logged, seen, effects);
  if (logged > 0 && execution.changedUsers) node.usersPosition = logged;
  // What a request may do was judged by users whose change may still be lost.
  const position = Math.max(seen, node.usersPosition);
  deliver(node, execution, Math.max(position, connections.positionBehind(connection)));
  if (execution.blocked !== undefined && spec !== undefined) {
    tellWaiting(node, connection, execution, position);
    block(node, now, connection, spec, argv, execution);
    return true;
  }
  answer(node, connection, execution, position);
  tellWriter(node);
  if (execution.sleepUs > 0) node.sleepUntilUs = now.monotonicUs + execution.sleepUs;
  if (node.pause.isOrdered) node.pause.carryOut(now.monotonicUs);
  if (!node.databases.ready.isEmpty || connections.blocked.hasForced) {
    serveBlocked(node, now, effects);
    node.executor.meter.pause();
  }
  return false;
}

/** Logging and answering it takes time, which is not that of the next request. */
function hasMuchToTell({ replyPiece, recordPiece, pushes, announcements }: Execution): boolean {
  const isLarge = replyPiece.length + recordPiece.length > LARGE_EXECUTION_BYTES;
  return isLarge || pushes.length > 0 || announcements.length > 0;
}

/** A script that has paused goes on; when it has ended its client is answered, and what it has sent behind it served. */
export function serveScript(node: DatabaseNode, now: Now, effects: Effects): void {
  const ended = goOnWithScript(node, now, effects);
  if (ended === undefined) return;
  const { connection, spec, argv, held } = ended.script;
  // Its client may have left: what it has changed stays.
  conclude(node, now, connection, spec, argv, ended.execution, effects);
  applyEntries(node, now, held, effects);
  if (connection.isOpen) serve(node, now, connection, effects);
}

/**
 * Serves the clients whose keys have become ready by other ways than a request, then what clients have sent behind a command
 * that waited, or was held by a pause, and is no more.
 */
export function serveReleased(node: DatabaseNode, now: Now, effects: Effects): void {
  serveBlocked(node, now, effects);
  for (;;) {
    const unblocked = node.connections.blocked.takeReleased();
    const resumed = node.pause.takeReleased();
    if (unblocked.length === 0 && resumed.length === 0) return;
    for (const connection of [...unblocked, ...resumed]) {
      if (!connection.isWaiting) serve(node, now, connection, effects);
    }
  }
}
