/**
 * May this request run here and now? The answer is given before it touches anything, so that every error below goes to a
 * command that was never executed (PROTOCOL rules 13, 18, 22).
 */
import { denialOf } from "../access/permission.ts";
import { unreachable } from "../assert.ts";
import { endpointOf, portFor } from "../cluster/endpoint.ts";
import { commonSlot, crossSlot, noSlot, shardOfSlot } from "../cluster/slots.ts";
import { keysOfQueue, keysOfTransaction } from "../commands/touchedKeys.ts";
import { writes } from "../commands/declared.ts";
import type { Session } from "../commands/session.ts";
import { hasValidArity, keysOf, type CommandSpec } from "../commands/spec.ts";
import type { DatabaseNodeAddress, Now } from "../contract.ts";
import { errors } from "../resp/replies.ts";
import { isLogFull } from "./appendEntry.ts";
import type { DatabaseNode } from "./databaseNode.ts";
import { isLeaderLost } from "./lostLeader.ts";

/** Verdicts beside an error line: execute, or keep unexecuted and ask again later. */
export const RUN = "run";
export const WAIT = "wait";

const CROSSSLOT = "CROSSSLOT Keys in request don't hash to the same slot";
const CLUSTERDOWN = "CLUSTERDOWN The cluster is down";
const LOG_IS_LOW =
  "MISCONF The disks of the log are nearly full. Commands that write are refused until there is room, reads go on.";
const LOG_IS_AWAY =
  "MISCONF The log does not answer. Commands that write are refused until it does, reads go on.";
/** RUN, WAIT, or the error line to answer. What the executor itself refuses (unknown names, wrong arity) runs. */
// oxlint-disable-next-line max-params, complexity -- on the path of every request: no object is made for it; one question a way to be refused
export function judge(
  node: DatabaseNode,
  now: Now,
  session: Session,
  spec: CommandSpec | undefined,
  argv: readonly string[],
): string {
  if (spec === undefined || runsAnywhere(session, spec, argv)) return RUN;
  const isExec = spec.name === "exec";
  // What is watched was judged when it was; it need not lie in the slot of what is executed.
  let slot = noSlot;
  if (node.config.isClusterMode) {
    slot = commonSlot(isExec ? keysOfQueue(session) : keysOf(spec, argv));
  }
  const elsewhere = slot === noSlot ? RUN : judgeSlot(node, now, session, slot);
  // A transaction that is broken has nothing to run.
  const isIdle = isExec && (session.isTransactionBroken || !session.queueNeedsKeyspace);
  if (elsewhere !== RUN || spec.needsOnlySlot || isIdle) return elsewhere;
  const isWrite = isExec ? session.queueWrites : writes(spec, node.executor.declaredBy(spec, argv));
  const mayAppend = isWrite || (isExec ? session.queueRunsScript : spec.runsScript);
  const isServing = node.role === "primary" && node.lease.isServing(now.monotonicUs);
  if (isServing) {
    const { isLogLow } = node.appender;
    if (!isLogLow && !isLogFull(node)) return RUN;
    const otherwise = isLogLow ? LOG_IS_LOW : WAIT;
    return judgeAppending(node, session, spec, argv, mayAppend, otherwise);
  }
  if (isAlonePrimary(node)) {
    const otherwise = now.monotonicUs < node.lease.patienceEndUs ? WAIT : LOG_IS_AWAY;
    return judgeAppending(node, session, spec, argv, mayAppend, otherwise);
  }
  return judgeElsewhere(node, now, session, slot, isWrite);
}

/** Nobody can succeed it, whatever became of its lease. */
function isAlonePrimary({ config, role }: DatabaseNode): boolean {
  return config.isAlone && (role === "primary" || role === "lapsed");
}

/** While nothing should be appended: RUN for what only reads, `otherwise` for the rest. */
// oxlint-disable-next-line max-params -- as for judge
function judgeAppending(
  node: DatabaseNode,
  session: Session,
  spec: CommandSpec,
  argv: readonly string[],
  isWrite: boolean,
  otherwise: string,
): string {
  const isQueued = session.isInTransaction && !spec.runsInsideMulti;
  // A queued command waits for its EXEC; but what can only fail then is told at once.
  if (isQueued) return isWrite && otherwise !== WAIT ? otherwise : RUN;
  return isWrite || findsExpired(node, session, spec, argv) ? otherwise : RUN;
}

