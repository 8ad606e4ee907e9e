/** What a request passes before it runs: scripts that are in the way, the lease, pauses, memory, replicas that are missing. */
import { writes } from "../commands/declared.ts";
import { refusalOf, takesMemory } from "../commands/refusalOf.ts";
import type { Session } from "../commands/session.ts";
import type { CommandSpec } from "../commands/spec.ts";
import type { Effects, Now } from "../contract.ts";
import { errors } from "../resp/replies.ts";
import { answer } from "./answer.ts";
import { isLogFull } from "./appendEntry.ts";
import type { Connection } from "./connections.ts";
import type { DatabaseNode } from "./databaseNode.ts";
import { makeRoom } from "./evictKeys.ts";
import { judge, RUN, WAIT } from "./gate.ts";
import { isBusy, runsWhileBusy } from "./runScript.ts";
import { markTurnedAway } from "./serveMarks.ts";

/** It runs now; it has been answered that it does not; or it has been put aside, and nothing behind it is looked at. */
type Admission = "runs" | "answered" | "waits";

/** `isNew`: it has not waited before. */
// oxlint-disable-next-line max-params -- on the path of every request: no object is made for it
export function admit(
  node: DatabaseNode,
  now: Now,
  connection: Connection,
  spec: CommandSpec | undefined,
  argv: readonly string[],
  isNew: boolean,
  effects: Effects,
): Admission {
  const { session } = connection;
  const { executor } = node;
  const isFull = node.connections.isFull(connection);
  if (isFull) effects.mark("connection full of parked replies");
  const isAsleep = now.monotonicUs < node.sleepUntilUs;
  const isBehindScript = node.script !== undefined && !runsWhileBusy(node, session, spec, argv);
  if (isBehindScript && spec !== undefined && isBusy(node)) {
    effects.mark("request refused: a script is busy");
    return reject(node, connection, spec, argv, executor.busyError);
  }
  const mustWait = isFull || isAsleep || isBehindScript;
  const verdict = mustWait ? WAIT : judge(node, now, session, spec, argv);
  if (verdict !== RUN) {
    markTurnedAway(node, now, session, verdict, effects);
    if (verdict === WAIT) {
      if (isNew && !mustWait && isLogFull(node)) executor.statistics.delayedWrites += 1;
      return wait(node, connection, argv, effects);
    }
    answer(node, connection, executor.refuse(session, spec, verdict), 0);
    return "answered";
  }
  if (isSlowed(node, session, spec)) {
    connection.request = argv;
    connection.isWaiting = true;
    node.slowedLogins.push(connection);
    return "waits";
  }
  if (node.pause.isPaused && isHeld(node, session, spec, argv)) {
    effects.mark("request held by CLIENT PAUSE");
    connection.request = argv;
    node.pause.hold(connection);
    return "waits";
  }
  return admitToMemory(node, now, connection, spec, argv, effects);
}

/** Makes room for what it may write, and looks whether enough replicas would hear of it. */
// oxlint-disable-next-line max-params -- on the path of every request: no object is made for it
function admitToMemory(
  node: DatabaseNode,
  now: Now,
  connection: Connection,
  spec: CommandSpec | undefined,
  argv: readonly string[],
  effects: Effects,
): Admission {
  const { session } = connection;
  const { executor } = node;
  if (executor.eviction.isLimited) executor.meter.pause();
  const fits =
    node.script !== undefined || !executor.eviction.isLimited || makeRoom(node, now, effects);
  // The record of the keys that went may have filled the log.
  if (isLogFull(node) && judge(node, now, session, spec, argv) === WAIT) {
    return wait(node, connection, argv, effects);
  }
  if (!fits && isRefusedForMemory(node, session, spec, argv)) {
    effects.mark("command refused for want of memory");
    return reject(node, connection, spec, argv, errors.outOfMemory);
  }
  if (executor.lacksReplicas && spec !== undefined && isWrite(node, session, spec, argv)) {
    return reject(node, connection, spec, argv, errors.noReplicas);
  }
  return "runs";
}

function reject(
  node: DatabaseNode,
  connection: Connection,
  spec: CommandSpec,
  argv: readonly string[],
  error: string,
): Admission {
  answer(node, connection, node.executor.reject(connection.session, spec, argv, error), 0);
  return "answered";
}

/** Behind what its connection waits for; the first write that does so for want of room in the log is told of. */
function wait(
  node: DatabaseNode,
  connection: Connection,
  argv: readonly string[],
  effects: Effects,
): Admission {
  node.connections.wait(connection, argv);
  if (node.role !== "primary" || node.writesAreStalled || !isLogFull(node)) return "waits";
  node.writesAreStalled = true;
  const { appender, config } = node;
  effects.trace("write.stalled", config.shard, appender.lastPosition, appender.inFlightBytes, "");
  return "waits";
}

/** What is refused anyway is told why. */
function isRefusedForMemory(
  node: DatabaseNode,
  session: Session,
  spec: CommandSpec | undefined,
  argv: readonly string[],
): spec is CommandSpec {
  if (spec === undefined) return false;
  if (!takesMemory(session, spec, node.executor.declaredBy(spec, argv))) return false;
  return refusalOf(session, spec, argv, node.executor.settings) === undefined;
}

/** A password from an address that has given too many wrong ones waits. */
function isSlowed(node: DatabaseNode, session: Session, spec: CommandSpec | undefined): boolean {
  if (spec === undefined) return false;
  const isLogin =
    spec.row.checksPassword === true ||
    (spec.name === "exec" && session.queue.some((queued) => queued.spec.row.checksPassword));
  return isLogin && node.executor.logins.holds(session.address);
}

/** A pause holds what would run: what is refused is refused at once. */
function isHeld(
  node: DatabaseNode,
  session: Session,
  spec: CommandSpec | undefined,
  argv: readonly string[],
): boolean {
  if (spec === undefined || refusalOf(session, spec, argv, node.executor.settings) !== undefined)
    return false;
  return node.pause.holds(session, spec, node.executor.declaredBy(spec, argv));
}

/** It would write, and nothing else speaks against it. */
function isWrite(
  { executor }: DatabaseNode,
  session: Session,
  spec: CommandSpec,
  argv: readonly string[],
): boolean {
  if (refusalOf(session, spec, argv, executor.settings) !== undefined) return false;
  if (spec.name === "exec") return session.queueWrites;
  return writes(spec, executor.declaredBy(spec, argv));
}
