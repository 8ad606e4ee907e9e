/**
 * A script or function that is long. It goes on a slice a step, so that the node hears its log, keeps its lease and answers that it is
 * busy. Nothing else looks at the keyspace until it has ended: its changes are in memory, and one record of the log when it ends.
 *
 * - Where it has changed nothing it can be given up at any time: another command is in its place when the client asks again.
 * - Where it has, it ends, or the memory is discarded (recovery.ts): a primary whose lease has ended keeps it put aside, and hands
 *   nothing over before it has ended.
 */
import { must } from "../assert.ts";
import { Piece } from "../bytes/piece.ts";
import type { Execution } from "../commands/execution.ts";
import type { Executor } from "../commands/execute.ts";
import { refusalOf } from "../commands/refusalOf.ts";
import type { CommandSpec } from "../commands/spec.ts";
import type { Session } from "../commands/session.ts";
import type { Effects, Now } from "../contract.ts";
import type { LogEntry } from "../log/entry.ts";
import type { Connection } from "./connections.ts";
import type { DatabaseNode } from "./databaseNode.ts";

/** Bytes of entries that a replica keeps unapplied while a script reads; a script that makes it keep more is given up. */
const mostHeldBytes: number = 64 << 20;

/** Of scripts that take longer it is told that they run. */
const LONG_US = 50_000;

const ENDED_BY_LEADERSHIP =
  "UNBLOCKED the script was stopped, it had changed nothing: the leadership of the shard moves";
const ENDED_BY_LOG =
  "UNBLOCKED the script was stopped: it kept this replica from following its log for too long";
const ENDED_BY_RECOVERY =
  "UNBLOCKED the script was stopped, its changes are discarded: another node leads the shard";

export interface RunningScript {
  readonly connection: Connection;
  readonly spec: CommandSpec;
  readonly argv: readonly string[];
  /** Monotonic microseconds. */
  readonly startUs: number;
  elapsedUs: number;
  /** It was told to be. */
  isLong: boolean;
  /** Entries of the log that a replica applies when the script has ended. */
  readonly held: LogEntry[];
  heldBytes: number;
}

/** A script has paused in its first slice. */
export function putAsideScript(
  node: DatabaseNode,
  now: Now,
  connection: Connection,
  spec: CommandSpec,
  argv: readonly string[],
): void {
  const startUs = now.monotonicUs;
  node.script = {
    connection,
    spec,
    argv,
    startUs,
    elapsedUs: 0,
    isLong: false,
    held: [],
    heldBytes: 0,
  };
  // What it sends behind this waits.
  connection.isWaiting = true;
}

/** Other clients are told that the node is busy; before that their requests wait. */
export function isBusy(node: DatabaseNode): boolean {
  const thresholdMs = node.executor.settings.number("busy-reply-threshold");
  if (node.script === undefined || thresholdMs <= 0) return false;
  return node.script.elapsedUs >= thresholdMs * 1000;
}

/** Before the node says that it is busy everything waits; then what is refused anyway is told why, and few commands run. */
export function runsWhileBusy(
  node: DatabaseNode,
  session: Session,
  spec: CommandSpec | undefined,
  argv: readonly string[],
): boolean {
  if (spec === undefined || spec.flags.includes("allow_busy")) return isBusy(node);
  return isBusy(node) && refusalOf(session, spec, argv, node.executor.settings) !== undefined;
}

/** The next slice. Returns what the request came to if it has ended: the node has no script any more then. */
export function goOnWithScript(
  node: DatabaseNode,
  now: Now,
  effects: Effects,
): { readonly script: RunningScript; readonly execution: Execution } | undefined {
  const { executor, script } = node;
  if (script === undefined || executor.awaitsDebugger || !mayGoOn(node, now)) return undefined;
  const execution = executor.goOn(node.shardUnixUs);
  tellDebugger(node, executor, script.connection);
  if (execution.isSuspended) {
    effects.mark("script goes on in a later step");
    if (!script.isLong && script.elapsedUs >= LONG_US) {
      script.isLong = true;
      effects.trace("script.long", node.config.shard, -1, -1, "");
    }
    return undefined;
  }
  node.script = undefined;
  script.connection.isWaiting = false;
  return { script, execution };
}

/** A primary executes while its lease runs (rule 13); what a replica reads harms nobody. */
export function mayGoOn(node: DatabaseNode, now: Now): boolean {
  if (node.role === "primary") return node.lease.isServing(now.monotonicUs);
  return node.role === "replica" || node.role === "candidate";
}

/**
 * Gives up a script that is in the way of a change of role. False if it has changed something: then it has to end, and no debugger holds
 * it up any more.
 */
export function giveUpScript(node: DatabaseNode, effects: Effects): boolean {
  if (node.script === undefined) return true;
  if (node.executor.hasUnloggedChanges) {
    node.executor.detachDebugger();
    return false;
  }
  effects.mark("script given up for a change of role");
  dropScript(node, ENDED_BY_LEADERSHIP);
  return true;
}

/** Memory is discarded, and with it what a script has done. */
export function discardScript(node: DatabaseNode, effects: Effects): void {
  if (node.script === undefined) return;
  if (node.executor.hasUnloggedChanges) effects.mark("changes of an unfinished script discarded");
  dropScript(node, ENDED_BY_RECOVERY);
}

function dropScript(node: DatabaseNode, error: string): void {
  const { connection } = must(node.script, "a script that has paused");
  const { close, replyPiece } = node.executor.dropScript(error);
  node.script = undefined;
  connection.isWaiting = false;
  tellDebugger(node, node.executor, connection);
  if (connection.isOpen) {
    node.connections.answer(connection, replyPiece, 0);
    if (close) node.connections.close(connection);
  }
  node.connections.goOnLater(connection);
}

/** Sends a client what the debugger of its script says, as soon as all is durable that it may have seen; its own changes are not yet. */
export function tellDebugger(node: DatabaseNode, executor: Executor, connection: Connection): void {
  const said = executor.takeDebuggerOutput();
  if (said.length === 0 || !connection.isOpen) return;
  node.connections.answer(connection, new Piece(said), node.tracker.waitFor([], true));
}

/** Keeps entries of the log while a script reads. Returns those to be applied now. */
export function holdForScript(
  node: DatabaseNode,
  now: Now,
  entries: readonly LogEntry[],
  effects: Effects,
): readonly LogEntry[] {
  const { script } = node;
  if (script === undefined) return entries;
  effects.mark("entries wait for a script of a replica");
  for (const entry of entries) {
    script.held.push(entry);
    script.heldBytes += entry.payload.length;
    // They are heard, if not applied: their writer lives.
    if (entry.kind === "renewal") node.backoff.restart(now.monotonicUs);
  }
  const moves = entries.some(({ kind }) => kind === "release" || kind === "leadership");
  if (!moves && script.heldBytes <= mostHeldBytes) return [];
  dropScript(node, moves ? ENDED_BY_LEADERSHIP : ENDED_BY_LOG);
  return script.held;
}
