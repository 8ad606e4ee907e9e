/** What a log node tells the monitor of itself. */
import { encodeStatusReply, type LogRole } from "../control/messages.ts";
import { commitPosition, type LogNode } from "./state.ts";

export function encodeStatus(node: LogNode, nonce: number): Uint8Array {
  // While the disk is being read nothing is known: the node is not blank, and cannot vouch for anything.
  const isBlank = node.phase === "blank";
  const isReady = node.phase === "running" && !node.replicas.some((one) => one.isRepairing);
  return encodeStatusReply(node.writer, {
    machine: "log",
    nonce,
    state: isBlank ? "blank" : isReady ? "ready" : "repairing",
    boot: node.boot,
    diskIncarnation: node.marker?.diskIncarnation ?? 0,
    seen: node.slots.map((slot, at) => ({ slot, diskIncarnation: node.incarnations[at] ?? 0 })),
    shards: node.replicas.map((replica) => {
      const role: LogRole = replica.role === "precandidate" ? "candidate" : replica.role;
      const lastPosition = replica.log.last.position;
      return { role, term: replica.term, lastPosition, commitPosition: commitPosition(replica) };
    }),
  });
}
