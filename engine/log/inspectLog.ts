/** What oracles and tests may see of a log node. Not for the engine's own logic. */
import { must } from "../assert.ts";
import type { RaftEntry } from "./shardLog.ts";
import { commitPosition, type LogNode, NOBODY } from "./state.ts";

export interface LogView {
  readonly role: "leader" | "follower" | "candidate" | "repairing" | "blank";
  readonly term: number;
  readonly lastIndex: number;
  readonly commitIndex: number;
  /** What is surely on the node's disk. */
  readonly durableIndex: number;
  readonly lastPosition: number;
  readonly commitPosition: number;
  /** Running checksum at the commit position; -1 if that has left memory. */
  readonly chain: number;
}

export function inspectLog(node: LogNode, shard: number): LogView {
  const replica = must(node.replicas[shard], "shard");
  const { log, commitIndex, durableIndex, term } = replica;
  return {
    role: inspectLogRole(node, shard),
    term,
    lastIndex: log.lastIndex,
    commitIndex,
    durableIndex,
    lastPosition: log.last.position,
    commitPosition: commitPosition(replica),
    chain: log.chainAt(commitIndex),
  };
}

/** Term and commit index alone, for an onlooker who asks after every step: makes no object. */
export function inspectLogTerm(node: LogNode, shard: number): number {
  return must(node.replicas[shard], "shard").term;
}

export function inspectLogCommit(node: LogNode, shard: number): number {
  return must(node.replicas[shard], "shard").commitIndex;
}

/** Whether a leader holds appends back, to hand the log over to a peer. */
export function isLogTransferring(node: LogNode, shard: number): boolean {
  return must(node.replicas[shard], "shard").transferTo !== NOBODY;
}

export function inspectLogRole(node: LogNode, shard: number): LogView["role"] {
  if (node.phase !== "running") return "blank";
  const replica = must(node.replicas[shard], "shard");
  if (replica.isRepairing) return "repairing";
  return replica.role === "precandidate" ? "candidate" : replica.role;
}

/** One entry of a replica's log. `bytes`: the encoded entry, empty for a no-op of Raft's own. */
export interface LogEntryView {
  readonly index: number;
  readonly term: number;
  readonly position: number;
  readonly incarnation: number;
  readonly sequence: number;
  readonly bytes: Uint8Array;
}

/** The newest entries in memory, at most so many, oldest first. */
export function inspectLogTail(node: LogNode, shard: number, count: number): LogEntryView[] {
  const { log } = must(node.replicas[shard], "shard");
  const views: LogEntryView[] = [];
  const from = Math.max(log.edgeIndex + 1, log.lastIndex - count + 1);
  for (let index = from; index <= log.lastIndex; index++) views.push(viewOf(index, log.at(index)));
  return views;
}

/** The entry at a position; undefined if the replica does not hold it, or not in memory. */
export function inspectLogEntry(
  node: LogNode,
  shard: number,
  position: number,
): LogEntryView | undefined {
  const { log } = must(node.replicas[shard], "shard");
  if (position <= log.basePosition || position > log.last.position) return undefined;
  const index = log.indexOf(position);
  if (index <= log.edgeIndex) return undefined;
  return viewOf(index, log.at(index));
}

function viewOf(index: number, entry: RaftEntry): LogEntryView {
  const { term, position, incarnation, sequence, bytes } = entry;
  return { index, term, position, incarnation, sequence, bytes };
}
