/** Which odd ways a request was served, or turned away: told apart here, so that serve.ts stays the main path. */
import type { Execution } from "../commands/execution.ts";
import type { Session } from "../commands/session.ts";
import type { CommandSpec } from "../commands/spec.ts";
import type { Effects, Now } from "../contract.ts";
import type { Connection } from "./connections.ts";
import type { DatabaseNode } from "./databaseNode.ts";
import { WAIT } from "./gate.ts";
import { isLeaderLost } from "./lostLeader.ts";

/** A primary has executed a request; its reply waits for `logged` (its own record, 0 if none) and for `seen`. */
// oxlint-disable-next-line max-params -- on the path of every request: no object is made for it
export function markServed(
  node: DatabaseNode,
  connection: Connection,
  spec: CommandSpec | undefined,
  execution: Execution,
  logged: number,
  seen: number,
  effects: Effects,
): void {
  if (node.connections.parkedReplies === 0 && seen === 0 && logged === 0) return;
  const { committedPosition } = node;
  if (logged > 0) {
    if (spec?.isReadonly === true) effects.mark("lazy expiry logged by a read");
  } else if (seen > committedPosition) {
    markWaiting(spec, execution, effects);
  } else {
    if (connection.head < connection.parked.length) effects.mark("clean reply waits its turn");
    if (execution.touched.length === 0) return;
    effects.mark(
      node.writesAreStalled
        ? "clean read passed while writes were stalled"
        : "clean read passed while writes waited",
    );
  }
}

/** It changed nothing, and saw what the log has not committed. */
function markWaiting(spec: CommandSpec | undefined, execution: Execution, effects: Effects): void {
  if (spec?.name === "exec") {
    effects.mark(isNull(execution.reply) ? "nil EXEC waited" : "EXEC of reads waited");
  } else if (execution.waitsForNewest) {
    effects.mark("keyspace-wide read waited for the newest change");
  } else if (spec?.isWrite === true) {
    effects.mark("write without effect waited for what it saw");
  } else {
    effects.mark("read waited for a dirty key");
  }
}

/** "*-1\r\n", or "_\r\n" in RESP3. */
function isNull(reply: Uint8Array): boolean {
  return reply[0] === 0x5f || (reply[0] === 0x2a && reply[1] === 0x2d);
}

/** A request that does not run here and now: `verdict` is WAIT or an error line. */
export function markTurnedAway(
  node: DatabaseNode,
  now: Now,
  session: Session,
  verdict: string,
  effects: Effects,
): void {
  switch (node.role) {
    case "primary":
      // The role still says primary: the reading of the clock that came with this request noticed first.
      if (!node.lease.isServing(now.monotonicUs)) effects.mark("lease ended with a request queued");
      else if (verdict === WAIT) effects.mark("write held by back-pressure");
      return;
    case "lapsed":
      if (verdict.startsWith("MOVED")) effects.mark("lapsed primary redirects to its successor");
      return;
    case "handover":
      if (node.handover.releasePosition > 0) effects.mark("silent while its release is unknown");
      else if (verdict === WAIT) effects.mark("request held while a hand-over drains");
      return;
    case "recovering":
      if (session.isReadonly) effects.mark("recovering node turned a READONLY client away");
      return;
    case "candidate":
    case "replica":
      if (verdict.startsWith("CLUSTERDOWN")) effects.mark("nobody is known to lead");
      else if (verdict === WAIT && isLeaderLost(node, now, node.config.shard)) {
        effects.mark("request held while the leader is lost");
      }
  }
}
