/** One alarm a node: the earliest of everything that has a deadline, told to the host only when it changed. */
import { unreachable } from "../assert.ts";
import type { Effects, Now } from "../contract.ts";
import type { DatabaseNode } from "./databaseNode.ts";
import { standDueUs } from "./election.ts";
import { lostLeaderDueUs } from "./lostLeader.ts";
import { mayGoOn } from "./runScript.ts";

export function setAlarm(node: DatabaseNode, now: Now, effects: Effects): void {
  const dueUs = Math.min(
    node.appender.deadlineUs,
    node.follower.deadlineUs,
    node.tailReader.deadlineUs,
    node.gossipDueUs,
    roleDueUs(node, now),
    isHolding(node, now) ? node.holdUntilUs : Infinity,
    lostLeaderDueUs(node, now),
    blockedDueUs(node),
    node.pause.endUs + 1,
    node.trackingDueUs,
    node.idleLookUs,
    node.executor.logins.nextDueUs,
    node.connections.hasLate ? now.monotonicUs : Infinity,
    isScriptRunning(node) && mayGoOn(node, now) ? now.monotonicUs : Infinity,
    now.monotonicUs < node.sleepUntilUs ? node.sleepUntilUs : Infinity,
  );
  if (dueUs === node.alarmUs) return;
  node.alarmUs = dueUs;
  effects.wakeAt(Math.max(dueUs, now.monotonicUs));
}

/** A script goes on in the next step, unless it waits for its debugger. */
function isScriptRunning({ executor, forks, script }: DatabaseNode): boolean {
  if (script !== undefined && !executor.awaitsDebugger) return true;
  return forks.some((fork) => !fork.executor.awaitsDebugger);
}

/** Requests that wait for a primary to be known are refused when that takes too long. */
function isHolding(node: DatabaseNode, now: Now): boolean {
  return node.connections.waitingCount > 0 && now.monotonicUs < node.holdUntilUs;
}

/** The next client whose time runs out. Who may answer nobody waits for its role to change, which ends their waiting too. */
function blockedDueUs(node: DatabaseNode): number {
  const isAnswering =
    node.role === "primary" || node.role === "replica" || node.role === "candidate";
  return isAnswering ? node.connections.blocked.nextDeadlineUs : Infinity;
}

/** When the requests that wait for the lease of a primary that is alone are refused. */
function patienceDueUs(node: DatabaseNode, now: Now): number {
  const { patienceEndUs } = node.lease;
  const isPatient = node.config.isAlone && now.monotonicUs < patienceEndUs;
  return isPatient && node.connections.waitingCount > 0 ? patienceEndUs : Infinity;
}

function roleDueUs(node: DatabaseNode, now: Now): number {
  switch (node.role) {
    case "replica":
      return standDueUs(node);
    case "primary":
      return Math.min(
        node.lease.renewalDueUs,
        node.lease.endUs,
        node.expiryDueUs,
        node.evictionDueUs,
      );
    case "lapsed":
      return Math.min(node.lease.renewalDueUs, patienceDueUs(node, now));
    case "handover":
      return node.handover.releasePosition > 0 ? Infinity : node.handover.giveUpUs;
    case "recovering":
    case "candidate":
      return Infinity;
    default:
      return unreachable(node.role);
  }
}
