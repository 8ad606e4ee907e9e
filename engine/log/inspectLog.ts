/** What oracles and tests may see of a log node. Not for the engine's own logic. */
import { must } from "../assert.ts";
import { commitPosition, type LogNode } from "./state.ts";

export interface LogView {
  readonly role: "leader" | "follower" | "candidate" | "repairing" | "blank";
  readonly term: number;
  readonly lastIndex: number;
  readonly commitIndex: number;
  readonly lastPosition: number;
  readonly commitPosition: number;
  /** Running checksum at the commit position. */
  readonly chain: number;
}

export function inspectLog(node: LogNode, shard: number): LogView {
  const replica = must(node.replicas[shard], "shard");
  const { log, commitIndex, term } = replica;
  return {
    role: inspectLogRole(node, shard),
    term,
    lastIndex: log.lastIndex,
    commitIndex,
    lastPosition: log.last.position,
    commitPosition: commitPosition(replica),
    chain: log.at(commitIndex).chain,
  };
}

/** Term and commit index alone, for an onlooker who asks after every step: makes no object. */
export function inspectLogTerm(node: LogNode, shard: number): number {
  return must(node.replicas[shard], "shard").term;
}

export function inspectLogCommit(node: LogNode, shard: number): number {
  return must(node.replicas[shard], "shard").commitIndex;
}

export function inspectLogRole(node: LogNode, shard: number): LogView["role"] {
  if (node.phase !== "running") return "blank";
  const replica = must(node.replicas[shard], "shard");
  if (replica.isRepairing) return "repairing";
  return replica.role === "precandidate" ? "candidate" : replica.role;
}
