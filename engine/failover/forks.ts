/**
 * Scripts that are debugged on a copy of the data (SCRIPT DEBUG YES). Each has an executor of its own, whose changes nobody else ever sees
 * and no log hears of; the node serves others meanwhile. It goes on a slice a step, as other scripts do, and stands still for as long as
 * its client thinks.
 */
import type { Execution } from "../commands/execution.ts";
import type { Executor } from "../commands/execute.ts";
import type { CommandSpec } from "../commands/spec.ts";
import type { Now } from "../contract.ts";
import type { Connection } from "./connections.ts";
import type { DatabaseNode } from "./databaseNode.ts";
import { mayGoOn, tellDebugger } from "./runScript.ts";

const ENDED_BY_RECOVERY =
  "UNBLOCKED the debugged script was stopped: this node reads its data anew from the log";

export interface Fork {
  readonly connection: Connection;
  readonly executor: Executor;
  readonly spec: CommandSpec;
  readonly argv: readonly string[];
  hasBegun: boolean;
}

/** Runs a request on a copy, from the end of this step on; what its client sends is the debugger's, which closes the connection at its end. */
export function beginFork(
  node: DatabaseNode,
  connection: Connection,
  spec: CommandSpec,
  argv: readonly string[],
): void {
  const executor = node.executor.fork(connection.session, spec, argv);
  node.forks.push({ connection, executor, spec, argv, hasBegun: false });
  // It sends no requests any more.
  connection.isWaiting = true;
}

/** Every script on a copy goes on as far as it may. */
export function serveForks(node: DatabaseNode, now: Now): void {
  if (node.forks.length === 0 || !mayGoOn(node, now)) return;
  for (const fork of node.forks.slice()) {
    const { connection, executor } = fork;
    if (fork.hasBegun && executor.awaitsDebugger) continue;
    const execution = run(node, fork);
    tellDebugger(node, executor, connection);
    if (!execution.isSuspended) conclude(node, fork, execution);
  }
}

function run(node: DatabaseNode, fork: Fork): Execution {
  const { connection, executor, spec, argv } = fork;
  if (fork.hasBegun) return executor.goOn(node.shardUnixUs);
  fork.hasBegun = true;
  const isPrimary = node.role === "primary";
  return executor.execute(connection.session, argv, spec, node.shardUnixUs, isPrimary);
}

/** Answers the request and closes the connection, which has come to an end of its own; what was changed is thrown away. */
function conclude(node: DatabaseNode, fork: Fork, { replyPiece }: Execution): void {
  const { connection } = fork;
  end(node, fork);
  connection.isWaiting = false;
  if (!connection.isOpen) return;
  node.connections.answer(connection, replyPiece, node.tracker.waitFor([], true));
  node.connections.close(connection);
}

/** The client of a script is gone, and with it the copy. */
export function dropFork(node: DatabaseNode, connection: Connection): void {
  const fork = node.forks.find((one) => one.connection === connection);
  if (fork !== undefined) end(node, fork);
}

function end(node: DatabaseNode, fork: Fork): void {
  node.forks.splice(node.forks.indexOf(fork), 1);
  node.executor.endFork(fork.executor);
}

/** Memory is discarded: there is nothing more to copy from. */
export function endForks(node: DatabaseNode): void {
  for (const fork of node.forks.slice()) {
    const { executor, connection } = fork;
    const execution = fork.hasBegun
      ? executor.dropScript(ENDED_BY_RECOVERY)
      : executor.failBlocked(connection.session, ENDED_BY_RECOVERY);
    tellDebugger(node, executor, connection);
    conclude(node, fork, execution);
  }
}