/** Rule 5 binds reads too that come upon a key past its deadline: they delete it, which is logged. */
function findsExpired(
  node: DatabaseNode,
  session: Session,
  spec: CommandSpec,
  argv: readonly string[],
): boolean {
  const unixMs = Math.floor(node.shardUnixUs / 1000);
  if (node.databases.nextExpiryUnixMs >= unixMs) return false;
  if (spec.isKeyspaceWide) return true;
  const isWide = (queued: Session["queue"][number]): boolean =>
    queued.spec.isKeyspaceWide || queued.spec.name === "select";
  // Of a transaction that changes the database it is not looked into which key belongs where.
  if (spec.name === "exec" && session.queue.some(isWide)) return true;
  const keyspace = node.databases.get(session.database);
  return namedKeys(session, spec, argv).some((key) => keyspace.deadlineOf(key) < unixMs);
}

/** What the request names, or an EXEC all that it would run or watches. */
function namedKeys(
  session: Session,
  spec: CommandSpec,
  argv: readonly string[],
): readonly string[] {
  return spec.name === "exec" ? keysOfTransaction(session) : keysOf(spec, argv);
}

/** A replica may answer a read by a READONLY client or one that names no key. */
// oxlint-disable-next-line max-params -- on the path of every request: no object is made for it
function judgeElsewhere(
  node: DatabaseNode,
  now: Now,
  session: Session,
  slot: number,
  isWrite: boolean,
): string {
  const isReplicaRead = !isWrite && (session.isReadonly || slot === noSlot);
  switch (node.role) {
    case "replica":
    case "candidate":
      if (isReplicaRead) return RUN;
      // It has given up its shard and ends: who comes now is not answered, as by a Redis that shuts down.
      if (node.isRetiring && node.topology.leaderOf(node.config.shard) === undefined) return WAIT;
      return slot === noSlot ? errors.readonly : toPrimary(node, now, session, slot);
    case "recovering":
      return isReplicaRead || slot === noSlot
        ? errors.loading
        : toPrimary(node, now, session, slot);
    case "handover":
      return now.monotonicUs < node.holdUntilUs ? WAIT : CLUSTERDOWN;
    case "primary":
    case "lapsed":
      // Cut off from the log it may still have heard from its successor.
      return slot === noSlot ? CLUSTERDOWN : toPrimary(node, now, session, slot);
    default:
      return unreachable(node.role);
  }
}

/**
 * Connection commands, and what the executor refuses by itself: a wrong arity, a client without its password or whose user may
 * not, an EXEC that nothing opened.
 */
function runsAnywhere(session: Session, spec: CommandSpec, argv: readonly string[]): boolean {
  if (spec.isConnection || !session.isAuthenticated) return true;
  if (!hasValidArity(spec, argv.length)) return true;
  if (denialOf(session.user, spec, argv) !== undefined) return true;
  return spec.name === "exec" && !session.isInTransaction;
}

/** RUN if the slot is this shard's. */
function judgeSlot(node: DatabaseNode, now: Now, session: Session, slot: number): string {
  if (slot === crossSlot) return CROSSSLOT;
  const shard = shardOfSlot(slot, node.config.layout.shardCount);
  return shard === node.config.shard ? RUN : movedToShard(node, now, session, slot, shard);
}

/** Another shard's primary, or another of its nodes while its primary is not known or lost: that node knows better. */
// oxlint-disable-next-line max-params -- as for judge
function movedToShard(
  node: DatabaseNode,
  now: Now,
  session: Session,
  slot: number,
  shard: number,
): string {
  const leader = node.topology.leaderOf(shard);
  if (leader !== undefined && !isLeaderLost(node, now, shard)) {
    return moved(node, session, slot, leader);
  }
  const others = node.config.layout.databaseNodes.filter(
    (peer) => peer.shard === shard && peer !== leader,
  );
  // One of this node's own zone is not lost.
  const near = others.find((peer) => peer.zone === node.config.zone) ?? others[0] ?? leader;
  return near === undefined ? CLUSTERDOWN : moved(node, session, slot, near);
}

/** This shard's primary, never this node itself. */
function toPrimary(node: DatabaseNode, now: Now, session: Session, slot: number): string {
  const leader = node.topology.leaderOf(node.config.shard);
  if (leader !== undefined && leader.nodeId !== node.config.nodeId) {
    if (isLeaderLost(node, now, node.config.shard)) return WAIT;
    return moved(node, session, slot, leader);
  }
  return now.monotonicUs < node.holdUntilUs ? WAIT : CLUSTERDOWN;
}

function moved(
  node: DatabaseNode,
  session: Session,
  slot: number,
  leader: DatabaseNodeAddress,
): string {
  const endpoint = endpointOf(node.executor.settings, leader, node.config.nodeId) ?? "";
  return `MOVED ${slot} ${endpoint}:${portFor(leader, session.isTls)}`;
}
