/**
 * When waiting clients are served (PROTOCOL rule 23): as in Redis, as soon as the command or transaction has ended that made
 * a key ready; the keys in the order in which they became ready, the clients of a key in the order in which they began to wait.
 * A client that is served executes its command then and there, as if it had arrived only now: with the lease checked, a
 * record of its own, and its reply parked behind what it saw. What makes further keys ready (BLMOVE) goes on in the same way.
 */
import { unreachable } from "../assert.ts";
import type { Execution } from "../commands/execution.ts";
import type { CommandSpec } from "../commands/spec.ts";
import type { Effects, Now } from "../contract.ts";
import type { Keyspace } from "../keyspace/keyspace.ts";
import { typeOf } from "../keyspace/value.ts";
import type { BlockedClient } from "./blockedClients.ts";
import type { Connection } from "./connections.ts";
import { isLogFull } from "./appendEntry.ts";
import type { DatabaseNode } from "./databaseNode.ts";
import { deliver, tellWriter } from "./deliver.ts";
import { logExecution } from "./logExecution.ts";

const STATE_CHANGED =
  "UNBLOCKED force unblock from blocking operation, instance state changed (master -> replica?)";
const UNBLOCKED = "UNBLOCKED client unblocked via CLIENT UNBLOCK";

/** A command found nothing and waits from now on. */
export function block(
  node: DatabaseNode,
  now: Now,
  connection: Connection,
  spec: CommandSpec,
  argv: readonly string[],
  execution: Execution,
): void {
  const request = execution.blocked;
  if (request === undefined) return;
  const { timeoutMs } = request;
  node.connections.blocked.add({
    connection,
    spec,
    argv: request.argv ?? argv,
    request,
    keyspace: node.databases.get(connection.session.database),
    deadlineUs: timeoutMs === 0 ? Infinity : now.monotonicUs + timeoutMs * 1000,
  });
}

/** What a client that waits has heard of its own request, such as a key that was found to be over, does not wait for the reply. */
export function tellWaiting(
  node: DatabaseNode,
  connection: Connection,
  { replyPiece }: Execution,
  position: number,
): void {
  if (replyPiece.length > 0) node.connections.push(connection, replyPiece.bytes.slice(), position);
  tellWriter(node);
}

/** Serves the clients whose keys have become ready, until nothing is left to be done or nothing may be done. */
export function serveBlocked(node: DatabaseNode, now: Now, effects: Effects): void {
  const { blocked } = node.connections;
  // What a script has changed so far is nobody's to see.
  if (node.script !== undefined) return;
  if (blocked.hasForced) endForced(node, effects);
  if (blocked.forLog.size > 0 && mayAnswer(node, now)) serveCommitted(node, effects);
  const { ready } = node.databases;
  while (!ready.isEmpty && mayServe(node, now, effects)) {
    const taken = ready.take();
    if (taken !== undefined) serveKey(node, now, taken.keyspace, taken.key, effects);
  }
}

/** Answers those whose time has run out. */
export function timeOutBlocked(node: DatabaseNode, now: Now, effects: Effects): void {
  const { blocked } = node.connections;
  if (now.monotonicUs < blocked.nextDeadlineUs || !mayAnswer(node, now)) return;
  for (;;) {
    const client = blocked.nextDue;
    if (client === undefined || client.deadlineUs > now.monotonicUs) return;
    effects.mark("blocked client timed out");
    timeOut(node, client);
  }
}

/**
 * Ends all waiting with an error and closes those connections, as Redis does when a primary becomes a replica: what a client
 * waits for may now happen elsewhere. The error is true, since a command that waits was never executed.
 */
export function unblockAll(node: DatabaseNode, effects: Effects): void {
  const { blocked } = node.connections;
  if (blocked.size > 0) effects.mark("blocked clients sent away");
  for (const client of blocked.all()) {
    const { connection } = client;
    end(node, client, node.executor.failBlocked(connection.session, STATE_CHANGED), 0);
    node.connections.close(connection);
  }
}

