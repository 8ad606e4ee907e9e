/**
 * Linearizable reads of the tail by read index (Raft §6.4, PROTOCOL rule 17): the commit index at the time of asking,
 * answered once a heartbeat begun after the question has shown that this node still led.
 */
import type { Effects, NodeId } from "../contract.ts";
import { logStart } from "./entry.ts";
import { encodeTailReply, type TailRequest } from "./messages.ts";
import {
  hasCommittedOwnTerm,
  likelyLeader,
  type LogNode,
  type PendingRead,
  type Replica,
} from "./state.ts";

/** More questions than this wait for nobody: their askers ask again. */
const readsLimit = 1024;

export function handleTail(
  node: LogNode,
  replica: Replica,
  from: NodeId,
  request: TailRequest,
  effects: Effects,
): void {
  if (replica.role !== "leader") return refuse(node, replica, from, request.nonce, effects);
  if (replica.reads.length >= readsLimit) return;
  if (!hasCommittedOwnTerm(replica)) effects.mark("tail asked of a leader without a commit");
  replica.reads.push({
    from,
    nonce: request.nonce,
    round: node.round + 1,
    isConfirmed: node.peers.length === 0,
    index: hasCommittedOwnTerm(replica) ? replica.commitIndex : -1,
  });
  node.readsWaiting = true;
}

/** A voting peer still followed this leader when it heard a round: with three voters that is a majority. */
export function confirmReads(
  node: LogNode,
  replica: Replica,
  round: number,
  effects: Effects,
): void {
  if (replica.reads.length === 0) return;
  for (const read of replica.reads) if (read.round <= round) read.isConfirmed = true;
  answerReads(node, replica, effects);
}

export function answerReads(node: LogNode, replica: Replica, effects: Effects): void {
  if (replica.reads.length === 0 || !hasCommittedOwnTerm(replica)) return;
  const waiting: PendingRead[] = [];
  for (const read of replica.reads) {
    // A later commit index than that of the question's time is as good.
    if (read.index < 0) read.index = replica.commitIndex;
    if (!read.isConfirmed) {
      waiting.push(read);
      continue;
    }
    const { log } = replica;
    const position = log.positionAt(Math.max(read.index, log.baseIndex));
    const reply = {
      shard: replica.shard,
      nonce: read.nonce,
      isLeader: true,
      tail: { position, id: log.idAt(position) },
      hint: "",
    };
    effects.send(read.from, encodeTailReply(node.writer, reply));
  }
  replica.reads = waiting;
}

/** Leadership has ended: the questions are for somebody else. */
export function refuseReads(node: LogNode, replica: Replica, effects: Effects): void {
  const { reads } = replica;
  if (reads.length > 0) effects.mark("log leadership lost with tail questions waiting");
  replica.reads = [];
  for (const read of reads) refuse(node, replica, read.from, read.nonce, effects);
}

function refuse(
  node: LogNode,
  replica: Replica,
  to: NodeId,
  nonce: number,
  effects: Effects,
): void {
  const hint = likelyLeader(node, replica);
  const reply = { shard: replica.shard, nonce, isLeader: false, tail: logStart, hint };
  effects.send(to, encodeTailReply(node.writer, reply));
}