/** Rule 13 and rule 5: only a primary in lease executes, and nothing while too much is in flight. */
function mayServe(node: DatabaseNode, now: Now, effects: Effects): boolean {
  if (!mayAnswer(node, now)) return false;
  if (isLogFull(node)) effects.mark("blocked client waits for room");
  return !isLogFull(node);
}

function mayAnswer(node: DatabaseNode, now: Now): boolean {
  switch (node.role) {
    case "primary":
      return node.lease.isServing(now.monotonicUs);
    case "replica":
    case "candidate":
      return true; // READONLY clients that wait for a stream.
    case "handover":
    case "lapsed":
    case "recovering":
      return false;
    default:
      return unreachable(node.role);
  }
}

/** Serves those that wait for the log and whose writes it has committed. */
function serveCommitted(node: DatabaseNode, effects: Effects): void {
  for (const client of node.connections.blocked.forLog) {
    const { writtenPosition } = client.connection;
    if (writtenPosition <= node.committedPosition) retry(node, client, "", effects);
  }
}

function serveKey(
  node: DatabaseNode,
  now: Now,
  keyspace: Keyspace,
  key: string,
  effects: Effects,
): void {
  const { blocked } = node.connections;
  for (const client of blocked.waitingFor(keyspace, key) ?? []) {
    const value = keyspace.get(key);
    if (value === undefined && !blocked.isMourned(keyspace, key)) return;
    const { type, wakesOnLoss } = client.request;
    const isWanted = value !== undefined && typeOf(value) === type;
    if (!isWanted && wakesOnLoss !== true) continue;
    if (!mayServe(node, now, effects)) return node.databases.ready.signal(keyspace, key, type);
    retry(node, client, key, effects);
  }
}

/** Runs a client's command once more; it may find that it goes on waiting. */
function retry(node: DatabaseNode, client: BlockedClient, key: string, effects: Effects): void {
  const { connection, spec, argv } = client;
  const isPrimary = node.role === "primary";
  const again = { spec, argv, readyKey: key };
  const execution = node.executor.retry(connection.session, again, node.shardUnixUs, isPrimary);
  const logged = logExecution(node, execution);
  if (logged > 0) connection.writtenPosition = logged;
  if (execution.blocked !== undefined) {
    deliver(node, execution, Math.max(logged, node.connections.positionBehind(connection)));
    tellWaiting(node, connection, execution, logged);
    return effects.mark("blocked client goes on waiting");
  }
  effects.mark("blocked client served");
  const seen = node.tracker.waitFor(execution.touched, execution.waitsForNewest);
  end(node, client, execution, Math.max(logged, seen));
}

/** Carries out what CLIENT UNBLOCK asked for. */
function endForced(node: DatabaseNode, effects: Effects): void {
  for (const client of node.connections.blocked.takeForced()) {
    effects.mark("blocked client unblocked by another");
    const { connection, spec, forcedEnd } = client;
    node.executor.statistics.commandCount(spec.name).failed++;
    if (forcedEnd === "timeout") timeOut(node, client);
    else end(node, client, node.executor.failBlocked(connection.session, UNBLOCKED), 0);
  }
}

/** That nothing came is a reading of the keys: it waits for their undurable changes, as every other does (rule 19). */
function timeOut(node: DatabaseNode, client: BlockedClient): void {
  const { connection, spec, argv, request } = client;
  const execution = node.executor.timeOut(connection.session, spec, argv, request.late);
  end(node, client, execution, node.tracker.waitFor(execution.touched, false));
}

function end(
  node: DatabaseNode,
  client: BlockedClient,
  execution: Execution,
  position: number,
): void {
  const { connection } = client;
  node.connections.blocked.remove(connection);
  deliver(node, execution, Math.max(position, node.connections.positionBehind(connection)));
  node.connections.answer(connection, execution.replyPiece, position);
  tellWriter(node);
  if (execution.close) node.connections.close(connection);
}
